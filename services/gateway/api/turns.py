"""A few of something costly at once in this process, and no more: the rest wait for their turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary


class Turns:
    """At most so many at once, in the order in which they came. One that fails or is cancelled gives its turn back."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        # A semaphore belongs to the loop that first waited for it.
        self._of: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for a turn, and has it until the block ends."""
        semaphore = self._of.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._at_once))
        async with semaphore:
            yield
