"""Where a restored service goes on: no reaction later than what Kafka has of it, no row older than subscribers know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.states import StateRow
from contracts.topics import CONVERSATION_EVENTS, INBOX_STATE
from services.chassis.producer import new_producer
from services.chassis.producer import running as producing
from services.chassis.schemas import worker_connection
from services.chassis.service import Reaction
from services.cli.restore.places import count_on, go_on
from tests.integration.sample_log import SERVICE, Log
from tests.sample_inbox import MODEL, PUBLISHING, WORKSPACE
from tests.unit.cli.test_restored_streams import SERVICE as THINGS

pytestmark = pytest.mark.real

NAME = "conversation.tried"
NEWEST = datetime(2030, 1, 1, 12, tzinfo=UTC)
MINUTES_BEFORE = (30, 20, 11, 5, 0)


async def _nothing(*_: object) -> list[object]:
    return []


REACTING = replace(THINGS, name=SERVICE, reactions=(Reaction(NAME, CONVERSATION_EVENTS, _nothing),))  # type: ignore[arg-type]


async def written(log: Log) -> TopicPartition:
    """A partition with records of those times."""
    part = TopicPartition(log.kafka.naming.of(CONVERSATION_EVENTS), 3)
    async with producing(new_producer(log.kafka)) as producer:
        for minutes in MINUTES_BEFORE:
            at_ms = int((NEWEST - timedelta(minutes=minutes)).timestamp() * 1_000)
            await producer.send_and_wait(part.topic, b"{}", partition=part.partition, timestamp_ms=at_ms)
    return part


async def told(log: Log, part: TopicPartition, offset: int) -> None:
    """The reaction's group has told Kafka this place."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=log.kafka.kafka,
        group_id=f"{log.kafka.topic_prefix}{SERVICE}.{NAME}",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        consumer.assign([part])
        await consumer.commit({part: offset})
    finally:
        await consumer.stop()


async def placed(log: Log, newest: datetime | None) -> tuple[int, list[tuple[int, int]]]:
    """How many reactions had a place, and each partition with where the reaction goes on."""
    async with worker_connection(log.urls) as connection:
        reactions = await go_on(REACTING, log.kafka, connection, newest)
    found = await log.ask("SELECT partition, next_offset FROM log.consumer_offsets WHERE consumer = %s", NAME)
    return reactions, [(number, at) for number, at in found]


@pytest.mark.parametrize(
    ("offset", "newest", "place"),
    [
        (5, NEWEST, 3),
        (5, NEWEST - timedelta(minutes=15), 1),
        (5, None, 0),
        (2, NEWEST, 0),
        (4, NEWEST + timedelta(days=1), 2),
    ],
    ids=["ten-minutes", "since-our-newest", "ours-are-none", "who-was-behind", "a-clock-that-ran-ahead"],
)
async def test_a_reaction_goes_on_before_what_may_not_have_been_published(
    log: Log, offset: int, newest: datetime | None, place: int
) -> None:
    part = await written(log)
    await told(log, part, offset)

    assert await placed(log, newest) == (1, [(3, place)])


async def test_a_reaction_that_told_no_place_begins_with_the_topic(log: Log) -> None:
    await written(log)

    assert await placed(log, NEWEST) == (0, [])


async def test_an_older_copy_that_knows_better_is_believed(log: Log) -> None:
    part = await written(log)
    await told(log, part, 5)
    await log.ask("INSERT INTO log.consumer_offsets VALUES (%s, %s, 3, 4)", NAME, part.topic)

    assert await placed(log, NEWEST) == (1, [(3, 4)])


@pytest.mark.parametrize(("known", "generation"), [(None, 3), (2, 3), (5, 5)])
async def test_what_is_published_goes_on_with_the_newest_generation(
    log: Log, known: int | None, generation: int
) -> None:
    topic = log.kafka.naming.of(INBOX_STATE)
    async with producing(new_producer(log.kafka)) as producer:
        for key, number in (("a", 1), ("b", 3), ("c", 2)):
            row = StateRow(workspace_id=WORKSPACE, generation=number, version=1)
            await producer.send_and_wait(topic, row.model_dump_json().encode(), key=key.encode())
        await producer.send_and_wait(topic, b"not ours", key=b"d")
        await producer.send_and_wait(topic, None, key=b"a")
    if known is not None:
        await log.ask("INSERT INTO log.models VALUES (%s, 1, %s, now())", PUBLISHING.name, known)

    async with worker_connection(log.urls) as connection:
        await count_on(replace(REACTING, models=(MODEL, PUBLISHING)), log.kafka, connection)

    assert await log.ask("SELECT name, generation FROM log.models") == [(PUBLISHING.name, generation)]
