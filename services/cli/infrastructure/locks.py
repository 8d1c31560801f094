"""One process at a time in a folder, with the holder's pid for the one who has to wait."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services.cli.infrastructure.errors import FolderInUse

# A holder that died leaves its keeper, which holds the lock on until the servers are down.
DEAD_HOLDER_WAIT_S = 45.0


@contextmanager
def hold(folder: Path, say: Callable[[str], None], wait_s: float = 0.0) -> Iterator[int]:
    """Hold the folder; yields the lock's descriptor, which a child may inherit to hold it longer.

    A living holder is waited for `wait_s` seconds, a dead one's keeper a fixed time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, folder, say, wait_s)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, folder: Path, say: Callable[[str], None], wait_s: float) -> None:
    began = time.monotonic()
    announced = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode() or "unknown"
        alive = holder.isdigit() and _alive(int(holder))
        if time.monotonic() - began > (wait_s if alive else max(wait_s, DEAD_HOLDER_WAIT_S)):
            state = "" if alive else ", which has ended but whose servers have not stopped"
            raise FolderInUse(
                f"{folder} is in use by the process with pid {holder}{state}. Stop it, or set "
                "LIVECHAT_DATA (for the cache, LIVECHAT_CACHE) to another folder."
            )
        if not announced:
            say(f"waiting for process {holder}, which works in {folder}")
            announced = True
        time.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
