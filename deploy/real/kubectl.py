"""kubectl, as steps use it: apply, get, wait, execute Python in a pod, forward a port."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import yaml

from deploy.rendering import Manifest

WITHIN_S = 120.0
TUNNEL_AGAIN_S = 0.2
_FORWARDING = re.compile(r"Forwarding from 127\.0\.0\.1:(\d+)")


class Failed(Exception):
    """A step did not prove what it is there for."""


class Kubectl:
    """One cluster. Every call ends in time; what kubectl says against it is in Failed."""

    def __init__(self, argv: Sequence[str], namespace: str) -> None:
        self._argv, self.namespace = [*argv], namespace

    def run(self, *arguments: str, given: str | None = None, within_s: float = WITHIN_S) -> str:
        """What kubectl answers. Raises Failed."""
        done = self.tried(*arguments, given=given, within_s=within_s)
        if done.returncode != 0:
            raise Failed(f"kubectl {' '.join(arguments[:6])}: {(done.stderr or done.stdout).strip()[-1500:]}")
        return done.stdout

    def tried(
        self, *arguments: str, given: str | None = None, within_s: float = WITHIN_S
    ) -> subprocess.CompletedProcess[str]:
        """The same, whether it was refused or not. Raises Failed where there is no end to it."""
        try:
            return subprocess.run(
                [*self._argv, *arguments], input=given or "", capture_output=True, text=True, timeout=within_s
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"kubectl {' '.join(arguments[:6])} had no end within {within_s:g} s") from None

    def apply(self, manifests: Sequence[Manifest], *options: str) -> str:
        """Applies manifests on the server's side."""
        text = yaml.safe_dump_all(manifests)
        return self.run("apply", "--server-side", "--force-conflicts", *options, "-f", "-", given=text)

    def items(self, kind: str, *options: str, namespace: str | None = None) -> list[Manifest]:
        """The objects of a kind."""
        told = self.run("-n", namespace or self.namespace, "get", kind, "-o", "json", *options)
        found: list[Manifest] = json.loads(told)["items"]
        return found

    def pods(self, *options: str, namespace: str | None = None) -> list[Manifest]:
        """The pods that run and are not about to go."""
        return [
            pod
            for pod in self.items("pods", *options, namespace=namespace)
            if pod["status"]["phase"] == "Running" and not pod["metadata"].get("deletionTimestamp")
        ]

    def python(self, pod: str, script: str, *arguments: str, namespace: str | None = None) -> Any:
        """Runs Python in a pod, in which there is no shell; answers the JSON that it writes."""
        where = ("-n", namespace or self.namespace, "exec", pod, "--")
        return json.loads(self.run(*where, "python", "-c", script, *arguments))

    @contextmanager
    def forwarded(self, what: str, port: int, namespace: str) -> Iterator[str]:
        """The address at which a pod's port is reached from here, for as long as the context lasts.

        A tunnel that broke, as a busy API server lets them, is laid again: it is ours, and nothing that is tried here.
        """
        process, local = self._tunnel(what, f":{port}", namespace)
        ending = threading.Event()

        def keep() -> None:
            nonlocal process
            while not ending.is_set():
                with process:  # Each connection is told: whoever does not read it holds them up after some.
                    for _ in process.stdout or ():
                        pass
                while not ending.wait(TUNNEL_AGAIN_S):
                    with suppress(Failed):
                        process, _ = self._tunnel(what, f"{local}:{port}", namespace)
                        break

        keeper = threading.Thread(target=keep, daemon=True)
        keeper.start()
        try:
            yield f"http://127.0.0.1:{local}"
        finally:
            ending.set()
            process.terminate()
            keeper.join(10)
            with process:  # Another one, if it was just laid.
                process.terminate()

    def _tunnel(self, what: str, ports: str, namespace: str) -> tuple[subprocess.Popen[str], int]:
        """A tunnel that is open, and its port here. Raises Failed."""
        argv = [*self._argv, "-n", namespace, "port-forward", what, ports, "--address=127.0.0.1"]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        found = _FORWARDING.search(process.stdout.readline())
        if found is None:
            with process:
                process.terminate()
            raise Failed(f"{what} has no port {ports} that can be forwarded")
        return process, int(found[1])
