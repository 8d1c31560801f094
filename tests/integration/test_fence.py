"""The fence: a service whose store tells another history than Kafka must not write; a stranger's record raises none."""

import psycopg
import pytest

from contracts.topics import CONVERSATION_EVENTS
from services.chassis.kafka import partition_of
from services.chassis.producer import new_producer
from services.chassis.producer import running as producing
from tests.integration.sample_log import Log, append, running
from tests.waiting import eventually

pytestmark = pytest.mark.real


async def test_a_store_set_back_must_not_write_until_it_is_restored(log: Log) -> None:
    async with running(log.relay()):
        await log.write("thing-1", 1, 5)
        await log.empty()
    await log.ask("CREATE TABLE kept AS SELECT * FROM log.events WHERE version > 3")
    await log.ask("DELETE FROM log.events WHERE version > 3")
    await log.ask("DELETE FROM log.relayed")

    async with running(log.relay()):
        (reason,) = await eventually(log.fences)

        assert "behind Kafka from thing-1 version 4" in reason
        assert "`livechat restore` puts back what it lacks" in reason
        with pytest.raises(psycopg.DatabaseError) as refused:
            await append(log.owner, "thing-1", 4)
        assert refused.value.sqlstate == "LC004"

        await log.ask("INSERT INTO log.events OVERRIDING SYSTEM VALUE SELECT * FROM kept")
        await eventually(lambda: _no_fence(log))
        await log.write("thing-1", 6, 6)
        await log.empty()
    assert await log.versions() == {"thing-1": [1, 2, 3, 4, 5, 6]}


async def test_a_store_behind_kafka_is_fenced_before_any_command(log: Log) -> None:
    async with running(log.relay()):
        await log.write("thing-1", 1, 3)
        await log.empty()
    await log.relay().compare()
    assert await log.fences() == []
    await log.ask("DELETE FROM log.events WHERE version = 3")
    await log.ask("DELETE FROM log.relayed")

    await log.relay().compare()

    (reason,) = await log.fences()
    assert "from thing-1 version 3" in reason


async def test_another_event_under_a_published_version_raises_the_fence(log: Log) -> None:
    async with running(log.relay()):
        await log.write("thing-1", 1, 2)
        await log.empty()
    await log.ask("UPDATE log.events SET hash = 'another' WHERE version = 2")
    await log.ask("DELETE FROM log.relayed")
    await log.ask("INSERT INTO log.outbox SELECT pos FROM log.events WHERE version = 2")

    async with running(log.relay()):
        (reason,) = await eventually(log.fences)

    assert "from thing-1 version 2" in reason
    assert await log.versions() == {"thing-1": [1, 2]}


@pytest.mark.parametrize("headers", [[], [("content-type", b"text/plain"), ("\u00e9", b"\xff")]])
async def test_what_somebody_else_wrote_raises_no_fence(log: Log, headers: list[tuple[str, bytes]]) -> None:
    async with running(log.relay()):
        await log.write("thing-1", 1, 2)
        await log.empty()
    topic = log.kafka.naming.of(CONVERSATION_EVENTS)
    async with producing(new_producer(log.kafka)) as producer:
        await producer.send_and_wait(topic, b"not ours", partition=partition_of("thing-1"), headers=headers)

    await log.relay().compare()
    assert await log.fences() == []
    async with running(log.relay()):
        await log.write("thing-1", 3, 3)
        await log.empty()

    values = [record.value for record in await log.records() if record.partition == partition_of("thing-1")]
    assert (len(values), values[2]) == (4, b"not ours")
    assert await log.fences() == []


async def test_what_looks_like_ours_and_cannot_be_read_raises_the_fence(log: Log) -> None:
    async with running(log.relay()):
        await log.write("thing-1", 1, 1)
        await log.empty()
    topic = log.kafka.naming.of(CONVERSATION_EVENTS)
    async with producing(new_producer(log.kafka)) as producer:
        await producer.send_and_wait(topic, b"{}", headers=[("ce_type", b"conversation.something.v9")])

    await log.relay().compare()

    (reason,) = await log.fences()
    assert "no event of ours" in reason


async def test_a_fence_for_another_reason_stays(log: Log) -> None:
    await log.write("thing-1", 1, 1)
    await log.ask("INSERT INTO log.fence VALUES ('closed by hand')")

    async with running(log.relay()):
        await log.empty()

    assert await log.fences() == ["closed by hand"]


async def test_nothing_is_published_on_a_topic_that_lost_events(log: Log) -> None:
    relay = log.relay()
    await log.ask("INSERT INTO log.relayed VALUES (%s, 4, 1000)", log.kafka.naming.of(CONVERSATION_EVENTS))
    await log.write("thing-1", 1, 2)

    async with running(relay):

        async def waiting_long() -> bool:
            state = relay.state()
            return state.leader and (state.age_s or 0) > 1

        await eventually(waiting_long)

    assert await log.records() == []
    assert await log.fences() == []


async def _no_fence(log: Log) -> bool:
    return not await log.fences()
