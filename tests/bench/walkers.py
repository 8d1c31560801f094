"""The load generator of walks: visitors with a socket each, who answer at a given rate, whoever of them can.

As the panel does, they take what an answer tells and what the socket brings, whichever comes first, version by version.
An answer counts from the moment at which it was due: where this process itself is late, that shows.
"""

import asyncio
import json
import random
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.chassis.tokens import Caller, Signer, read_private_key
from tests.bench.client import OPENING_AT_ONCE, PING, stay
from tests.bench.generator import answer, asked
from tests.bench.processes import KID, Keys
from tests.bench.shift import EVENT, Posts

ALIVE_EVERY_S, LOOK_EVERY_S, DRAIN_S = 30.0, 0.02, 15.0
RENEW_EVERY_S = 200.0
SHOWN = "playbook.card_shown.v1"


class Walker:
    """One visitor: their screen, the card that waits for them, and since when they wait for the next."""

    def __init__(self, signer: Signer, task: dict[str, Any], delays_s: list[float]) -> None:
        self.visit_id, self._visitor_id = str(uuid4()), str(uuid4())
        self._signer, self._task, self._delays_s = signer, task, delays_s
        self._made_s, self._token = 0.0, ""
        self.card_id, self.due_s, self.have, self.by_socket = "", 0.0, 0, 0

    @property
    def token(self) -> str:
        """New enough."""
        if not self._token or time.monotonic() - self._made_s > RENEW_EVERY_S:
            caller = Caller(
                kind="visitor",
                id=self._visitor_id,
                workspace_id=self._task["workspace_id"],
                visit_id=self.visit_id,
                playbook_id=self._task["playbook_id"],
            )
            self._token, _ = self._signer.sign(caller, datetime.now(UTC))
            self._made_s = time.monotonic()
        return self._token

    def first(self) -> dict[str, Any]:
        """The frame that authorises."""
        return {"type": "authorise", "token": self.token, "have": {f"visit-{self.visit_id}": self.have}}

    def is_ready(self, ready: bool) -> None:
        """Cards tell more than this."""

    def sign_of_life(self) -> bytes:
        """Nothing but that."""
        return PING

    def take(self, frame: bytes) -> None:
        """What the socket brings."""
        if frame.startswith(EVENT):
            self._show(json.loads(frame), by_socket=True)

    def hear(self, body: bytes) -> None:
        """What an answer tells."""
        for frame in json.loads(body)["frames"]:
            self._show(frame, by_socket=False)

    def _show(self, frame: dict[str, Any], *, by_socket: bool) -> None:
        """The first card after an answer is what is waited for, a question can be answered."""
        if frame["version"] != self.have + 1:
            return
        self.have, event = frame["version"], frame["event"]
        if event is None or event["type"] != SHOWN:
            return
        if self.due_s:
            self._delays_s.append(time.monotonic() - self.due_s)
            self.due_s, self.by_socket = 0.0, self.by_socket + by_socket
        if event["kind"] == "question":
            self.card_id = event["card_id"]

    def post(self, step: str, body: dict[str, str]) -> bytes:
        """A command of theirs."""
        data = json.dumps(body)
        lines = [
            f"POST /api/playbook/visits/{self.visit_id}/{step} HTTP/1.1",
            "host: 127.0.0.1",
            "content-type: application/json",
            f"content-length: {len(data)}",
            f"idempotency-key: {uuid4()}",
            f"authorization: Bearer {self.token}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + data).encode()

    def answers(self, due_s: float) -> bytes:
        """They go on from the card that waits."""
        card_id, self.card_id, self.due_s = self.card_id, "", due_s
        return self.post("answers", {"card_id": card_id, "choice_id": "go"})


async def play(
    walkers: list[Walker], posts: Posts, delays_s: list[float], rate: float, seconds: float
) -> dict[str, Any]:
    """Answers at this rate; the delays, how many never got a card, and how many were due while nobody waited."""
    delays_s.clear()
    posts.refused.clear()
    for walker in walkers:
        walker.by_socket = 0
    begin_s, busy = time.monotonic(), 0
    for number in range(round(rate * seconds)):
        due_s = begin_s + (number + random.random()) / rate
        await asyncio.sleep(max(0.0, due_s - time.monotonic()))
        free = [walker for walker in random.sample(walkers, min(8, len(walkers))) if walker.card_id]
        if not free:
            busy += 1
            continue
        posts.send(free[0].answers(due_s), free[0].hear)
    until_s = time.monotonic() + DRAIN_S
    while any(walker.due_s for walker in walkers) and time.monotonic() < until_s:  # noqa: ASYNC110 - as in shift
        await asyncio.sleep(LOOK_EVERY_S)
    never = [walker for walker in walkers if walker.due_s]
    for walker in never:
        delays_s.append(time.monotonic() - walker.due_s)
        walker.due_s = 0.0
    by_socket = sum(walker.by_socket for walker in walkers)
    return {
        "delays_s": list(delays_s),
        "never": len(never),
        "refused": posts.refused[:3],
        "busy": busy,
        "by_socket": by_socket,
    }


async def main() -> None:
    """Everybody begins; plays what it is asked for, or tells how many have their first card."""
    questions = asked()
    task = await anext(questions)
    signer = Signer(KID, read_private_key(Keys(task["private"]).private))
    delays_s, posts = list[float](), Posts(task["playbook"])
    walkers = [Walker(signer, task, delays_s) for _ in range(task["visitors"])]
    room = asyncio.Semaphore(OPENING_AT_ONCE)
    tasks = [asyncio.create_task(stay(one, task["gateway"], room, ALIVE_EVERY_S)) for one in walkers]
    for one in walkers:
        posts.send(one.post("start", {}), one.hear)
    async for question in questions:
        played = await play(walkers, posts, delays_s, **question) if "rate" in question else {}
        answer({**played, "ready": sum(bool(one.card_id) for one in walkers)})
    for one_task in tasks:
        one_task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
