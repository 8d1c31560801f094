"""A log that is published anew: nobody reads on before it reaches to where they are."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import PARTITIONS, Naming
from services.chassis.consumer import BatchLoop
from services.chassis.kafka import KafkaSettings, reading
from services.chassis.models import ReadModel

LOOK_AGAIN_S = 1.0
_PLACES = """SELECT topic, partition, next_offset FROM log.consumer_offsets
    WHERE consumer = %s AND starts_with(topic, %s) AND next_offset > 0"""

log = structlog.get_logger()


async def published_anew(kafka: KafkaSettings, loops: Sequence[BatchLoop]) -> None:
    """Returns once every topic reaches to where its consumer goes on; until then that is the consumer's alarm.

    In the first epoch at once: a position beyond the end of a topic means there that Kafka has lost events.
    """
    if kafka.epoch == 1:
        return
    async with reading(kafka) as consumer:
        waiting = list(loops)
        while True:
            waiting = [loop for loop in waiting if not await _reaches(consumer, loop)]
            if not waiting:
                return
            await asyncio.sleep(LOOK_AGAIN_S)


async def _reaches(consumer: AIOKafkaConsumer, loop: BatchLoop) -> bool:
    at = await loop.handler.positions(range(PARTITIONS))
    short = await _short(
        consumer, {TopicPartition(loop.topic, number): place for number, place in at.items()}
    )
    if short and not loop.progress.alarms:
        log.warning("log_is_published_anew", consumer=loop.name, topic=loop.topic, partitions=len(short))
    loop.progress.alarms = {
        tp.partition: f"{tp.topic}[{tp.partition}] is published anew: it has {end:,} events of {at[tp.partition]:,}"
        for tp, end in short.items()
    }
    return not short


async def _short(
    consumer: AIOKafkaConsumer, places: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Partitions that end before these places, and where."""
    ends = await consumer.end_offsets(list(places)) if places else {}
    return {tp: end for tp, end in ends.items() if end < places[tp]}


async def is_elsewhere(
    connection: psycopg.AsyncConnection[Any], consumer: AIOKafkaConsumer, model: ReadModel, naming: Naming
) -> str | None:
    """Why a model that is folded from the topic now would lack what the live one has; None where it would not.

    The live one's events are on the topic of another epoch, or not all of them are on this one yet.
    """
    whatever_the_epoch = Naming(naming.prefix).of(model.source)
    rows = await (await connection.execute(_PLACES, (model.name, whatever_the_epoch))).fetchall()
    topic = naming.of(model.source)
    here = {TopicPartition(of, number): at for of, number, at in rows if of == topic}
    if rows and not here:
        return f"it was folded from {rows[0][0]}, and nothing of it from {topic}"
    for tp, end in (await _short(consumer, here)).items():
        return f"{tp.topic}[{tp.partition}] ends at {end}, and the live model is at {here[tp]}"
    return None
