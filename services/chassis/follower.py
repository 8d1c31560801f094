"""Reads topics without a group and hands each record to this process's listeners, through losses of the broker."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import psycopg
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord, TopicPartition
from prometheus_client import Counter
from psycopg_pool import PoolTimeout

from contracts.states import StateRow
from contracts.topics import PARTITIONS, Topic
from services.chassis.batches import RowStore, Superseded
from services.chassis.kafka import FETCH_WAIT_MS, KafkaSettings, fetch_together, reading
from services.chassis.models import ReadModel
from services.chassis.ports import Listener

RECORDS_MAX = 500  # Per turn, so that others have theirs.
POLL_MS = 1_000
CHECK_S = 10.0
BEGIN_AGAIN_S = 0.5
GUARDED_MAX = 100_000
Told = tuple[int, int, str]
"""Generation and version of a row, and its workspace."""

UNREADABLE = Counter("livechat_tail_unreadable", "Records that listeners never saw: unreadable.", ["topic"])
GUARDED = Counter("livechat_state_told_again", "Rows told again: an older one may have come late.", ["topic"])
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


class StateGuard(Follower):
    """Sees to it that the last row of each key is the newest one, on the state topics that these models publish.

    A batch of a relay that died may reach Kafka after a newer row of its successor. It is known by what came before it,
    and is followed by the row as it is then. A tombstone tells no version: what follows one, or precedes it, is looked
    at as well, which costs a row that was there already. See ADR 0036.
    """

    def __init__(self, settings: KafkaSettings, models: Sequence[ReadModel], rows: RowStore) -> None:
        self._states = {
            model.publishes.topic.name: (model, model.publishes) for model in models if model.publishes
        }
        super().__init__(settings, [state.topic for _, state in self._states.values()])
        self._rows = rows
        self._last: OrderedDict[tuple[str, str], Told | None] = OrderedDict()

    async def _begin(
        self, consumer: AIOKafkaConsumer, parts: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        return dict(await consumer.end_offsets(parts))

    async def _read(self, topic: Topic, records: Sequence[ConsumerRecord]) -> Sequence[Any]:
        return records

    async def _hand_over(self, where: TopicPartition, records: Sequence[ConsumerRecord]) -> None:
        name = self._topics[where.topic].name
        if late := {key: of for record in records for key, of in self._late(name, record)}:
            GUARDED.labels(name).inc(len(late))
            try:
                await self._tell_again(name, late)
            except Superseded:
                pass  # Newer code has the model, and tells all of it.
            except (psycopg.Error, PoolTimeout) as away:
                raise Stalled from away
        self._positions[where] = records[-1].offset + 1

    def _late(self, name: str, record: ConsumerRecord) -> Iterator[tuple[str, str]]:
        """The key, and its workspace, where the record may be older than one before it, or hides it."""
        try:
            key = (record.key or b"").decode()
        except UnicodeDecodeError as unreadable:
            self._unreadable(record, unreadable)
            return
        try:
            row = StateRow.model_validate_json(record.value) if record.value else None
        except ValueError as unreadable:
            self._unreadable(record, unreadable)
            if known := self._last.get((name, key)):
                yield key, known[-1]
            return
        told = (row.generation, row.version, row.workspace_id) if row else None
        before = self._last.pop((name, key), told)
        newest = max(before, told) if before and told else told
        self._last[name, key] = newest
        while len(self._last) > GUARDED_MAX:
            self._last.popitem(last=False)
        if newest != told or (before is None) != (told is None):
            yield key, (told or before or ("",))[-1]

    async def _tell_again(self, name: str, late: Mapping[str, str]) -> None:
        """The rows as they are, while nobody folds: what is told later is newer."""
        model, state = self._states[name]
        async with self._rows.batch() as batch:
            await batch.lock_offsets(model.name, self._settings.naming.of(model.source), range(PARTITIONS))
            generation = await batch.generation(model)
            found = await batch.load(
                [(state.table, (workspace_id, key)) for key, workspace_id in late.items()]
            )
            news: dict[str, StateRow | None] = dict.fromkeys(late)
            news |= dict(state.row(row, generation) for row in found.values() if row is not None)
            await batch.publish(name, news)
