"""The load generator of very many visitors' sockets: each tells what it has, comes back when cut, and counts."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from tests.bench.client import OPENING_AT_ONCE, PING, stay
from tests.bench.generator import answer, asked

ALIVE_EVERY_S = 30.0


@dataclass
class Member:
    """One visitor's screen: the stream that counts, and the version up to which it has been shown."""

    token: str
    stream: str
    have: int = 0
    ready: bool = False
    ready_at_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def first(self) -> dict[str, Any]:
        """The frame that authorises."""
        return {"type": "authorise", "token": self.token, "have": {self.stream: self.have}}

    def is_ready(self, ready: bool) -> None:
        """Up to date, or cut."""
        self.ready = ready
        if ready:
            self.ready_at_s = time.monotonic()

    def sign_of_life(self) -> bytes:
        """Nothing but that."""
        return PING

    def take(self, frame: bytes) -> None:
        """Counts the stream's versions."""
        told = json.loads(frame)
        if told["type"] == "event" and told["stream"] == self.stream:
            if told["version"] != self.have + 1:
                self.wrong.append(f"{self.stream}: version {told['version']} after {self.have}")
            self.have = told["version"]


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
    }


async def main() -> None:
    """Connects all; each question is answered with a report."""
    questions = asked()
    task = await anext(questions)
    members = [Member(token, stream) for token, stream in task["members"]]
    room = asyncio.Semaphore(OPENING_AT_ONCE)
    tasks = [asyncio.create_task(stay(member, task["port"], room, ALIVE_EVERY_S)) for member in members]
    async for _ in questions:
        answer(report(members))
    for one in tasks:
        one.cancel()


if __name__ == "__main__":
    asyncio.run(main())
