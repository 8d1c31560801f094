"""The whole system for a test: in one process or in one per service, on databases and topics of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from services.cli.catalogue import SERVICES
from services.cli.environment import prepare
from services.cli.infrastructure import Servers
from tests.waiting import eventually_sync

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 30.0


class System:
    """Running services and how to reach, stop, kill and start each."""

    def __init__(self, servers: Servers, data: Path, prefix: str) -> None:
        self.kafka, self.data = servers.kafka, data
        os.environ["LIVECHAT_TOPIC_PREFIX"] = os.environ["LIVECHAT_DATABASE_PREFIX"] = prefix
        try:
            variables = prepare(data, servers.kafka, servers.postgres, SERVICES)
        finally:
            del os.environ["LIVECHAT_TOPIC_PREFIX"], os.environ["LIVECHAT_DATABASE_PREFIX"]
        self.prefix, self.postgres = prefix, servers.postgres
        self.variables = {**variables, "LIVECHAT_TOPIC_PREFIX": prefix, "LIVECHAT_LOG_LEVEL": "WARNING"}
        self.bases: dict[str, str] = {}
        self._ports: dict[str, int] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Starts processes: a service each, or one for `all`; returns when they are ready."""
        for name in names:
            port = self._ports.setdefault(name, _free_port())
            for service in SERVICES if name == "all" else [name]:
                self.bases[service] = f"http://127.0.0.1:{port}"
            with (self.data / f"{name}.log").open("ab") as log:
                self._processes[name] = subprocess.Popen(
                    [sys.executable, "-m", "tests.e2e.serving", *SERVICES]
                    if name == "all"
                    else [sys.executable, "-m", f"services.{name}"],
                    env={**os.environ, **self.variables, "LIVECHAT_PORT": str(port)},
                    stdout=log,
                    stderr=log,
                )
        for name in names:
            self.await_ready(name)

    def await_ready(self, name: str) -> None:
        """Returns when the process says that it is ready."""

        def ready() -> bool:
            process = self._processes[name]
            assert process.poll() is None, f"{name} ended: {(self.data / f'{name}.log').read_text()[-3000:]}"
            try:
                return httpx.get(f"http://127.0.0.1:{self._ports[name]}/readyz", timeout=2).is_success
            except httpx.TransportError:
                return False

        eventually_sync(ready, within_s=READY_WITHIN_S, what=f"{name} is ready")

    def stop(self, name: str) -> int:
        """SIGTERM; the exit status."""
        process = self._processes.pop(name)
        process.terminate()
        return process.wait(STOP_WITHIN_S)

    def kill(self, name: str) -> None:
        """Kill -9."""
        process = self._processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(STOP_WITHIN_S)

    def stop_all(self) -> None:
        """Ends whatever runs."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def new_workspace(self, name: str = "Test", email: str = "ana@example.com") -> str:
        """A new workspace's owner's one-time link, made by the command line."""
        told = subprocess.run(
            [sys.executable, "-m", "services.cli", "workspace", "create", name, email],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, **self.variables},
        ).stdout
        return dict(line.split(" ", 1) for line in told.splitlines())["link"]


@contextmanager
def running(servers: Servers, data: Path, prefix: str, *names: str) -> Iterator[System]:
    """A system with these processes, until the context ends."""
    system = System(servers, data, prefix)
    try:
        system.start(*names)
        yield system
    finally:
        system.stop_all()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
