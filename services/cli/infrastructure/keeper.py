"""The process that holds the servers as its children, and ends them as soon as its parent is gone.

It runs in a session of its own, so that Ctrl-C in a terminal reaches the application first and the
servers only after it has drained. It is started by file path and imports the standard library only:
it has to be up before the servers can be, so its own start must cost next to nothing.

Requests come in as JSON lines on standard input, answers go out on standard output. The end of the
input, for whatever reason, is the order to stop everything.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PARENT_CHECK_S = 0.5
AT_END_WITHIN_S = 30.0


def birth(pid: int) -> str | None:
    """What tells a process from a later one with its pid: boot and start tick; None when it is gone."""
    try:
        # The command name may hold spaces and parentheses; the fields that follow it do not.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    state, start_ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{boot}:{start_ticks}"


@dataclass
class Child:
    """A server and how to stop it."""

    process: subprocess.Popen[bytes]
    stop_signal: int
    stop_within_s: float


@dataclass
class Keeper:
    """The servers of one data folder."""

    record: Path
    children: dict[str, Child] = field(default_factory=dict)
    at_end: list[list[str]] = field(default_factory=list)
    ending: bool = False

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what one request asks."""
        try:
            match request.pop("do"):
                case "start":
                    return {"pid": self.start(**request)}
                case "exit_code":
                    return {"exit_code": self.children[request["name"]].process.poll()}
                case "end":
                    return {"exit_code": self.end(request["name"], request["with_signal"])}
                case "at_end":
                    self.at_end.append(request["argv"])
                    return {}
                case unknown:
                    return {"error": f"unknown request {unknown}"}
        except OSError as error:
            return {"error": str(error)}

    def start(self, name: str, argv: list[str], log: str, stop_signal: int, stop_within_s: float) -> int:
        """Start one server and write down which process it is."""
        with Path(log).open("ab") as output:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.children[name] = Child(process, stop_signal, stop_within_s)
        self.write_record()
        return process.pid

    def end(self, name: str, with_signal: int) -> int:
        """Send the signal and wait for the end, which is forced after the server's bound."""
        child = self.children[name]
        child.process.send_signal(with_signal)
        return self._wait(child, time.monotonic() + child.stop_within_s)

    def end_all(self) -> None:
        """Stop every server at once, then run what was registered for the end."""
        now = time.monotonic()
        for child in self.children.values():
            child.process.send_signal(child.stop_signal)
        for child in self.children.values():
            self._wait(child, now + child.stop_within_s)
        for argv in self.at_end:
            try:
                subprocess.run(argv, stdin=subprocess.DEVNULL, timeout=AT_END_WITHIN_S)
            except (OSError, subprocess.TimeoutExpired) as error:
                print(error, file=sys.stderr)
        self.record.unlink(missing_ok=True)

    def write_record(self) -> None:
        """Name the processes for the next start, in case this process is killed."""
        pids = (child.process.pid for child in self.children.values() if child.process.poll() is None)
        fresh = self.record.with_suffix(".new")
        fresh.write_text(json.dumps([{"pid": pid, "birth": birth(pid)} for pid in pids]))
        fresh.replace(self.record)

    def serve(self, parent: int) -> None:
        """Answer requests until the parent closes the pipe or is gone.

        The parent's pid is watched as well, because a process it forked may still hold the pipe open.
        """
        pending = b""
        while not self.ending and os.getppid() == parent:
            if not select.select([0], [], [], PARENT_CHECK_S)[0]:
                continue
            received = os.read(0, 65_536)
            if not received:
                return
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                os.write(1, json.dumps(self.answer(json.loads(line))).encode() + b"\n")

    def _wait(self, child: Child, deadline: float) -> int:
        try:
            return child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            return child.process.wait()


def main(folder: str, parent: str) -> None:
    """Keep servers for the process `parent`, whose data folder is `folder`."""
    keeper = Keeper(Path(folder) / "processes.json")

    def begin_to_end(*_: object) -> None:
        keeper.ending = True

    def leave_to_parent(*_: object) -> None:
        # A handler, not SIG_IGN: servers would inherit that and could not be interrupted.
        pass

    signal.signal(signal.SIGTERM, begin_to_end)
    signal.signal(signal.SIGINT, leave_to_parent)
    signal.signal(signal.SIGHUP, leave_to_parent)
    try:
        keeper.serve(int(parent))
    except BrokenPipeError:
        pass  # The parent went while an answer was under way.
    finally:
        keeper.end_all()


if __name__ == "__main__":
    main(*sys.argv[1:])
