"""Where a restored service goes on: positions of reactions, and generations of what it publishes."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord
from pydantic import ValidationError

from contracts.states import StateRow
from contracts.topics import PARTITIONS, Topic
from services.chassis.kafka import KafkaSettings, administration, reading
from services.chassis.schemas import Connection
from services.chassis.service import Service

OVERLAP = timedelta(minutes=10)
"""So much of what was published last is reacted to again: clocks differ, what happened at one time is in no order, and
whoever was behind reacted to old events."""
READ_WITHIN_S = 10.0

_GENERATION = """
    INSERT INTO log.models AS known (name, schema, generation, rebuilt_at) VALUES (%s, %s, %s, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET generation = greatest(known.generation, excluded.generation)"""
_POSITION = """
    INSERT INTO log.consumer_offsets AS known (consumer, topic, partition, next_offset) VALUES (%s, %s, %s, %s)
    ON CONFLICT (consumer, topic, partition) DO UPDATE
    SET next_offset = greatest(known.next_offset, excluded.next_offset)"""


async def go_on(
    service: Service, kafka: KafkaSettings, connection: Connection, newest: datetime | None
) -> int:
    """Puts each reaction where it goes on; answers how many had a place in Kafka.

    That is where it had told Kafka to be, or earlier: so long before `newest`, the time of this service's newest event
    that Kafka has, or before what it had reacted to last. What it had done after that was committed here and may never
    have been published. What is done again has the same ids. Raises TimeoutError.
    """
    reactions = 0
    async with administration(kafka) as admin, reading(kafka) as consumer:
        for one in service.consumers:
            if one.role == "projectors":
                continue  # A read model goes by its own tables: without them it begins anew.
            topic = kafka.naming.of(one.topic)
            found = await admin.list_consumer_group_offsets(kafka.topic_prefix + one.group)
            told = {part: at.offset for part, at in found.items() if part.topic == topic and at.offset > 0}
            places = await _places(consumer, told, newest)
            async with connection.cursor() as cursor:
                rows = [(one.name, topic, part.partition, at) for part, at in places.items()]
                await cursor.executemany(_POSITION, rows)
            reactions += bool(told)
    return reactions


async def _places(
    consumer: AIOKafkaConsumer, told: Mapping[TopicPartition, int], newest: datetime | None
) -> dict[TopicPartition, int]:
    places = dict[TopicPartition, int]()
    for part, at in told.items():
        last = await _record(consumer, part, at - 1)
        since_ms = min(int(newest.timestamp() * 1_000) if newest else 0, last.timestamp)
        since_ms = max(0, since_ms - int(OVERLAP.total_seconds() * 1_000))
        found = (await consumer.offsets_for_times({part: since_ms})).get(part)
        places[part] = min(at, found.offset) if found else at
    return places


async def _record(consumer: AIOKafkaConsumer, part: TopicPartition, offset: int) -> ConsumerRecord:
    consumer.assign([part])
    consumer.seek(part, offset)
    async with asyncio.timeout(READ_WITHIN_S):
        return await consumer.getone(part)


async def count_on(service: Service, kafka: KafkaSettings, connection: Connection) -> None:
    """Gives read models that publish their rows the newest generation that subscribers know: older rows would be none
    to them. Raises TimeoutError."""
    for model in service.models:
        if model.publishes is not None:
            generation = await _newest_generation(kafka, model.publishes.topic)
            await connection.execute(_GENERATION, (model.name, model.schema, generation))


async def _newest_generation(kafka: KafkaSettings, topic: Topic) -> int:
    newest = 0
    async with reading(kafka) as consumer:
        parts = [TopicPartition(kafka.naming.of(topic), number) for number in range(PARTITIONS)]
        starts, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        left = {part for part in parts if starts[part] < ends[part]}
        consumer.assign(list(left))
        for part in left:
            consumer.seek(part, starts[part])
        while left:
            found = await consumer.getmany(timeout_ms=int(READ_WITHIN_S * 1_000))
            for records in found.values():
                newest = max([newest, *(_generation(record.value) for record in records)])
            # Compaction may have left nothing before the end.
            still = {part for part in left if await consumer.position(part) < ends[part]}
            if not found and still == left:
                raise TimeoutError(f"{topic.name} cannot be read")
            left = still
    return newest


def _generation(value: bytes | None) -> int:
    try:
        return StateRow.model_validate_json(value).generation if value else 0
    except ValidationError:
        return 0  # Somebody else's record: subscribers pass over it as well.
