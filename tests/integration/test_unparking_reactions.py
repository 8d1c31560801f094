"""Parked events reacted to again: each command once, whatever is cut off, retried twice or comes meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

import pytest

from contracts.envelope import Recorded
from services.chassis.consumer import BatchLoop, consuming
from services.chassis.ports import Ports
from services.chassis.service import Order
from services.cli.infrastructure import Servers
from services.cli.unparking import Unparking
from tests.integration.sample_ground import SERVICE, Ground, ground, ports_of, service_of
from tests.integration.sample_unparking import MENDED, answer_all, parked, unparking
from tests.integration.test_reactor import answered, by_partition, event_id, messages
from tests.sample_inbox import MODEL, POISON, Written, records
from tests.sample_reaction import REACTION
from tests.waiting import eventually

pytestmark = pytest.mark.real


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        yield made


async def reacted(on: Ground, *texts: str) -> list[Written]:
    """Messages with poison that a reaction has seen."""
    events = messages(1, *texts)
    await on.reacting(REACTION).handle(by_partition(records(events, on.topic)))
    return events


async def test_a_reaction_answers_what_was_parked_once_and_in_order(on: Ground) -> None:
    events = await reacted(on, "a", POISON, "c", "d")
    hands = unparking(on, MENDED)

    (waiting,) = await hands.waiting(consumer=REACTION.name)
    done = await hands.retry(waiting)

    assert (done.taken, done.held) == (3, None)
    assert await answered(on, 1) == [event_id(event) for event in events]
    assert await parked(on) == []


class CutOff(Unparking):
    """Ends before its transaction, as a process that is killed after the commands were carried out."""

    def _batch(self) -> NoReturn:
        raise ConnectionError("killed")


async def test_a_reaction_that_is_cut_off_is_retried_without_a_second_effect(on: Ground) -> None:
    events = await reacted(on, "a", POISON, "c", "d")
    hands = unparking(on, MENDED)
    cut = CutOff(
        replace(service_of(), reactions=(MENDED,)), on.workers, ports_of(on.pool, on.workers), on.kafka.naming
    )
    (waiting,) = await hands.waiting()

    for _ in range(2):
        with pytest.raises(ConnectionError):
            await cut.retry(waiting)
    assert len(await parked(on)) == 3
    done = await asyncio.gather(*(hands.retry(waiting) for _ in range(3)))

    assert sum(one.taken for one in done) == 3
    assert await answered(on, 1) == [event_id(event) for event in events]
    assert await parked(on) == []


async def test_nothing_waits_behind_what_was_taken_up_meanwhile(on: Ground) -> None:
    events = await reacted(on, POISON, "b")
    hands = unparking(on, MENDED)
    (waiting,) = await hands.waiting()
    retried = False

    async def retry_first(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
        nonlocal retried
        if not retried:
            retried = True
            await hands.retry(waiting)
        return await answer_all(recorded, ports, now)

    # A batch that begins while the key waits, with an event of it and one of another key that takes a while.
    more, other = messages(1, POISON, "b", "c"), messages(2, "x")
    slices = by_partition(records([*more, *other], on.topic))
    handler = on.reacting(replace(REACTION, react=retry_first))
    for _ in range(3):
        await handler.handle(slices)

    assert retried
    assert await parked(on) == []
    assert await answered(on, 1) == [event_id(event) for event in more]
    assert event_id(events[0]) == event_id(more[0])


async def test_a_reaction_goes_on_live_while_operators_retry(on: Ground) -> None:
    events = messages(1, *[POISON if place == 2 else f"m{place}" for place in range(40)])
    await on.write(events[:5])
    loop = BatchLoop(on.kafka, SERVICE, REACTION.name, REACTION.source, on.reacting(REACTION))
    async with consuming(on.kafka, [loop]):
        await on.caught_up(REACTION.name)
    hands = unparking(on, MENDED)

    async def none_waits() -> bool:
        for waiting in await hands.waiting():
            await hands.retry(waiting)
        return not await parked(on)

    loop = BatchLoop(on.kafka, SERVICE, MENDED.name, MENDED.source, on.reacting(MENDED))
    async with consuming(on.kafka, [loop]):
        for event in events[5:]:
            await on.write([event])
            await none_waits()
        await on.caught_up(MENDED.name)
        await eventually(none_waits, what="nothing is parked")

    assert await answered(on, 1) == [event_id(event) for event in events]
