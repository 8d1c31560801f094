"""A store is filled from Kafka behind a fence, by nobody beside a relay, and never with another history."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from contracts.personal import ClearKeyring
from services.chassis.outbox import OutOfStep
from services.cli.alone import StillRunning
from services.cli.restore import deriving
from services.cli.restore.restoring import Restored, restore_store
from tests.integration.sample_log import Log, leads, running
from tests.unit.cli.test_restored_streams import SERVICE as THINGS
from tests.waiting import eventually

pytestmark = pytest.mark.real

SERVICE = replace(THINGS, name="conversation")
_APPEND = """SELECT log.append('workspace', %s, %s, ARRAY[%s], ARRAY['thing.happened.v1'], ARRAY[%s::bytea],
    ARRAY['2030-01-01T00:00:00Z'::timestamptz], %s, 'correlation', 'causation', 'service:thing', NULL, '',
    3, 'snapshot', '{}', '{}', '{}', '{}', '{}')"""


async def write(log: Log, stream: str, *facts: str) -> None:
    """A new stream of these, published."""
    async with running(log.relay()):
        for version, fact in enumerate(facts):
            id_ = f"{stream}/{version}"
            await log.ask(_APPEND, stream, version, id_, fact, id_)
        await log.ask("NOTIFY outbox")
        await log.empty()


async def restored(log: Log) -> Restored:
    """What a restore says."""
    return await restore_store(SERVICE, log.kafka, log.urls, ClearKeyring())


async def lost(log: Log) -> None:
    """All that was written."""
    await log.ask("TRUNCATE log.events, log.commands, log.snapshots, log.relayed, log.outbox")


async def claims(log: Log) -> list[tuple[Any, ...]]:
    """Who holds what."""
    return await log.ask("SELECT key, owner FROM log.claims ORDER BY key")


async def test_nothing_is_put_back_while_a_relay_publishes(log: Log) -> None:
    async with running(relay := log.relay()):
        await eventually(lambda: leads(relay))
        with pytest.raises(StillRunning):
            await restored(log)

    assert await log.fences() == []
    assert (await restored(log)).read == 0


@pytest.mark.parametrize("role", ["app", "worker"])
async def test_nothing_is_put_back_while_somebody_may_append(log: Log, role: str) -> None:
    async with await psycopg.AsyncConnection.connect(getattr(log.urls, role)):
        with pytest.raises(StillRunning):
            await restored(log)

    assert await log.fences() == []
    assert (await restored(log)).read == 0


async def test_events_come_back_once_and_commands_go_on_after_them(log: Log) -> None:
    await write(log, "thing-1", "a", "set")
    await lost(log)

    done = await restored(log)
    again = await restored(log)

    assert (done.read, done.added, done.derived.streams, done.derived.timers) == (2, 2, 1, 1)
    assert (again.read, again.added, again.derived.streams) == (0, 0, 0)
    assert await log.fences() == []
    async with running(log.relay()):
        await log.ask(_APPEND, "thing-1", 2, "thing-1/2", "b", "thing-1/2")
        await log.ask("NOTIFY outbox")
        await log.empty()
    assert await log.versions() == {"thing-1": [1, 2, 3]}


async def test_what_was_published_and_is_still_in_the_outbox_is_not_published_again(log: Log) -> None:
    await write(log, "thing-1", "a", "b")
    await log.ask("INSERT INTO log.outbox SELECT pos FROM log.events")
    await log.ask("DELETE FROM log.relayed")

    await restored(log)

    assert await log.ask("SELECT count(*) FROM log.outbox") == [(0,)]


async def test_another_event_in_an_events_place_is_refused_and_nothing_may_be_written(log: Log) -> None:
    await write(log, "thing-1", "a", "b")
    await log.ask("UPDATE log.events SET hash = 'another' WHERE version = 2")
    await log.ask("DELETE FROM log.relayed")

    with pytest.raises(OutOfStep, match="different histories from thing-1 version 2"):
        await restored(log)

    (reason,) = await log.fences()
    assert reason == "a restore from Kafka has begun and not ended: repeat `livechat restore conversation`"


async def test_who_was_given_a_claim_after_another_has_it_whichever_comes_first(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deriving, "CHUNK_STREAMS", 1)
    await write(log, "thing-2", "take")
    await log.ask("INSERT INTO log.claims VALUES ('workspace', 'only', 'x', 'thing-2')")
    async with running(log.relay()):
        for stream, version, fact in (("thing-2", 1, "free"), ("thing-1", 0, "take")):
            id_ = f"{stream}/{version}"
            await log.ask(_APPEND, stream, version, id_, fact, id_)
        await log.ask("NOTIFY outbox")
        await log.empty()
    # An old copy: it knows of the first event alone, and of who had the claim then.
    await log.ask("DELETE FROM log.events WHERE (stream_id, version) <> ('thing-2', 1)")
    await log.ask("DELETE FROM log.commands WHERE (stream_id, version) <> ('thing-2', 1)")
    await log.ask("DELETE FROM log.snapshots WHERE stream_id = 'thing-1'")
    await log.ask("UPDATE log.snapshots SET version = 1")
    await log.ask("DELETE FROM log.relayed")

    done = await restored(log)

    assert done.derived.contested == []
    assert await claims(log) == [("x", "thing-1")]


async def test_a_claim_that_two_streams_have_is_told(log: Log) -> None:
    for stream in ("thing-1", "thing-2"):
        await write(log, stream, "take")
    await lost(log)

    done = await restored(log)

    ((_, owner),) = await claims(log)
    assert {owner, *done.derived.contested} == {"thing-1", "thing-2"}
    assert done.derived.claims == 1
    assert (await restored(log)).derived.streams == 0
