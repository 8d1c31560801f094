"""Projections on real servers: one effect of each event, whatever is killed, lost, repeated or broken."""

import random
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.cli.infrastructure import Servers
from tests.integration.sample_ground import Ground, ground, worker_process
from tests.proof import count
from tests.sample_inbox import MODEL, Written, conversation
from tests.waiting import eventually

pytestmark = pytest.mark.real

LENGTH = 8


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        yield made


def broken(event: Written, how: int) -> Written:
    """The event as no reader can take it."""
    match how % 4:
        case 0:
            return replace(event, value=b'{"at": ')
        case 1:
            return replace(event, headers=[("ce_id", None), *event.headers[1:]])
        case 2:
            return replace(event, headers=[("ce_type", b"\xff\x00\xfe"), *event.headers])
        case _:
            return replace(event, value=None)


def a_log(conversations: int, chance: random.Random) -> tuple[list[Written], dict[str, int]]:
    """Conversations side by side, every fifth with poison or a broken record in it; a quarter is told again.

    Also how far each stream can be folded.
    """
    log: list[Written] = []
    reach: dict[str, int] = {}
    for first in range(0, conversations, 20):
        streams = []
        for number in range(first, min(first + 20, conversations)):
            bad_at = chance.randint(3, LENGTH - 1) if number % 5 == 0 else None
            events = list(conversation(number, LENGTH, poison_at=bad_at if number % 2 else None))
            if bad_at and not number % 2:
                events[bad_at - 1] = broken(events[bad_at - 1], number // 10)
            reach[events[0].stream] = bad_at - 1 if bad_at else LENGTH
            streams.append(events)
        for together in zip(*streams, strict=True):
            for event in together:
                log.append(event)
                if chance.random() < 0.25:
                    log.append(chance.choice(log))
    return log, reach


async def assert_one_effect_each(on: Ground, log: list[Written], reach: dict[str, int]) -> None:
    """The rows are those of a plain fold, and everything else is parked."""
    distinct = {(event.stream, event.version): event for event in log}
    kinds: Counter[str] = Counter()
    for (stream, version), event in distinct.items():
        if version <= reach[stream]:
            kinds[dict(event.headers)["ce_type"].decode()] += 1  # type: ignore[union-attr]
    counted = await on.ask("SELECT kind, sum(events)::int FROM sample_inbox.counts GROUP BY kind")
    assert dict(counted) == kinds

    rows = await on.ask(
        "SELECT 'conversation-' || conversation_id, version, messages FROM sample_inbox.conversations"
    )
    assert {stream: version for stream, version, _ in rows} == reach
    assert all(messages == max(0, min(version, LENGTH - 1) - 2) for _, version, messages in rows)

    held = await on.ask("SELECT key, record_offset, reason FROM log.parked ORDER BY key, record_offset")
    parked: dict[str, list[tuple[int, str]]] = {}
    for key, offset, reason in held:
        parked.setdefault(key, []).append((offset, reason))
    assert set(parked) == {stream for stream, version in reach.items() if version < LENGTH}
    for (first, reason), *behind in parked.values():
        assert not reason.startswith(("waits", "gap"))
        assert {reason for _, reason in behind} <= {f"waits behind {first}"}
    for stream in parked:
        told = [event for event in log if event.stream == stream and event.version > reach[stream]]
        assert len(parked[stream]) == len(told)


@pytest.mark.fault
async def test_killed_workers_leave_one_effect_of_each_event(on: Ground) -> None:
    chance = random.Random(7)
    kills = count(12)
    log, reach = a_log(max(400, count(60_000) // LENGTH), chance)
    share = len(log) // kills + 1
    workers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in ("one", "two"):
            workers[name] = worker_process(on, name, failures=0.08)
        for round_ in range(kills):
            before = sum((await on.positions()).values())
            await on.write(log[round_ * share : (round_ + 1) * share])

            async def moved(before: int = before) -> bool:
                return sum((await on.positions()).values()) > before + chance.randint(0, share // 2)

            await eventually(moved, within_s=60, what="some of the log is projected")
            name = chance.choice(["one", "two"])
            workers[name].kill()
            workers[name].wait()
            workers[name] = worker_process(on, name, failures=0.08)
        await on.caught_up(within_s=120)
        workers["one"].send_signal(signal.SIGTERM)
        assert workers["one"].wait(20) in (0, -signal.SIGTERM)
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()

    await assert_one_effect_each(on, log, reach)
