"""Where backups lie: whole or not at all, for their owner alone, named by their time, the newest of them kept."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

SUFFIX = ".backup"
NAME = "livechat-%Y%m%dT%H%M%SZ.backup"
NAMED = re.compile(r"livechat-\d{8}T\d{6}Z\.backup")
PART = re.compile(rf"\.{NAMED.pattern}\.[0-9a-f]{{8}}\.part")
LEFT_FOR_S = 86_400
"""What an attempt that was killed has left is removed after a day: none takes so long."""


def name_at(now: datetime) -> str:
    """What a backup of this moment, in UTC, is called; names are in the order of time."""
    return now.strftime(NAME)


def newest_in(folder: Path) -> datetime | None:
    """When the newest of the folder's backups was made, in UTC; None where there is none. Raises OSError."""
    names = [path.name for path in folder.iterdir() if NAMED.fullmatch(path.name)]
    return datetime.strptime(max(names), NAME).replace(tzinfo=UTC) if names else None


@contextmanager
def written(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place when the context ends, and is on the disk then; where it fails, nothing is left.

    Only we may read it. Raises OSError.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:  # Also where somebody ends us: a part of a backup is none.
        part.unlink(missing_ok=True)
        raise
    number = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def tidy(folder: Path, keep: int) -> list[str]:
    """Removes all but the newest `keep` backups of this folder; answers their names. Raises OSError.

    Files that are called otherwise are nobody's of ours.
    """
    found = sorted(path for path in folder.iterdir() if NAMED.fullmatch(path.name))
    return _removed(found[:-keep])


def sweep(folder: Path, now: datetime) -> list[str]:
    """Removes what killed attempts left, before another one needs its room; answers their names. Raises OSError."""
    parts = [path for path in folder.iterdir() if PART.fullmatch(path.name)]
    return _removed([path for path in parts if now.timestamp() - path.stat().st_mtime > LEFT_FOR_S])


def _removed(over: list[Path]) -> list[str]:
    for path in over:
        path.unlink(missing_ok=True)
    return [path.name for path in over]
