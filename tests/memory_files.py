"""The store of files in memory: a twin that passes the suite of the real ones."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO

from services.gateway.outbound import Missing, StoreAway


class MemoryFiles:
    """outbound.FileStore; while `away` is set, it cannot be reached. `left`: places at which attempts were killed."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.left: set[str] = set()
        self.away = False

    async def keep(self, place: str, content: IO[bytes]) -> None:
        self._reach()
        content.seek(0)
        self.kept[place] = await asyncio.to_thread(content.read)

    async def read(self, place: str) -> AsyncIterator[bytes]:
        self._reach()
        if place not in self.kept:
            raise Missing(place)

        async def chunks() -> AsyncIterator[bytes]:
            yield self.kept[place]

        return chunks()

    async def remove(self, place: str) -> None:
        self._reach()
        self.kept.pop(place, None)
        self.left.discard(place)

    async def tidy(self, place: str) -> None:
        self._reach()
        self.left.discard(place)

    async def places(self) -> AsyncIterator[str]:
        self._reach()
        for place in sorted(self.kept):
            yield place

    def _reach(self) -> None:
        if self.away:
            raise StoreAway("away")
