"""Very many sockets in a process of their own: each says what it has, comes back when cut, and counts versions."""

import asyncio
import base64
import json
import os
import random
import resource
import sys
import time
from dataclasses import dataclass, field
from typing import Any

OPENING_AT_ONCE = 64
FILES = 16_384
AGAIN_AFTER_S = (0.5, 4.0)
"""A socket that is cut, or finds nobody, tries again after a random time between these."""
PING = b'{"type":"ping"}'
PING_EVERY_S = 30.0


@dataclass
class Member:
    """One visitor's socket: the stream that counts, and the version up to which it has been shown."""

    token: str
    stream: str
    have: int = 0
    ready: bool = False
    ready_at_s: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Socket(asyncio.Protocol):
    """A WebSocket client that does no more than this needs: text frames, a pong for a ping, no extensions taken."""

    def __init__(self, member: Member, port: int) -> None:
        self._member, self._port = member, port
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
        first = {
            "type": "authorise",
            "token": self._member.token,
            "have": {self._member.stream: self._member.have},
        }
        self.send(json.dumps(first).encode())
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
        elif opcode == 1:
            self._told(json.loads(payload))

    def _told(self, frame: dict[str, Any]) -> None:
        member = self._member
        if frame["type"] == "ready":
            member.ready, member.ready_at_s = True, time.monotonic()
            if not self.opened.done():
                self.opened.set_result(None)
        elif frame["type"] == "event" and frame["stream"] == member.stream:
            if frame["version"] != member.have + 1:
                member.wrong.append(f"{member.stream}: version {frame['version']} after {member.have}")
            member.have = frame["version"]

    def connection_lost(self, exc: Exception | None) -> None:
        self._member.ready = False
        for future in (self.closed, self.opened):
            if not future.done():
                future.set_result(None)


async def stay(member: Member, port: int, room: asyncio.Semaphore) -> None:
    """Connected for as long as the process lasts."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            async with room:
                _, socket = await loop.create_connection(lambda: Socket(member, port), "127.0.0.1", port)
                await socket.opened
        except OSError:
            pass
        else:
            while not socket.closed.done():
                await asyncio.wait([socket.closed], timeout=PING_EVERY_S)
                if not socket.closed.done():
                    socket.send(PING)
        await asyncio.sleep(random.uniform(*AGAIN_AFTER_S))


def report(members: list[Member]) -> dict[str, Any]:
    """How many are ready, what the least of each stream has, and whatever came out of order."""
    versions: dict[str, list[int]] = {}
    for member in members:
        versions.setdefault(member.stream, []).append(member.have)
    return {
        "ready": sum(member.ready for member in members),
        "least": {stream: min(found) for stream, found in versions.items()},
        "wrong": [wrong for member in members for wrong in member.wrong][:20],
        "ready_at_s": sorted(member.ready_at_s for member in members if member.ready),
        "now_s": time.monotonic(),
        "cpu_s": time.process_time(),
    }


async def main() -> None:
    """Reads what to be from the first line of standard input, and answers each further line with a report."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    told = json.loads(await reader.readline())
    members = [Member(token, stream) for token, stream in told["members"]]
    room = asyncio.Semaphore(OPENING_AT_ONCE)
    tasks = [loop.create_task(stay(member, told["port"], room)) for member in members]
    while await reader.readline():
        print(json.dumps(report(members)), flush=True)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
