"""The load generator of agents' devices and open tabs: a push service of its own that notes what comes, and sockets."""

import asyncio
import json
import time
from functools import partial
from typing import Any

from tests.bench.client import OPENING_AT_ONCE, stay
from tests.bench.generator import answer, asked
from tests.bench.inbox import ALIVE_EVERY_S, Inbox
from tests.bench.processes import Keys

TAKEN = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"
NOTICE = b'{"type":"notice"'


class Heard:
    """What came since it was asked for last: conversation, device or agent, and when."""

    def __init__(self) -> None:
        self.hanging = frozenset[str]()
        self.pushes: list[tuple[str, str, float]] = []
        self.frames: list[tuple[str, str, float]] = []

    def frame(self, agent_id: str, frame: bytes, at_s: float) -> None:
        """A notice in an open tab."""
        self.frames.append((json.loads(frame)["conversation_id"].replace("-", ""), agent_id, at_s))

    def told(self) -> dict[str, Any]:
        """All of it, once."""
        pushes, self.pushes, frames, self.frames = self.pushes, [], self.frames, []
        return {"pushes": pushes, "frames": frames}


class PushService(asyncio.Protocol):
    """Takes every push as it comes; those for devices that hang are never answered.

    A notice's topic is its conversation. Opening it as a device would shows nothing new here and costs a core.
    """

    def __init__(self, heard: Heard) -> None:
        self._heard, self._received = heard, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while True:
            head, separator, body = self._received.partition(b"\r\n\r\n")
            if not separator:
                return
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            size = int(headers["content-length"])
            if len(body) < size:
                return
            self._received = body[size:]
            self._take(first.split(" ")[1].rpartition("/")[2], headers["topic"])

    def _take(self, device: str, topic: str) -> None:
        self._heard.pushes.append((topic, device, time.monotonic()))
        if device not in self._heard.hanging:
            self._transport.write(TAKEN)


async def main() -> None:
    """Asked to, it opens tabs or lets devices hang; whatever the question, it answers with what it has heard."""
    questions, heard = asked(), Heard()
    keys = Keys((await anext(questions))["private"])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(PushService, heard), "127.0.0.1", 0, backlog=1_024)
    inboxes: list[Inbox] = []
    tasks: list[asyncio.Task[None]] = []
    async for question in questions:
        if "hanging" in question:
            heard.hanging = frozenset(question["hanging"])
        if "agents" in question:
            room, workspace_id = asyncio.Semaphore(OPENING_AT_ONCE), question["workspace_id"]
            inboxes = [Inbox(keys, workspace_id, one, NOTICE, heard.frame) for one in question["agents"]]
            tasks = [loop.create_task(stay(one, question["port"], room, ALIVE_EVERY_S)) for one in inboxes]
        ready = sum(inbox.ready for inbox in inboxes)
        answer({**heard.told(), "port": server.sockets[0].getsockname()[1], "ready": ready})
    for task in tasks:
        task.cancel()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
