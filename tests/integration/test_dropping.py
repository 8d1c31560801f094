"""Parked events given up: with a trace of who and why, and what waited behind them goes on without a gap."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from contracts.ids import derived_id
from services.cli.infrastructure import Servers
from services.cli.unparking import list_dropped
from tests.integration.sample_ground import Ground, ground
from tests.integration.sample_unparking import LENGTH, parked, poisoned, unparking, versions
from tests.sample_inbox import MODEL, conversation

pytestmark = pytest.mark.real


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        yield made


async def test_a_dropped_event_leaves_a_trace_and_the_next_is_no_gap(on: Ground) -> None:
    events = await poisoned(on, at=4)
    hands = unparking(on, MODEL)
    first, second, *_ = [id_ for (id_,) in await on.ask("SELECT id FROM log.parked ORDER BY record_offset")]

    with pytest.raises(LookupError, match=f"retry {first} first"):
        await hands.drop(second, "no", "ops")
    waiting = await hands.drop(first, "spam of a test", "ops")
    done = await hands.retry(waiting)

    assert (done.taken, done.held) == (LENGTH - 4, None)
    assert await versions(on) == {derived_id("conversation", 1): LENGTH}
    assert await on.ask("SELECT messages FROM sample_inbox.conversations") == [(LENGTH - 4,)]
    async with on.workers.connection() as connection:
        (told,) = await list_dropped(connection)
    assert (told.id, told.consumer, told.offset, told.key) == (first, MODEL.name, 3, events[0].stream)
    assert (told.reason, told.dropped_by) == ("spam of a test", "ops")
    assert told.parked_for.startswith("ZeroDivisionError")
    with pytest.raises(LookupError, match=f"no parked event {first}"):
        await hands.drop(first, "again", "ops")


@pytest.mark.parametrize("junk", [False, True])
async def test_a_record_that_tells_no_version_is_passed_over(on: Ground, junk: bool) -> None:
    events = list(conversation(1, LENGTH))
    unreadable = replace(events[3], headers=[("ce_id", b"\xff")])
    if junk:  # Not of ours at all: no version is missing where it stood.
        events.insert(3, unreadable)
    else:
        events[3] = unreadable
    await on.folded(events)
    hands = unparking(on, MODEL)
    (waiting,) = await hands.waiting()

    await hands.drop(waiting.id, "unreadable", "ops")
    done = await hands.retry(waiting)

    assert done.held is None
    assert await versions(on) == {derived_id("conversation", 1): LENGTH}
    assert await on.ask("SELECT messages FROM sample_inbox.conversations") == [(LENGTH - 3 - (not junk),)]


async def test_a_drop_lets_the_live_events_follow(on: Ground) -> None:
    events = list(conversation(1, LENGTH, poison_at=4))
    await on.folded(events[:4])
    hands = unparking(on, MODEL)
    (waiting,) = await hands.waiting()

    await hands.drop(waiting.id, "poison", "ops")
    await on.folded(events[4:])

    assert await parked(on) == []
    assert await versions(on) == {derived_id("conversation", 1): LENGTH}
