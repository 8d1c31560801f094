"""The frames that wait to be sent on one socket: a queue with an end, of which history fills only half."""

import asyncio
from collections import deque

from services.gateway.sockets.frames import slow

FRAMES_MAX = 256
HISTORY_FRAMES_MAX = FRAMES_MAX // 2


class Outgoing:
    """For one event loop. Live frames are pushed and never wait; history waits for room, so that it pushes none out."""

    def __init__(self) -> None:
        self._frames: deque[str] = deque()
        self._filled, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()

    def push(self, frame: str) -> None:
        """Adds a frame. Raises Ended (slow) when there are too many."""
        if len(self._frames) >= FRAMES_MAX:
            raise slow()
        self._frames.append(frame)
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

    async def take(self) -> str:
        """The next frame, when there is one."""
        while not self._frames:
            self._filled.clear()
            await self._filled.wait()
        frame = self._frames.popleft()
        if len(self._frames) < HISTORY_FRAMES_MAX:
            self._room.set()
        return frame
