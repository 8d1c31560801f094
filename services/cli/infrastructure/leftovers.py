"""Ends servers that a killed keeper left behind, and only those that provably are ours."""

import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from services.cli.infrastructure.errors import InfrastructureError
from services.cli.infrastructure.keeper import birth

STOP_WITHIN_S = 10.0


def end_leftovers(folder: Path, say: Callable[[str], None]) -> None:
    """End what the folder's record names, if pid, start time and command line all fit."""
    record = folder / "processes.json"
    try:
        entries = json.loads(record.read_text())
    except (OSError, ValueError):
        return
    ours = [(e["pid"], e["birth"]) for e in entries if e["birth"] and _is_ours(e["pid"], e["birth"], folder)]
    for pid, born in ours:
        say(f"ending process {pid}, left over from an earlier start in {folder}")
        _signal(pid, born, signal.SIGTERM if _is_java(pid) else signal.SIGINT)
    deadline = time.monotonic() + STOP_WITHIN_S
    for pid, born in ours:
        if not _gone(pid, born, deadline):
            _signal(pid, born, signal.SIGKILL)
            if not _gone(pid, born, time.monotonic() + STOP_WITHIN_S):
                raise InfrastructureError(f"process {pid}, left over in {folder}, does not end")
    record.unlink(missing_ok=True)


def _is_ours(pid: int, born: str, folder: Path) -> bool:
    return birth(pid) == born and os.fsencode(folder) in _command_line(pid)


def _is_java(pid: int) -> bool:
    return os.path.basename(_command_line(pid).split(b"\0")[0]) == b"java"


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _signal(pid: int, born: str, number: signal.Signals) -> None:
    if birth(pid) == born:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _gone(pid: int, born: str, deadline: float) -> bool:
    while birth(pid) == born:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
