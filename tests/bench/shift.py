"""The load generator of a shift: agents' inboxes by socket, and messages at given rates, whether answers come or not.

A message counts from the moment at which it was due: where this process itself is late, that shows.
"""

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from tests.bench.client import OPENING_AT_ONCE, stay
from tests.bench.command import token_of
from tests.bench.conversations import TEXT, Talk
from tests.bench.generator import answer, asked
from tests.bench.inbox import ALIVE_EVERY_S, RENEW_EVERY_S, Inbox
from tests.bench.processes import Keys

EVENT = b'{"type":"event"'
DRAIN_S = 15.0
LOOK_EVERY_S = 0.02
HTTP_OK, AWAY = b"HTTP/1.1 200", b"HTTP/1.1 503"
AGAIN_AFTER_S = 0.25

Heard = Callable[[bytes], object]
"""What is done with an answer's body."""


def unheard(_: bytes) -> None:
    """That it was accepted is enough."""


class Connection(asyncio.Protocol):
    """One request at a time; where the server has closed it meanwhile, the request goes over another one."""

    def __init__(self, posts: "Posts", request: bytes, heard: Heard) -> None:
        self._posts, self._request, self._heard, self._received = posts, request, heard, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._transport.write(self._request)

    def send(self, request: bytes, heard: Heard) -> None:
        """The next request."""
        self._request, self._heard = request, heard
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) >= int(length):
            self._received = b""
            if head.startswith(AWAY):
                # Nothing was done, for a reason that passes: as any client, it asks again.
                asyncio.get_running_loop().call_later(AGAIN_AFTER_S, self._again)
                return
            if head.startswith(HTTP_OK):
                self._heard(body)
            else:
                self._posts.refused.append(body[:200].decode(errors="replace"))
            self._request = b""
            self._posts.idle.append(self)

    def _again(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        if self in self._posts.idle:
            self._posts.idle.remove(self)
        if self._request:
            self._posts.send(self._request, self._heard)


class Posts:
    """Requests to one port, over as many connections as are needed; each has a key, so that it counts once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.idle: list[Connection] = []
        self.refused: list[str] = []
        self._opening: set[asyncio.Task[Any]] = set()

    def send(self, request: bytes, heard: Heard = unheard) -> None:
        """Sends it and does not wait."""
        if self.idle:
            self.idle.pop().send(request, heard)
            return
        make = partial(Connection, self, request, heard)
        task: asyncio.Task[Any] = asyncio.ensure_future(
            asyncio.get_running_loop().create_connection(make, "127.0.0.1", self._port)
        )
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)


class Shift:
    """The agents, what they talk about, and which messages have not been seen yet."""

    def __init__(self, keys: Keys, talks: list[Talk], posts: Posts) -> None:
        self._keys, self._talks, self._posts = keys, talks, posts
        self._tokens: dict[tuple[str, bool], tuple[str, float]] = {}
        self._said = 0
        self._unseen: dict[int, tuple[str, float]] = {}
        self._delays_s: dict[str, list[float]] = defaultdict(list)

    def inboxes(self) -> list[Inbox]:
        """One for each agent, with folders, and their conversations open."""
        held: dict[str, list[Talk]] = defaultdict(list)
        for talk in self._talks:
            held[talk.agent_id].append(talk)
        return [
            Inbox(
                self._keys, mine[0].workspace_id, agent_id, EVENT, self._heard,
                have={talk.stream: 0 for talk in mine}, folders=True,
            )
            for agent_id, mine in held.items()
        ]  # fmt: skip

    def _heard(self, _: str, frame: bytes, at_s: float) -> None:
        if b'"author":"visitor"' in frame:
            number = int(json.loads(frame)["event"]["text"].rpartition(" ")[2])
            if number in self._unseen:
                label, due_s = self._unseen.pop(number)
                self._delays_s[label].append(at_s - due_s)

    async def play(self, parts: list[tuple[float, float, str]]) -> dict[str, Any]:
        """Messages at each part's rate for its seconds; the delays by label, and how many were never seen."""
        self._delays_s.clear()
        self._posts.refused.clear()
        begin_s = time.monotonic()
        for rate, seconds, label in parts:
            for number in range(round(rate * seconds)):
                due_s = begin_s + (number + random.random()) / rate
                await asyncio.sleep(max(0.0, due_s - time.monotonic()))
                self._say(label, due_s)
            begin_s += seconds
        until_s = time.monotonic() + DRAIN_S
        while self._unseen and time.monotonic() < until_s:  # noqa: ASYNC110 - what comes wakes nobody up
            await asyncio.sleep(LOOK_EVERY_S)
        never, self._unseen, unseen = len(self._unseen), {}, self._unseen.values()
        for label, due_s in unseen:
            self._delays_s[label].append(time.monotonic() - due_s)
        return {"delays_s": dict(self._delays_s), "never": never, "refused": self._posts.refused[:3]}

    def _say(self, label: str, due_s: float) -> None:
        """The visitor and the agent of some conversation say something in turn; the visitor's message is timed."""
        self._said += 1
        talk, visitor = random.choice(self._talks), self._said % 2 == 1
        if visitor:
            self._unseen[self._said] = label, due_s
        self._posts.send(self._request(talk, visitor=visitor))

    def _request(self, talk: Talk, *, visitor: bool) -> bytes:
        token, made_s = self._tokens.get((talk.conversation_id, visitor), ("", 0.0))
        if not token or time.monotonic() - made_s > RENEW_EVERY_S:
            token = token_of(talk, self._keys, visitor=visitor)
            self._tokens[talk.conversation_id, visitor] = token, time.monotonic()
        body = json.dumps({"text": f"{TEXT} {self._said}"})
        lines = [
            f"POST /api/conversation/conversations/{talk.conversation_id}/messages HTTP/1.1",
            "host: 127.0.0.1",
            "content-type: application/json",
            f"content-length: {len(body)}",
            f"idempotency-key: {uuid4()}",
            f"authorization: Bearer {token}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


async def main() -> None:
    """Opens the inboxes; plays the parts that it is asked for, or tells how many inboxes are ready."""
    questions = asked()
    task = await anext(questions)
    talks = [Talk(**talk) for talk in task["talks"]]
    shift = Shift(Keys(task["private"]), talks, Posts(task["conversation"]))
    inboxes, room = shift.inboxes(), asyncio.Semaphore(OPENING_AT_ONCE)
    tasks = [asyncio.create_task(stay(one, task["gateway"], room, ALIVE_EVERY_S)) for one in inboxes]
    async for question in questions:
        played = await shift.play(question["parts"]) if "parts" in question else {}
        answer({**played, "ready": sum(inbox.ready for inbox in inboxes)})
    for one in tasks:
        one.cancel()


if __name__ == "__main__":
    asyncio.run(main())
