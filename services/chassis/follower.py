"""Reads topics without a group and hands each record to this process's listeners, through losses of the broker."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord, TopicPartition
from prometheus_client import Counter

from contracts.topics import PARTITIONS, Topic
from services.chassis.kafka import FETCH_WAIT_MS, KafkaSettings, fetch_together, reading
from services.chassis.ports import Listener

RECORDS_MAX = 500  # Per turn, so that others have theirs.
POLL_MS = 1_000
CHECK_S = 10.0
BEGIN_AGAIN_S = 0.5

UNREADABLE = Counter("livechat_tail_unreadable", "Records that listeners never saw: unreadable.", ["topic"])
LISTENER_FAILED = Counter("livechat_tail_listener_failed", "Listeners that raised.", ["topic"])

log = structlog.get_logger()


class Stalled(Exception):
    """The broker has more, and for a while the consumer brought nothing of it."""


class Follower(ABC):
    """Reads topics without a group, from positions that it keeps itself, until cancelled."""

    def __init__(self, settings: KafkaSettings, topics: Sequence[Topic]) -> None:
        self._settings = settings
        self._topics = {settings.naming.of(topic): topic for topic in topics}
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._positions: dict[TopicPartition, int] = {}
        self._known = asyncio.Event()

    @abstractmethod
    async def _begin(
        self, consumer: AIOKafkaConsumer, parts: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        """Where to begin."""

    @abstractmethod
    async def _read(self, topic: Topic, records: Sequence[ConsumerRecord]) -> Sequence[Any]:
        """What listeners get for these records; None for one that cannot be read."""

    async def started(self) -> None:
        """Returns when every record from now on will be heard."""
        await self._known.wait()

    async def run(self) -> None:
        """Until cancelled. A lost broker is waited for; reading goes on where it ended."""
        while True:
            try:
                async with reading(self._settings, FETCH_WAIT_MS) as consumer:
                    await self._seek(consumer)
                    await self._follow(consumer)
            except OffsetOutOfRangeError as gone:
                # What lies between cannot be had any more; whoever counts versions sees the gap.
                log.error("tail_lost_its_place", topics=list(self._topics), error=repr(gone))
                for where in gone.args[0]:
                    self._positions.pop(where, None)
            except (KafkaError, OSError, Stalled) as lost:
                log.warning("tail_begins_again", topics=list(self._topics), error=repr(lost))
            await asyncio.sleep(BEGIN_AGAIN_S)

    async def _seek(self, consumer: AIOKafkaConsumer) -> None:
        parts = [TopicPartition(name, part) for name in self._topics for part in range(PARTITIONS)]
        consumer.assign(parts)
        fetch_together(consumer)
        if new := [where for where in parts if where not in self._positions]:
            self._positions |= await self._begin(consumer, new)
        for where, offset in self._positions.items():
            consumer.seek(where, offset)
        self._known.set()

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        checked_at_s, ends, positions = time.monotonic(), dict(self._positions), dict(self._positions)
        while True:
            for where, records in (
                await consumer.getmany(timeout_ms=POLL_MS, max_records=RECORDS_MAX)
            ).items():
                await self._hand_over(where, records)
            await asyncio.sleep(0)  # getmany does not yield while it has records.
            if time.monotonic() - checked_at_s > CHECK_S:
                if any(self._positions[where] == positions[where] < end for where, end in ends.items()):
                    raise Stalled
                ends, positions = await consumer.end_offsets(list(self._positions)), dict(self._positions)
                checked_at_s = time.monotonic()

    async def _hand_over(self, where: TopicPartition, records: Sequence[ConsumerRecord]) -> None:
        topic = self._topics[where.topic]
        listeners = self._listeners[topic.name]
        read = await self._read(topic, records) if listeners else [None] * len(records)
        for record, heard in zip(records, read, strict=True):
            for listener in tuple(listeners) if heard is not None else ():
                try:
                    listener(heard)
                except Exception:
                    LISTENER_FAILED.labels(topic.name).inc()
                    log.exception("tail_listener_failed", topic=topic.name, offset=record.offset)
            self._positions[where] = record.offset + 1

    def _listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        self._listeners[topic.name].append(listener)
        return partial(self._listeners[topic.name].remove, listener)

    def _unreadable(self, record: ConsumerRecord, reason: Exception) -> None:
        UNREADABLE.labels(record.topic).inc()
        place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        log.error("tail_cannot_read", **place, error=str(reason))
