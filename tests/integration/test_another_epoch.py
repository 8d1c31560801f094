"""Whoever is of another epoch than the log: nothing is published, folded or read on from where its events are not."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.personal import ClearKeyring
from contracts.topics import CONVERSATION_EVENTS, PARTITIONS
from services.chassis.anew import published_anew
from services.chassis.consumer import BatchLoop
from services.chassis.kafka import KafkaSettings, partition_of
from services.chassis.outbox import OutOfStep
from services.chassis.rebuild import LogIncomplete, rebuild
from services.chassis.schemas import ensure_models
from services.cli.restore.restoring import restore_store
from tests.integration.sample_epochs import (
    HERE,
    NAME,
    failed,
    goes_on,
    lost,
    published,
    republished,
    topic_of,
)
from tests.integration.sample_log import SERVICE, Log, running
from tests.sample_inbox import PUBLISHING
from tests.waiting import eventually

pytestmark = pytest.mark.real


async def test_a_relay_of_the_lost_epoch_publishes_nothing_any_more(log: Log) -> None:
    await published(log, a=2)
    await republished(await lost(log))
    relay = log.relay()

    async with running(relay):
        await eventually(lambda: failed(relay), what="it has said why")

    assert relay._failure.endswith("; LIVECHAT_EPOCH or LIVECHAT_TOPIC_PREFIX is not what it was')"), (
        relay._failure
    )
    assert await log.fences() == []
    assert await log.versions() == {"a": [1, 2]}
    assert await log.ask("SELECT count(*) FROM log.outbox") == [(2,)]


async def test_an_older_copy_of_a_store_is_filled_from_the_next_epoch(log: Log) -> None:
    await published(log, a=2)
    await log.ask("CREATE TABLE log.kept AS TABLE log.relayed")
    anew = await lost(log)
    await republished(anew)
    async with running(anew.relay()):
        await anew.write("a", 3, 3)
        await anew.empty()
    await log.ask("TRUNCATE log.relayed")
    await log.ask("INSERT INTO log.relayed TABLE log.kept")
    await log.ask("DELETE FROM log.events WHERE version > 1")

    await anew.relay().compare()
    [reason] = await log.fences()
    assert reason.startswith(f"the store is behind Kafka from the begin of {topic_of(anew)}, ")
    done = await restore_store(HERE, anew.kafka, log.urls, ClearKeyring())

    assert (done.read, done.added) == (3, 2)
    assert await log.ask("SELECT DISTINCT topic FROM log.relayed") == [(topic_of(anew),)]
    async with running(anew.relay()):
        await anew.write("a", 4, 4)
        await anew.empty()
    assert await anew.versions() == {"a": [1, 2, 3, 4]}


async def test_what_was_not_out_yet_when_the_store_was_lost_again_goes_out_after_all(log: Log) -> None:
    await published(log, a=2, b=1)
    await log.ask("CREATE TABLE log.kept AS TABLE log.relayed")
    anew = await lost(log)
    await log.ask("TRUNCATE log.relayed")
    await log.ask("INSERT INTO log.outbox SELECT pos FROM log.events WHERE stream_id = 'b'")
    async with running(anew.relay()):
        await anew.empty()
    await log.ask("TRUNCATE log.relayed")
    await log.ask("INSERT INTO log.relayed TABLE log.kept")

    done = await restore_store(HERE, anew.kafka, log.urls, ClearKeyring())

    assert (done.read, done.added) == (1, 0)
    async with running(anew.relay()):
        await anew.empty()
    assert await anew.versions() == {"a": [1, 2], "b": [1]}


async def test_a_store_is_not_filled_from_an_epoch_that_is_none(log: Log) -> None:
    await published(log, a=2)
    anew = await lost(log)

    with pytest.raises(OutOfStep, match=r"none as .*-e2; `livechat republish`"):
        await restore_store(HERE, anew.kafka, log.urls, ClearKeyring())

    await restore_store(HERE, log.kafka, log.urls, ClearKeyring())
    assert await log.fences() == []


async def test_a_model_is_not_folded_from_where_its_events_are_not(log: Log) -> None:
    await published(log, a=2)
    await ensure_models(replace(HERE, models=(PUBLISHING,)), log.urls)
    await goes_on(log, (topic_of(log), partition_of("a"), 2), consumer=PUBLISHING.name)
    anew = await lost(log)

    async def folded(now: Log) -> None:
        await rebuild(SERVICE, PUBLISHING, now.kafka, log.urls, ClearKeyring())

    with pytest.raises(LogIncomplete, match=r"it was folded from .*v1, and nothing of it from .*-e2"):
        await folded(anew)
    await log.ask("UPDATE log.events SET at = at + version * interval '1 day'")
    await republished(anew)
    await log.ask("UPDATE log.consumer_offsets SET next_offset = 2")
    with pytest.raises(LogIncomplete, match=r"it was folded from .*-e2, and nothing of it from"):
        await folded(log)
    with pytest.raises(LogIncomplete, match=r"ends at 0, and the live model is at 2"):
        await folded(anew)


async def test_a_relay_publishes_nothing_after_what_is_not_there(log: Log) -> None:
    await published(log, a=2)
    anew = await lost(log)
    relay = anew.relay()

    async with running(relay):
        await anew.write("a", 3, 3)
        await eventually(lambda: failed(relay), what="it has said why")

    assert relay._failure.startswith(
        f"OutOfStep('events were published as {topic_of(log)}, and none as {topic_of(anew)}; `livechat republish`"
    ), relay._failure
    assert await anew.records() == []


class Standing:
    """A handler that stands there, in each partition."""

    def __init__(self, offset: int, partition: int) -> None:
        self._positions = {number: offset * (number == partition) for number in range(PARTITIONS)}

    async def positions(self, _: object) -> dict[int, int]:
        return self._positions

    async def handle(self, slices: Any) -> Any:
        raise AssertionError(f"nothing is to be handled: {slices}")


def loop_of(kafka: KafkaSettings, offset: int) -> BatchLoop:
    return BatchLoop(kafka, SERVICE, NAME, CONVERSATION_EVENTS, Standing(offset, partition_of("a")))


async def test_nobody_reads_on_before_the_log_reaches_to_where_they_are(log: Log) -> None:
    await published(log, a=3)
    anew = await lost(log)
    await republished(anew)
    ahead, behind = loop_of(anew.kafka, 2), loop_of(anew.kafka, 0)
    waiting = asyncio.create_task(published_anew(anew.kafka, [ahead, behind]))
    name, number = topic_of(anew), partition_of("a")
    expected = f"{name}[{number}] is published anew: it has 0 events of 2"
    await eventually(lambda: _is(ahead.progress.not_ready, expected), what="why it waits")
    assert behind.progress.not_ready() == "no partitions assigned yet"
    assert not waiting.done()

    async with running(anew.relay()):
        await waiting
    assert ahead.progress.alarms == {}


async def _is(told: Callable[[], str | None], expected: str) -> bool:
    return told() == expected


async def test_in_the_first_epoch_nobody_waits(log: Log) -> None:
    await published_anew(log.kafka, [loop := loop_of(log.kafka, 5)])

    assert loop.progress.alarms == {}
