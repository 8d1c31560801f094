"""Parked events folded again: in order, each effect once, whatever is cut off or comes meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from contracts.ids import derived_id
from services.chassis.consumer import consuming
from services.chassis.rows import PostgresBatch
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import Ground, ground
from tests.integration.sample_unparking import LENGTH, mended, parked, poisoned, unparking, versions
from tests.sample_inbox import MODEL, conversation
from tests.waiting import eventually

pytestmark = pytest.mark.real


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        yield made


async def test_what_is_parked_of_a_stream_is_folded_in_order_once_the_code_is_mended(on: Ground) -> None:
    events = await poisoned(on, at=4)
    hands = unparking(on, mended())

    (waiting,) = await hands.waiting(consumer=MODEL.name)
    done = await hands.retry(waiting)

    assert (done.taken, done.held) == (LENGTH - 3, None)
    assert await parked(on) == []
    assert await versions(on) == {derived_id("conversation", 1): LENGTH}
    assert await on.ask("SELECT messages FROM sample_inbox.conversations") == [(LENGTH - 3,)]
    assert await on.ask("SELECT sum(events)::int FROM sample_inbox.counts") == [(LENGTH,)]
    assert (waiting.key, waiting.partition) == (events[0].stream, events[0].partition)
    assert await hands.retry(waiting) == replace(done, taken=0)


async def test_what_still_fails_is_parked_again_with_the_rest_behind_it(on: Ground) -> None:
    await poisoned(on, at=4)
    hands = unparking(on, mended(bad_version=6))

    done = await hands.retry((await hands.waiting(key=next(conversation(1)).stream))[0])

    assert done.taken == 2
    assert done.held is not None
    assert done.held.reason.startswith("ZeroDivisionError at tests/")
    assert [offset for offset, _ in await parked(on)] == [5, 6, 7]
    assert [reason for _, reason in (await parked(on))[1:]] == ["waits behind 5"] * 2
    assert await versions(on) == {derived_id("conversation", 1): 5}


async def test_a_long_queue_is_taken_up_whole(on: Ground) -> None:
    await poisoned(on, at=3, length=450)
    hands = unparking(on, mended())

    (done,) = [await hands.retry(one) for one in await hands.waiting()]

    assert (done.taken, done.held) == (448, None)
    assert await versions(on) == {derived_id("conversation", 1): 450}


async def test_an_attempt_that_is_cut_off_has_changed_nothing(
    on: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    await poisoned(on, at=4)
    before = await parked(on)

    async def lost(*_: Any) -> None:
        raise ConnectionError("lost")

    monkeypatch.setattr(PostgresBatch, "write", lost)
    hands = unparking(on, mended())
    (waiting,) = await hands.waiting()
    with pytest.raises(ConnectionError):
        await hands.retry(waiting)

    assert await parked(on) == before
    assert await versions(on) == {derived_id("conversation", 1): 3}


async def test_live_events_wait_until_the_parked_ones_are_done(on: Ground) -> None:
    events = list(conversation(1, 60, poison_at=3))
    await on.folded(events[:5])
    hands, model = unparking(on, mended()), mended()

    async def none_waits() -> bool:
        for waiting in await hands.waiting():
            await hands.retry(waiting)
        return not await parked(on)

    async with consuming(on.kafka, [on.loop(model)]):
        for event in events[5:]:
            await on.write([event])
            await none_waits()
        await on.caught_up()
        await eventually(none_waits, what="nothing is parked")

    assert await versions(on) == {derived_id("conversation", 1): 60}
    assert await on.ask("SELECT sum(events)::int FROM sample_inbox.counts") == [(60,)]


async def test_two_operators_at_once_have_one_effect(on: Ground) -> None:
    await poisoned(on, at=4)
    hands = unparking(on, mended())
    (waiting,) = await hands.waiting()

    done = await asyncio.gather(*(hands.retry(waiting) for _ in range(4)))

    assert sum(one.taken for one in done) == LENGTH - 3
    assert await on.ask("SELECT sum(events)::int FROM sample_inbox.counts") == [(LENGTH,)]


async def test_a_consumer_that_is_gone_is_told(on: Ground) -> None:
    await poisoned(on, at=4)
    hands = unparking(on)

    (waiting,) = await hands.waiting()
    with pytest.raises(LookupError, match="has no consumer sample_inbox any more"):
        await hands.retry(waiting)
