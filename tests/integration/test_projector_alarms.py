"""A projection that cannot be right stops and says why, instead of going on from somewhere else."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from services.chassis.consumer import BatchLoop, consuming
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import Ground, ground
from tests.sample_inbox import MODEL, conversation
from tests.waiting import eventually

pytestmark = pytest.mark.real

LENGTH = 8


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        yield made


async def tells(loop: BatchLoop, reason: str) -> None:
    """Waits until the loop says that it is not ready for this reason."""

    async def said() -> bool:
        return reason in (loop.progress.not_ready() or "")

    await eventually(said, what=reason)


async def test_a_position_beyond_the_end_stops_its_partition_with_an_alarm(on: Ground) -> None:
    here, there = _in_two_partitions()
    await on.write([*conversation(here, LENGTH), *conversation(there, LENGTH)])
    partition = next(conversation(here)).partition
    await on.ask("INSERT INTO log.consumer_offsets VALUES (%s, %s, %s, 99)", MODEL.name, on.topic, partition)
    loop = on.loop()

    async with consuming(on.kafka, [loop]):
        end = (await on.ends())[partition]
        await tells(loop, f"[{partition}]: the stored offset 99 is beyond the topic's end {end}")
        await tells(loop, on.topic)

        async def others_flow() -> bool:
            return (await on.positions()).get(next(conversation(there)).partition) == LENGTH

        await eventually(others_flow)
    assert (await on.positions())[partition] == 99


async def test_a_position_before_the_start_stops_with_an_alarm(on: Ground) -> None:
    await on.write(conversation(1, LENGTH))
    tp = TopicPartition(on.topic, next(conversation(1)).partition)
    admin = AIOKafkaAdminClient(bootstrap_servers=on.kafka.kafka)
    await admin.start()
    await admin.delete_records({tp: RecordsToDelete(before_offset=5)})
    await admin.close()
    loop = on.loop()

    async with consuming(on.kafka, [loop]):
        await tells(loop, "the stored offset 0 is before the topic's start 5")

    assert await on.ask("SELECT count(*) FROM sample_inbox.counts") == [(0,)]


async def test_a_hole_in_the_topic_stops_with_an_alarm(on: Ground, unique: str) -> None:
    events = list(conversation(1, LENGTH))
    transactional = AIOKafkaProducer(bootstrap_servers=on.kafka.kafka, transactional_id=unique)
    await transactional.start()
    async with transactional.transaction():
        for e in events[:3]:
            await transactional.send(
                on.topic, key=e.key, value=e.value, headers=list(e.headers), partition=e.partition
            )
    await transactional.stop()

    async def ended() -> bool:  # The end of a transaction takes an offset of its own.
        return (await on.ends())[events[0].partition] == 4

    await eventually(ended)
    await on.write(events[3:])
    loop = on.loop()

    async with consuming(on.kafka, [loop]):
        await tells(loop, "there is no record at offset 3, the next is 4")

    assert (await on.positions())[events[0].partition] == 3


async def test_a_process_with_another_schema_writes_nothing(on: Ground) -> None:
    loop = on.loop(replace(MODEL, schema=2))
    await on.write(conversation(1, LENGTH))

    async with consuming(on.kafka, [loop]):
        await tells(loop, "has schema 1 in the database; this process has schema 2")

    assert sum((await on.positions()).values()) == 0


def _in_two_partitions() -> tuple[int, int]:
    """Two conversations in different partitions."""
    first = next(conversation(0)).partition
    return 0, next(n for n in range(1, 100) if next(conversation(n)).partition != first)
