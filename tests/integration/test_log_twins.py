"""What topics promise who sends and who reads without a group: one suite over Kafka and the simulation's log."""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from contracts.topics import PARTITIONS, PRESENCE_EVENTS, Naming
from services.chassis import kafka
from services.chassis.kafka import KafkaSettings, ensure_topics, partition_of
from services.chassis.producer import Ends, Message, new_producer, running, send
from services.cli.infrastructure import Servers
from tests.proof import count
from tests.simulation import topics
from tests.simulation.chance import Chance
from tests.simulation.heard import WakingLog
from tests.simulation.loop import OUTSIDE, Loop
from tests.waiting import eventually

KEYS = [f"agent-{number}" for number in range(7)]
WAIT_MS = 2_000


@dataclass
class Ground:
    """Topics, whoever sends to them, and whoever reads them. `send` goes on until all is acknowledged."""

    send: Callable[[Sequence[Message]], Awaitable[Ends]]
    reading: Callable[[], AbstractAsyncContextManager[Any]]
    topic: str
    next_epoch: str

    async def write(self, key: str, *values: bytes) -> Ends:
        return await self.send([Message(self.topic, key, value) for value in values])

    async def held(self, starts: Collection[TopicPartition] = ()) -> list[Any]:
        """All that the topic holds in these partitions, from their beginnings on, in the order of their offsets."""
        wanted = starts or parts_of(self.topic)
        async with self.reading() as consumer:
            ends = await consumer.end_offsets(wanted)
            return await read(consumer, {where: (0, end) for where, end in ends.items()})


Promise = Callable[[Ground], Coroutine[Any, Any, None]]


def parts_of(topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for number in range(PARTITIONS)]


async def read(consumer: Any, spans: dict[TopicPartition, tuple[int, int]]) -> list[Any]:
    """The records of these partitions from an offset to an end."""
    left = {where: end for where, (start, end) in spans.items() if start < end}
    consumer.assign(list(left))
    for where in left:
        consumer.seek(where, spans[where][0])
    found: dict[TopicPartition, list[Any]] = defaultdict(list)
    while left:
        for where, records in (await consumer.getmany(timeout_ms=WAIT_MS)).items():
            found[where] += records
            if records[-1].offset + 1 >= left.get(where, 0):
                left.pop(where, None)
    return [record for where in sorted(found) for record in found[where]]


@asynccontextmanager
async def over_kafka(servers: Servers, unique: str) -> AsyncIterator[Ground]:
    """Topics of their own, in two epochs."""
    settings = KafkaSettings(kafka=servers.kafka, topic_prefix=unique)
    later = settings.model_copy(update={"epoch": 2})
    for one in (settings, later):
        await ensure_topics(one, [PRESENCE_EVENTS])
    async with running(new_producer(settings)) as producer:
        yield Ground(
            lambda messages: send(producer, messages),
            lambda: kafka.reading(settings),
            settings.naming.of(PRESENCE_EVENTS),
            later.naming.of(PRESENCE_EVENTS),
        )


def simulated(chance: Chance) -> Ground:
    """As the simulation has them, in the moods of this chance; only in the simulation's loop."""
    log = WakingLog()

    async def send_all(messages: Sequence[Message]) -> Ends:
        # What was lost is sent again, as relays do it; nobody else writes, so all that arrived late is a repeat.
        while True:
            try:
                return await topics.LogProducer(log, chance).send(messages)
            except KafkaError:
                continue

    names = (Naming(epoch=epoch).of(PRESENCE_EVENTS) for epoch in (1, 2))
    return Ground(send_all, lambda: topics.reading(log, chance), *names)


@pytest.fixture
async def ground(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with over_kafka(infrastructure, unique) as made:
        yield made


def first_times(values: Sequence[Any]) -> list[Any]:
    """What a reader keeps that drops what it has seen."""
    return list(dict.fromkeys(values))


@pytest.mark.real
async def test_a_key_has_one_partition_and_its_records_are_in_the_order_in_which_they_were_sent(
    ground: Ground,
) -> None:
    for number in range(6):
        await ground.send([Message(ground.topic, key, b"%d" % number) for key in KEYS])

    records = await ground.held()

    for key in KEYS:
        mine = [record for record in records if record.key == key.encode()]
        assert {record.partition for record in mine} == {partition_of(key)}
        assert first_times([record.value for record in mine]) == [b"%d" % number for number in range(6)]


@pytest.mark.real
async def test_offsets_count_each_partition_from_zero_without_a_gap(ground: Ground) -> None:
    for _ in range(3):
        await ground.send([Message(ground.topic, key, b"x") for key in KEYS])

    offsets = defaultdict(list)
    for record in await ground.held():
        offsets[record.partition].append(record.offset)
    assert offsets.keys() == {partition_of(key) for key in KEYS}
    assert all(found == list(range(len(found))) for found in offsets.values())


@pytest.mark.real
async def test_value_headers_and_tombstones_come_as_they_were_sent(ground: Ground) -> None:
    headers = [("ce_id", b"1"), ("no text", b"\xff\0")]
    await ground.send([Message(ground.topic, "agent-1", b"\0\xff", 1_000, headers)])
    await ground.send([Message(ground.topic, "agent-1", None)])

    records = await ground.held()

    found = first_times([(one.key, one.value, tuple(one.headers)) for one in records])
    assert found == [(b"agent-1", b"\0\xff", tuple(headers)), (b"agent-1", None, ())]


@pytest.mark.real
async def test_an_acknowledgement_names_the_offset_after_what_was_sent(ground: Ground) -> None:
    where = TopicPartition(ground.topic, partition_of("agent-1"))
    before = (await ground.write("agent-1", b"1", b"2"))[where]
    after = (await ground.write("agent-1", b"3"))[where]

    values = [record.value for record in await ground.held([where])]
    assert values[before - 2 : before] == [b"1", b"2"]
    assert values[after - 1] == b"3"


@pytest.mark.real
async def test_ends_are_of_each_partition_and_an_empty_one_ends_where_it_begins(ground: Ground) -> None:
    await ground.write("agent-1", b"1", b"2", b"3")

    async with ground.reading() as consumer:
        begins = await consumer.beginning_offsets(parts_of(ground.topic))
        ends = await consumer.end_offsets(parts_of(ground.topic))

    where = TopicPartition(ground.topic, partition_of("agent-1"))
    assert set(begins.values()) == {0}
    assert ends[where] >= 3
    assert {end for part, end in ends.items() if part != where} == {0}


@pytest.mark.real
async def test_who_reads_again_from_a_position_gets_the_same_records(ground: Ground) -> None:
    await ground.write("agent-1", *(b"%d" % number for number in range(20)))
    where = TopicPartition(ground.topic, partition_of("agent-1"))
    everything = await ground.held([where])

    for start in (0, 7, 19):
        async with ground.reading() as consumer:
            again = await read(consumer, {where: (start, len(everything))})
        told = [(one.offset, one.value) for one in everything[start:]]
        assert [(one.offset, one.value) for one in again][: len(told)] == told


@pytest.mark.real
async def test_readers_have_positions_of_their_own(ground: Ground) -> None:
    await ground.write("agent-1", *(b"%d" % number for number in range(10)))
    where = TopicPartition(ground.topic, partition_of("agent-1"))

    async with ground.reading() as one, ground.reading() as other:
        for consumer, start in ((one, 2), (other, 8)):
            consumer.assign([where])
            consumer.seek(where, start)
        first, second = [(await c.getmany(timeout_ms=WAIT_MS))[where][0].offset for c in (one, other)]
        other.seek(where, 0)
        again = (await other.getmany(timeout_ms=WAIT_MS))[where][0].offset
        position = await one.position(where)

    assert (first, second, again) == (2, 8, 0)
    assert position >= 3


@pytest.mark.real
async def test_a_reader_takes_no_more_than_it_asks_for_and_goes_on_from_there(ground: Ground) -> None:
    await ground.write("agent-1", *(b"%d" % number for number in range(10)))
    where = TopicPartition(ground.topic, partition_of("agent-1"))
    offsets: list[int] = []
    async with ground.reading() as consumer:
        consumer.assign([where])
        consumer.seek(where, 0)
        while len(offsets) < 10:
            taken = (await consumer.getmany(timeout_ms=WAIT_MS, max_records=3)).get(where, [])
            assert len(taken) <= 3
            offsets += [record.offset for record in taken]
            assert await consumer.position(where) == len(offsets)

    assert offsets == list(range(len(offsets)))


@pytest.mark.real
async def test_a_reader_at_the_end_waits_and_hears_what_comes(ground: Ground) -> None:
    where = TopicPartition(ground.topic, partition_of("agent-1"))
    async with ground.reading() as consumer:
        consumer.assign([where])
        consumer.seek(where, 0)
        assert await consumer.getmany(timeout_ms=50) == {}
        await ground.write("agent-1", b"news")

        async def heard() -> list[bytes]:
            found = await consumer.getmany(timeout_ms=WAIT_MS)
            return [record.value for record in found.get(where, [])]

        assert (await eventually(heard))[0] == b"news"


@pytest.mark.real
async def test_a_position_beyond_the_end_is_told_and_never_taken_for_the_end(ground: Ground) -> None:
    await ground.write("agent-1", b"1")
    where = TopicPartition(ground.topic, partition_of("agent-1"))
    async with ground.reading() as consumer:
        consumer.assign([where])
        consumer.seek(where, 1_000)

        with pytest.raises(OffsetOutOfRangeError):
            await consumer.getmany(timeout_ms=WAIT_MS)


@pytest.mark.real
async def test_an_epoch_is_another_topic(ground: Ground) -> None:
    await ground.write("agent-1", b"old")
    await ground.send([Message(ground.next_epoch, "agent-1", b"new")])

    async with ground.reading() as consumer:
        where = TopicPartition(ground.next_epoch, partition_of("agent-1"))
        ends = await consumer.end_offsets([where])
        found = await read(consumer, {where: (0, ends[where])})

    assert first_times([record.value for record in found]) == [b"new"]
    assert first_times([record.value for record in await ground.held()]) == [b"old"]


@pytest.mark.real
async def test_what_is_sent_again_is_there_again(ground: Ground) -> None:
    await ground.write("agent-1", b"1", b"2")
    await ground.write("agent-1", b"1", b"2")

    values = [record.value for record in await ground.held()]
    assert len(values) >= 4
    assert values[-2:] == values[:2] == [b"1", b"2"]


PROMISES: list[Promise] = [found for name, found in list(globals().items()) if name.startswith("test_")]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__.removeprefix("test_"))
def test_the_simulations_log_keeps_it_in_all_its_moods(promise: Promise) -> None:
    for seed in range(count(400)):
        loop, chance = Loop(Random(seed)), Chance(Random(seed))  # type: ignore[abstract]
        if seed == 0:
            chance.calm()
        try:
            loop.play(promise(simulated(chance)))
        finally:
            OUTSIDE.end()
        assert not loop.failures, f"seed {seed}"
