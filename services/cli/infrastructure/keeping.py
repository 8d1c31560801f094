"""The application's end of the pipe to the keeper: what is started through it never outlives us."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.cli.infrastructure import keeper
from services.cli.infrastructure.errors import InfrastructureError, log_tail

LOG_BYTES_MAX = 10_000_000
CLOSE_MARGIN_S = 15.0


@dataclass(frozen=True)
class ServerProcess:
    """A server to start, and how to stop it."""

    name: str
    argv: list[str]
    log: Path
    stop_signal: signal.Signals
    stop_within_s: float


def tied_to_parent(argv: list[str], stop_signal: signal.Signals) -> list[str]:
    """The same command, which the kernel signals when whoever starts it is killed, where that can be had."""
    if shutil.which("setpriv") is None:
        return argv
    return ["setpriv", "--pdeathsig", stop_signal.name.removeprefix("SIG"), *argv]


class Keeping:
    """A keeper process and the servers it holds; safe to use from several threads."""

    def __init__(self, folder: Path, lock: int | None = None) -> None:
        self._turn = threading.Lock()
        self._stop_within_s = 0.0
        self._servers: dict[str, ServerProcess] = {}
        self._pids: dict[str, int] = {}
        logs = folder / "logs"
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (logs / "keeper.log").open("ab") as log:
            # The keeper inherits the folder's lock: the folder is free only when the servers are down.
            self._process = subprocess.Popen(
                [sys.executable, "-I", keeper.__file__, str(folder), str(os.getpid())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                start_new_session=True, pass_fds=() if lock is None else (lock,),
            )  # fmt: skip

    @property
    def keeper_pid(self) -> int:
        """Pid of the keeper."""
        return self._process.pid

    def start(self, server: ServerProcess) -> None:
        """Start a server; starting one that ended before starts it again."""
        if server.log.exists() and server.log.stat().st_size > LOG_BYTES_MAX:
            server.log.replace(server.log.with_suffix(".log.1"))
        self._servers[server.name] = server
        self._stop_within_s = max(self._stop_within_s, server.stop_within_s)
        self._pids[server.name] = self._ask("start", **asdict(server) | {"log": str(server.log)})["pid"]

    def restart(self, name: str) -> None:
        """Start a server that has ended with the command it had before."""
        if self._ask("exit_code", name=name)["exit_code"] is None:
            raise InfrastructureError(f"{name} is still running (pid {self.pid(name)})")
        self.start(self._servers[name])

    def pid(self, name: str) -> int:
        """Pid of the server's latest process."""
        return self._pids[name]

    def end(self, name: str, with_signal: signal.Signals) -> None:
        """End one server and wait until it has ended."""
        self._ask("end", name=name, with_signal=with_signal)

    def check_running(self, name: str) -> None:
        """Raise, with the end of its log, when the server has ended."""
        code = self._ask("exit_code", name=name)["exit_code"]
        if code is not None:
            raise InfrastructureError(
                f"{name} ended with exit code {code}. {log_tail(self._servers[name].log)}"
            )

    def at_end(self, argv: list[str]) -> None:
        """Have the keeper run a command when everything else has stopped."""
        self._ask("at_end", argv=argv)

    def close(self) -> None:
        """Stop all servers and the keeper; returns when they are gone."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            with self._turn:
                self._process.stdin.close()
        except BrokenPipeError:
            pass  # It has ended already, and the kernel has told its servers to.
        try:
            self._process.wait(self._stop_within_s + keeper.AT_END_WITHIN_S + CLOSE_MARGIN_S)
        except subprocess.TimeoutExpired:
            raise InfrastructureError(f"the keeper (pid {self.keeper_pid}) does not end") from None
        finally:
            self._process.stdout.close()

    def _ask(self, do: str, **details: Any) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        request = json.dumps({"do": do, **details}).encode() + b"\n"
        try:
            with self._turn:
                self._process.stdin.write(request)
                self._process.stdin.flush()
                line = self._process.stdout.readline()
        except (OSError, ValueError):  # ValueError: closed by another thread.
            line = b""
        if not line:
            raise InfrastructureError(f"the keeper of the servers (pid {self.keeper_pid}) has ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise InfrastructureError(answer["error"])
        return answer
