"""A screen's WebSocket for load generators, no more than they need: text frames, pings, and coming back when cut."""

import asyncio
import base64
import json
import os
import random
import sys
from typing import Any, Protocol

OPENING_AT_ONCE = 64
AGAIN_AFTER_S = (0.5, 4.0)
"""A socket that is cut, or finds nobody, tries again after a random time between these."""
READY = b'{"type":"ready"}'
PING = b'{"type":"ping"}'


class Screen(Protocol):
    """Whose socket it is."""

    def first(self) -> dict[str, Any]:
        """The frame that authorises, with what the screen has now."""
        ...

    def take(self, frame: bytes) -> None:
        """A frame, as it came."""
        ...

    def is_ready(self, ready: bool) -> None:
        """The gateway said that the screen is up to date, or the socket was cut."""
        ...

    def sign_of_life(self) -> bytes:
        """The frame that is sent from time to time."""
        ...


class Socket(asyncio.Protocol):
    """One connection of a screen."""

    def __init__(self, screen: Screen, port: int) -> None:
        self._screen, self._port = screen, port
        self._received, self._open = bytearray(), False
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /api/gateway/socket HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            # As browsers offer it: a server that takes it keeps a compressor for each socket.
            "Sec-WebSocket-Extensions: permessage-deflate",
        ]
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._open and not self._handshake():
            return
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def _handshake(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._received[:end])
        del self._received[: end + 4]
        if b"permessage-deflate" in head:
            sys.exit("the server compresses: this client cannot read it, and each socket costs a compressor")
        if b" 101 " not in head.split(b"\r\n")[0]:
            self._transport.close()
            return False
        self._open = True
        self.send(json.dumps(self._screen.first()).encode())
        return True

    def send(self, payload: bytes, opcode: int = 1) -> None:
        """A masked frame of less than 64 KiB."""
        size = len(payload)
        head = (
            bytes([0x80 | opcode, 0x80 | size])
            if size < 126
            else bytes([0x80 | opcode, 0xFE]) + size.to_bytes(2)
        )
        self._transport.write(head + b"\0\0\0\0" + payload)  # A mask of zeros is a mask.

    def _frame(self) -> tuple[int, bytes] | None:
        buffer = self._received
        if len(buffer) < 2:
            return None
        size, start = buffer[1] & 0x7F, 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(buffer[2:10]), 10
        if len(buffer) < start + size:
            return None
        opcode, payload = buffer[0] & 0x0F, bytes(buffer[start : start + size])
        del buffer[: start + size]
        return opcode, payload

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self.send(payload, 10)
        elif opcode == 8:
            self._transport.close()
        elif opcode == 1 and payload == READY:
            self._screen.is_ready(True)
            if not self.opened.done():
                self.opened.set_result(None)
        elif opcode == 1:
            self._screen.take(payload)

    def connection_lost(self, exc: Exception | None) -> None:
        self._screen.is_ready(False)
        for future in (self.closed, self.opened):
            if not future.done():
                future.set_result(None)


async def stay(screen: Screen, port: int, room: asyncio.Semaphore, alive_every_s: float) -> None:
    """Connected until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            async with room:
                _, socket = await loop.create_connection(lambda: Socket(screen, port), "127.0.0.1", port)
                await socket.opened
        except OSError:
            pass
        else:
            while not socket.closed.done():
                await asyncio.wait([socket.closed], timeout=alive_every_s)
                if not socket.closed.done():
                    socket.send(screen.sign_of_life())
        await asyncio.sleep(random.uniform(*AGAIN_AFTER_S))
