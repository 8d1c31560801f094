"""What lies between browsers and the gateway, and breaks when it is told to."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.waiting import eventually_sync

CHUNK_BYTES = 65_536
END_WITHIN_S = 10


class Link:
    """One connection of a browser's."""

    def __init__(self, browser: asyncio.StreamWriter, gateway: asyncio.StreamWriter) -> None:
        self.is_socket = False
        self._writers = (browser, gateway)
        self._left_bytes: int | None = None

    def cut(self, after_bytes: int) -> None:
        """Breaks without a goodbye, at once or when so many more bytes have reached the browser."""
        self._left_bytes = after_bytes
        if after_bytes == 0:
            self.end()

    def end(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, down: bool) -> None:
        """Bytes in one direction, until either side ends."""
        with suppress(ConnectionError):
            while chunk := await reader.read(CHUNK_BYTES):
                if not down and b"upgrade: websocket" in chunk.lower():
                    self.is_socket = True
                if down and self._left_bytes is not None and self._left_bytes <= len(chunk):
                    writer.write(chunk[: self._left_bytes])
                    await writer.drain()
                    break
                if down and self._left_bytes is not None:
                    self._left_bytes -= len(chunk)
                writer.write(chunk)
                await writer.drain()
        self.end()


class Wire:
    """Carries everything to the gateway, wherever that is; `down`: nobody gets through."""

    def __init__(self) -> None:
        self.target, self.url, self.down = "", "", False
        self._links: set[Link] = set()

    def cut(self, after_bytes: int = 0) -> int:
        """Breaks every socket that is open; says how many there were."""
        return self._call(lambda: self._cut([link for link in self._links if link.is_socket], after_bytes))

    def cut_all(self) -> None:
        """Breaks every connection."""
        self._call(lambda: self._cut([*self._links], 0))

    def _cut(self, links: list[Link], after_bytes: int) -> int:
        for link in links:
            link.cut(after_bytes)
        return len(links)

    def _call(self, what: Callable[[], int]) -> int:
        async def call() -> int:
            return what()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(10)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A browser connects."""
        target = urlsplit(self.target)
        connected = None
        if not self.down:
            with suppress(OSError):  # The gateway may be away.
                connected = await asyncio.open_connection(target.hostname, target.port)
        if connected is None:
            writer.transport.abort()
            return
        from_gateway, to_gateway = connected
        link = Link(writer, to_gateway)
        self._links.add(link)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(link.carry(reader, to_gateway, down=False))
                both.create_task(link.carry(from_gateway, writer, down=True))
        finally:
            link.end()
            self._links.discard(link)

    def run(self) -> None:
        """Until `end`."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await self._ended.wait()
        server.close()
        for link in [*self._links]:
            link.end()
        if carrying := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(carrying, timeout=END_WITHIN_S)

    def end(self) -> None:
        """Ends it, and every connection."""
        self._loop.call_soon_threadsafe(self._ended.set)


@contextmanager
def wired() -> Iterator[Wire]:
    """A wire at an address of its own, in a thread, until the context ends."""
    wire = Wire()
    thread = threading.Thread(target=wire.run, daemon=True)
    thread.start()
    eventually_sync(lambda: wire.url, what="the wire is there")
    try:
        yield wire
    finally:
        wire.end()
        thread.join(10)
