"""The whole system for a test: in one process or in one per service, on databases and topics of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import httpx

from contracts.topics import Naming
from services.cli.catalogue import SERVICES
from services.cli.environment import prepare
from services.cli.infrastructure import Servers
from tests.roomy import ROOMY
from tests.waiting import eventually_sync

ORIGINS = "http://127.0.0.1:8080,http://localhost:8080"
NO_PUSH_SERVICE = "127.0.0.1:9"
"""Devices may subscribe there in tests; nobody listens."""
READY_WITHIN_S = 180.0
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
        self.variables = {
            **variables,
            **ROOMY,
            "LIVECHAT_TOPIC_PREFIX": prefix,
            "LIVECHAT_LOG_LEVEL": "WARNING",
            "LIVECHAT_ORIGINS": ORIGINS,
            "LIVECHAT_NOTIFIER_PUSH_LOCAL": NO_PUSH_SERVICE,
        }
        self._begin()

    def _begin(self) -> None:
        """Nothing runs yet."""
        self.bases: dict[str, str] = {}
        self._ports: dict[str, int] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._founder: subprocess.Popen[str] | None = None
        self._founding = Lock()

    @property
    def naming(self) -> Naming:
        """How this system's topics are called."""
        return Naming(self.prefix, int(self.variables.get("LIVECHAT_EPOCH", "1")))

    def start(self, *names: str) -> None:
        """Starts processes: a service each, or one for `all`; returns when they are ready."""
        for name in names:
            self.spawn(name)
        for name in names:
            self.await_ready(name)

    def address_of(self, name: str) -> str:
        """Where this process is or will be reached."""
        return f"http://127.0.0.1:{self._ports.setdefault(name, free_port())}"

    def spawn(self, name: str) -> None:
        """Starts a process and does not wait for it."""
        address = self.address_of(name)
        for service in SERVICES if name == "all" else [name]:
            self.bases[service] = address
        command = ["tests.e2e.serving", *SERVICES] if name == "all" else [f"services.{name}"]
        self._launch(name, command, self._environment_of(name))

    def _launch(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with self.log_of(name).open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                env={**environment, "LIVECHAT_PORT": str(self._ports[name])},
                stdout=log,
                stderr=log,
            )

    @contextmanager
    def replica(self, service: str) -> Iterator[dict[str, str]]:
        """One more process of this service, beside what runs; the bases of clients who are sent to it. It may be
        killed by the name `<service>-replica`."""
        name = f"{service}-replica"
        port = self._ports[name] = free_port()
        self._launch(name, [f"services.{service}"], self._environment_of(service))
        try:
            self.await_ready(name)
            yield {**self.bases, service: f"http://127.0.0.1:{port}"}
        finally:
            if name in self._processes:
                self.stop(name)

    def _environment_of(self, name: str) -> dict[str, str]:
        """A service in a process of its own is told of no other's database, and of no secret but its own."""
        environment = {**os.environ, **self.variables}
        if name == "all":
            return environment
        others = [f"LIVECHAT_{service.upper()}_" for service in SERVICES if service != name]
        secrets = ["LIVECHAT_POSTGRES", *([] if name == "gateway" else ["LIVECHAT_TOKEN_SIGNING_KEY"])]
        return {key: it for key, it in environment.items() if not key.startswith((*others, *secrets))}

    def log_of(self, name: str) -> Path:
        """Where the process's output goes."""
        return self.data / f"{name}.log"

    def await_ready(self, name: str) -> None:
        """Returns when the process says that it is ready."""
        self._await(name, "readyz", (200,))

    def await_answering(self, name: str) -> None:
        """Returns when the process answers requests, whatever it still has to catch up on."""
        self._await(name, "livez", (200, 503))

    def _await(self, name: str, path: str, wanted: tuple[int, ...]) -> None:
        def answers() -> bool:
            process = self._processes[name]
            assert process.poll() is None, f"{name} ended: {self.log_of(name).read_text()[-3000:]}"
            try:
                answer = httpx.get(f"http://127.0.0.1:{self._ports[name]}/{path}", timeout=2)
            except httpx.TransportError:
                return False
            return answer.status_code in wanted

        eventually_sync(answers, within_s=READY_WITHIN_S, what=f"{path} of {name}")

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
        self._end_founder()
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
        with self._founding:
            if self._founder is None:
                self._founder = subprocess.Popen(
                    [sys.executable, "-m", "tests.e2e.founding"],
                    env={**os.environ, **self.variables},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            founder = self._founder
            assert founder.stdin is not None
            assert founder.stdout is not None
            founder.stdin.write(f"{name}\t{email}\n")
            founder.stdin.flush()
            link = founder.stdout.readline().strip()
        assert link, "the command line has ended"
        assert not link.startswith("failed: "), link
        return link

    def _end_founder(self) -> None:
        if self._founder is not None:
            self._founder.communicate(timeout=STOP_WITHIN_S)
            self._founder = None


@contextmanager
def running(servers: Servers, data: Path, prefix: str, *names: str) -> Iterator[System]:
    """A system with these processes, until the context ends."""
    system = System(servers, data, prefix)
    try:
        system.start(*names)
        yield system
    finally:
        system.stop_all()


def free_port() -> int:
    """A TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
