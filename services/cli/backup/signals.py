"""Work that a signal may end: what is open is closed first, and what is half done is taken back."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any


class Interrupted(Exception):
    """Somebody ended us, by SIGTERM or SIGINT."""


def until_a_signal(work: Coroutine[Any, Any, None]) -> None:
    """Does the work. Raises Interrupted where a signal ends it at the next place at which it waits."""

    async def watched() -> None:
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        await work

    try:
        asyncio.run(watched())
    except asyncio.CancelledError:
        raise Interrupted("It was interrupted.") from None
