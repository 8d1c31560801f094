"""Reactions on real servers: each command is carried out once, in the order of its stream, whatever is killed."""

import asyncio
import random
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from aiokafka.structs import ConsumerRecord

from contracts.envelope import Recorded
from contracts.ids import derived_id
from services.chassis.consumer import BatchLoop, consuming
from services.chassis.decider import Contended
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import SERVICE, Ground, ground, worker_process
from tests.proof import count
from tests.sample_inbox import MODEL, POISON, Written, conversation, records, said, written
from tests.sample_reaction import REACTION, REFUSED, answers_to, react
from tests.waiting import eventually

pytestmark = pytest.mark.real

LENGTH = 8
ANSWERED = """
    SELECT causation_id, version, actor, correlation_id FROM log.events WHERE stream_id = %s ORDER BY version"""


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        yield made


def by_partition(some: Sequence[ConsumerRecord]) -> dict[int, list[ConsumerRecord]]:
    found: dict[int, list[ConsumerRecord]] = {}
    for record in some:
        found.setdefault(record.partition, []).append(record)
    return found


def event_id(event: Written) -> str:
    return str(dict(event.headers)["ce_id"], "ascii")  # type: ignore[arg-type]


def messages(number: int, *texts: str) -> list[Written]:
    """A conversation of nothing but messages."""
    id_ = derived_id("conversation", number)
    return [written(id_, place, said(id_, text, place)) for place, text in enumerate(texts, start=1)]


async def answered(on: Ground, number: int) -> list[str]:
    """The events that were answered, in order."""
    rows = await on.ask(ANSWERED, answers_to(derived_id("conversation", number)))
    assert [version for _, version, _, _ in rows] == list(range(1, len(rows) + 1))
    return [cause for cause, *_ in rows]


async def test_an_event_that_is_told_twice_is_reacted_to_once(on: Ground) -> None:
    events = messages(1, "a", "b", "c")
    handler = on.reacting(REACTION)

    after = await handler.handle(by_partition(records([*events, *events], on.topic)))

    assert after == {events[0].partition: 6}
    assert await answered(on, 1) == [event_id(event) for event in events]
    ((cause, _, actor, correlation), *_) = await on.ask(ANSWERED, answers_to(derived_id("conversation", 1)))
    assert (cause, actor, correlation) == (event_id(events[0]), f"service:{SERVICE}", event_id(events[0]))


async def test_a_batch_that_was_not_finished_is_done_again_without_effect(on: Ground) -> None:
    events = messages(1, "a", "b", "c")
    slices = by_partition(records(events, on.topic))
    await on.reacting(REACTION).handle(slices)
    await on.ask("UPDATE log.consumer_offsets SET next_offset = 0")

    await on.reacting(REACTION).handle(slices)

    assert await answered(on, 1) == [event_id(event) for event in events]
    assert (await on.positions(REACTION.name))[events[0].partition] == 3


async def test_replicas_that_react_at_the_same_time_have_one_effect(on: Ground) -> None:
    events = messages(1, *"abcdefgh")
    slices = by_partition(records(events, on.topic))

    await asyncio.gather(*(on.reacting(REACTION).handle(slices) for _ in range(3)))

    assert await answered(on, 1) == [event_id(event) for event in events]


async def test_a_refusal_is_an_answer(on: Ground) -> None:
    events = messages(1, "a", REFUSED, "c")

    await on.reacting(REACTION).handle(by_partition(records(events, on.topic)))

    assert await answered(on, 1) == [event_id(events[0]), event_id(events[2])]
    assert await on.ask("SELECT count(*) FROM log.parked") == [(0,)]


async def test_poison_is_parked_its_key_waits_and_other_keys_go_on(on: Ground) -> None:
    bad, good = messages(1, "a", POISON, "c"), messages(2, "d")
    odd = replace(messages(3, "e")[0], value=b"{")

    await on.reacting(REACTION).handle(by_partition(records([*bad, *good, odd], on.topic)))
    later = records([*bad, *bad, *good, odd], on.topic)
    await on.reacting(REACTION).handle(by_partition([record for record in later if record.key == bad[0].key]))

    assert await answered(on, 1) == [event_id(bad[0])]
    assert await answered(on, 2) == [event_id(good[0])]
    held = await on.ask("SELECT key, reason FROM log.parked WHERE consumer = %s ORDER BY id", REACTION.name)
    assert [reason for key, reason in held if key == bad[0].stream][1:] == ["waits behind 1"] * 4
    assert {key for key, _ in held} == {bad[0].stream, odd.stream}
    assert any(reason.startswith("ZeroDivisionError at tests/sample_reaction.py") for _, reason in held)


async def test_a_contended_command_is_no_answer(on: Ground) -> None:
    tries = 0

    async def contended(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Contended("somewhere")
        return await react(recorded, ports, now)

    reaction = Reaction(REACTION.name, REACTION.source, contended)
    loop = BatchLoop(on.kafka, SERVICE, reaction.name, reaction.source, on.reacting(reaction))
    events = messages(1, "a")
    async with consuming(on.kafka, [loop]):
        await on.write(events)
        await on.caught_up(REACTION.name)

    assert await answered(on, 1) == [event_id(events[0])]
    assert await on.ask("SELECT count(*) FROM log.parked") == [(0,)]


async def test_keys_are_reacted_to_at_the_same_time_and_each_in_order(on: Ground) -> None:
    running = most = 0
    seen: dict[str, list[int]] = {}

    async def slow(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(5):
            await asyncio.sleep(0)
        seen.setdefault(recorded.stream, []).append(recorded.version)
        running -= 1
        return ()

    streams = [list(conversation(number, LENGTH)) for number in range(30)]
    told = [event for together in zip(*streams, strict=True) for event in together]
    reaction = Reaction(REACTION.name, REACTION.source, slow)

    await on.reacting(reaction).handle(by_partition(records(told, on.topic)))

    assert most == 8
    assert list(seen.values()) == [list(range(1, LENGTH + 1))] * 30


@pytest.mark.fault
async def test_killed_workers_leave_one_answer_to_each_message(on: Ground) -> None:
    chance = random.Random(11)
    kills = count(12)
    conversations = max(150, count(8_000) // LENGTH)
    streams = [list(conversation(number, LENGTH)) for number in range(conversations)]
    log: list[Written] = []
    for together in zip(*streams, strict=True):
        for event in together:
            log.append(event)
            if chance.random() < 0.25:
                log.append(chance.choice(log))
    share = len(log) // kills + 1
    workers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in ("one", "two"):
            workers[name] = worker_process(on, name, failures=0.08, kind="reaction")
        for round_ in range(kills):
            before = sum((await on.positions(REACTION.name)).values())
            await on.write(log[round_ * share : (round_ + 1) * share])

            async def moved(before: int = before) -> bool:
                return sum((await on.positions(REACTION.name)).values()) > before + chance.randint(
                    0, share // 2
                )

            await eventually(moved, within_s=120, what="some of the log is reacted to")
            name = chance.choice(["one", "two"])
            workers[name].kill()
            workers[name].wait()
            workers[name] = worker_process(on, name, failures=0.08, kind="reaction")
        await on.caught_up(REACTION.name, within_s=300)
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()

    expected = {
        answers_to(derived_id("conversation", number)): [event_id(event) for event in stream[2:-1]]
        for number, stream in enumerate(streams)
    }
    rows = await on.ask("SELECT stream_id, causation_id FROM log.events ORDER BY stream_id, version")
    found: dict[str, list[str]] = {}
    for stream, cause in rows:
        found.setdefault(stream, []).append(cause)
    assert found == expected
    assert await on.ask("SELECT count(*) FROM log.parked") == [(0,)]
