"""A log that is published anew: nobody reads on before it reaches to where they are."""

import asyncio
from collections.abc import Sequence

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import PARTITIONS
from services.chassis.consumer import BatchLoop
from services.chassis.kafka import KafkaSettings, reading

LOOK_AGAIN_S = 1.0

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
    ends = await consumer.end_offsets([TopicPartition(loop.topic, number) for number in at])
    short = {
        tp.partition: f"{tp.topic}[{tp.partition}] is published anew: it has {end:,} events of {at[tp.partition]:,}"
        for tp, end in ends.items()
        if end < at[tp.partition]
    }
    if short and not loop.progress.alarms:
        log.warning("log_is_published_anew", consumer=loop.name, topic=loop.topic, partitions=len(short))
    loop.progress.alarms = short
    return not short
