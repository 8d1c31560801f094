"""Where a restored service goes on: positions of reactions, and generations of what it publishes."""

from datetime import datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from pydantic import ValidationError

from contracts.states import StateRow
from contracts.topics import PARTITIONS, Topic
from services.chassis.kafka import ADMIN_TIMEOUT_MS, KafkaSettings, reading
from services.chassis.schemas import Connection
from services.chassis.service import Service
from services.chassis.settings import KafkaSecurity

OVERLAP = timedelta(minutes=1)
"""Clocks of those who recorded events differ a little, and what happened at the same time is in no order."""
READ_MS = 1_000

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

    That is where it had told Kafka to be, but no later than what Kafka has of this service reaches: what it had done
    after that was committed here and may never have been published. What is done again has the same ids.
    """
    since = int((newest - OVERLAP).timestamp() * 1_000) if newest else 0
    told = 0
    admin = AIOKafkaAdminClient(
        bootstrap_servers=kafka.kafka, request_timeout_ms=ADMIN_TIMEOUT_MS, **KafkaSecurity().options()
    )
    await admin.start()
    try:
        async with reading(kafka) as consumer:
            for one in service.consumers:
                if one.role == "projectors":
                    continue  # A read model goes by its own tables: without them it begins anew.
                group, topic = kafka.topic_prefix + one.group, kafka.naming.of(one.topic)
                committed = {
                    where: told.offset
                    for where, told in (await admin.list_consumer_group_offsets(group)).items()
                    if where.topic == topic and told.offset >= 0
                }
                places = await _no_later(consumer, committed, since)
                rows = [(one.name, topic, where.partition, at) for where, at in places.items()]
                async with connection.cursor() as cursor:
                    await cursor.executemany(_POSITION, rows)
                told += bool(rows)
    finally:
        await admin.close()
    return told


async def _no_later(
    consumer: AIOKafkaConsumer, committed: dict[TopicPartition, int], since_ms: int
) -> dict[TopicPartition, int]:
    if not committed:
        return {}
    found = await consumer.offsets_for_times(dict.fromkeys(committed, since_ms))
    return {
        where: min(at, found[where].offset) if found.get(where) else at for where, at in committed.items()
    }


async def count_on(service: Service, kafka: KafkaSettings, connection: Connection) -> None:
    """Gives read models that publish their rows the newest generation that subscribers know: older rows would be none
    to them."""
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
            for records in (await consumer.getmany(timeout_ms=READ_MS)).values():
                newest = max([newest, *(_generation(record.value) for record in records)])
            # Compaction may have left nothing before the end.
            left = {part for part in left if await consumer.position(part) < ends[part]}
    return newest


def _generation(value: bytes | None) -> int:
    try:
        return StateRow.model_validate_json(value).generation if value else 0
    except ValidationError:
        return 0  # Somebody else's record: subscribers pass over it as well.
