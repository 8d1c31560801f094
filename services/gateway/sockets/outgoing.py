"""The frames that wait to be sent on one socket: a queue with an end, of which history fills only half."""

import asyncio
from collections import deque

from services.gateway.sockets.delivery import Delivery
from services.gateway.sockets.frames import slow

FRAMES_MAX = 256
HISTORY_FRAMES_MAX = FRAMES_MAX // 2


class Outgoing:
    """For one event loop. Live frames are pushed and never wait; history waits for room, so that it pushes none out."""

    def __init__(self) -> None:
        self._frames: deque[tuple[str, Delivery | None]] = deque()
        self._filled, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()

    def push(self, frame: str, delivery: Delivery | None = None) -> None:
        """Adds a frame; `delivery` is told when that of a live event is sent. Raises Ended (slow) for too many."""
        if len(self._frames) >= FRAMES_MAX:
            raise slow()
        self._frames.append((frame, delivery))
        self._filled.set()
        if len(self._frames) >= HISTORY_FRAMES_MAX:
            self._room.clear()

    def push_if_room(self, frame: str) -> None:
        """Adds a frame that may as well be lost."""
        if self._room.is_set():
            self.push(frame)

    async def offer(self, frame: str) -> None:
        """Adds a frame when there is room for it."""
        await self._room.wait()
        self.push(frame)

    async def take(self) -> tuple[str, Delivery | None]:
        """The next frame, when there is one, and who is told of its sending."""
        while not self._frames:
            self._filled.clear()
            await self._filled.wait()
        taken = self._frames.popleft()
        if len(self._frames) < HISTORY_FRAMES_MAX:
            self._room.set()
        return taken
