"""Where a system that `livechat serve` started can be reached: a file in the data folder, for as long as it runs."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from services.cli.infrastructure import Servers

NAME = "running.json"


@dataclass(frozen=True, slots=True)
class Running:
    """A running system: its process, its HTTP address, its servers."""

    pid: int
    url: str
    kafka: str
    postgres: str


@contextmanager
def announced(data: Path, found: Servers) -> Iterator[Callable[[str], None]]:
    """Gives the function that announces the system at an address, until the context ends.

    The file holds the database's password: only we may read it.
    """
    path = data / NAME

    def announce(url: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        told = json.dumps(asdict(Running(os.getpid(), url, found.kafka, found.postgres)))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(told)

    try:
        yield announce
    finally:
        path.unlink(missing_ok=True)


def find_running(data: Path) -> Running | None:
    """The system that runs on this data folder; None where none does (a file left by a crash does not count)."""
    try:
        running = Running(**json.loads((data / NAME).read_text()))
        os.kill(running.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return running
