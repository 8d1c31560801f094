"""The live end of topics: each record handed to this process's listeners, in order, through losses of the broker."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord, TopicPartition
from prometheus_client import Counter
from pydantic import ValidationError

from contracts.envelope import Fact, Malformed
from contracts.personal import ClearKeyring, Keyring
from contracts.signals import SIGNAL
from contracts.states import AgentRow, InboxRow, StateRow
from contracts.topics import AGENTS_STATE, INBOX_STATE, PARTITIONS, SIGNALS, Topic
from services.chassis.kafka import KafkaSettings, new_consumer, partition_of, read_events
from services.chassis.models import Changed
from services.chassis.outbox import running
from services.chassis.ports import Clock, Listener

STATE_ROWS: Mapping[str, type[StateRow]] = {INBOX_STATE.name: InboxRow, AGENTS_STATE.name: AgentRow}
LEASE_S = 25.0
RECORDS_MAX = 500  # Per turn, so that others have theirs.
POLL_MS = 1_000
CHECK_S = 10.0
BEGIN_AGAIN_S = 0.5
SIGNALS_WAITING_MAX = 2_000
SIGNAL_TIMEOUT_MS = 5_000

UNREADABLE = Counter("livechat_tail_unreadable", "Records that listeners never saw: unreadable.", ["topic"])
LISTENER_FAILED = Counter("livechat_tail_listener_failed", "Listeners that raised.", ["topic"])
DROPPED = Counter("livechat_signals_dropped", "Signals not delivered: Kafka was away or too slow.")

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
            consumer = new_consumer(self._settings)
            try:
                await consumer.start()
                await self._seek(consumer)
                await self._follow(consumer)
            except OffsetOutOfRangeError as gone:
                # What lies between cannot be had any more; whoever counts versions sees the gap.
                log.error("tail_lost_its_place", topics=list(self._topics), error=repr(gone))
                for where in gone.args[0]:
                    self._positions.pop(where, None)
            except (KafkaError, OSError, Stalled) as lost:
                log.warning("tail_begins_again", topics=list(self._topics), error=repr(lost))
            finally:
                await consumer.stop()
            await asyncio.sleep(BEGIN_AGAIN_S)

    async def _seek(self, consumer: AIOKafkaConsumer) -> None:
        parts = [TopicPartition(name, part) for name in self._topics for part in range(PARTITIONS)]
        consumer.assign(parts)
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


class KafkaTail(Follower):
    """ports.Tail of a running system. Listeners may hear an event twice: whoever counts drops known versions."""

    def __init__(
        self, settings: KafkaSettings, topics: Sequence[Topic], keyring: Keyring | None = None
    ) -> None:
        super().__init__(settings, topics)
        self._keyring = keyring or ClearKeyring()

    def listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        return self._listen(topic, listener)

    async def end(self, topic: Topic, key: str) -> tuple[int, int]:
        await self.started()
        partition = partition_of(key)
        return partition, self._positions[TopicPartition(self._settings.naming.of(topic), partition)]

    async def _begin(
        self, consumer: AIOKafkaConsumer, parts: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        return dict(await consumer.end_offsets(parts))

    async def _read(self, topic: Topic, records: Sequence[ConsumerRecord]) -> Sequence[Any]:
        if topic.kind == "state":
            return [self._changed(STATE_ROWS[topic.name], record) for record in records]
        events = await read_events(records, self._keyring)
        for record, event in zip(records, events, strict=True):
            if isinstance(event, Malformed):
                self._unreadable(record, event)
        return [None if isinstance(event, Malformed) else event for event in events]

    def _changed(self, row: type[StateRow], record: ConsumerRecord) -> Changed | None:
        try:
            value = record.value
            return Changed(record.key.decode(), None if value is None else row.model_validate_json(value))
        except (ValueError, AttributeError) as unreadable:
            self._unreadable(record, unreadable)
            return None


class KafkaSignals(Follower):
    """ports.Signals of a running system: sent when Kafka is there, dropped, oldest first, when it is not."""

    def __init__(self, settings: KafkaSettings, clock: Clock) -> None:
        super().__init__(settings, (SIGNALS,))
        self._clock = clock
        self._waiting: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(SIGNALS_WAITING_MAX)
        self._wanted = asyncio.Event()

    async def send(self, key: str, signal: Fact) -> None:
        if self._waiting.full():
            self._waiting.get_nowait()
            DROPPED.inc()
        self._waiting.put_nowait((key, signal.model_dump_json().encode()))

    def listen(self, listener: Listener) -> Callable[[], None]:
        self._wanted.set()
        return self._listen(SIGNALS, listener)

    async def run(self) -> None:
        """Until cancelled. Reads only where somebody listens."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._deliver())
            await self._wanted.wait()
            await super().run()

    async def _begin(
        self, consumer: AIOKafkaConsumer, parts: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        since_ms = int((self._clock.now() - timedelta(seconds=LEASE_S)).timestamp() * 1_000)
        found = await consumer.offsets_for_times(dict.fromkeys(parts, since_ms))
        ends = await consumer.end_offsets(parts)
        return {where: found[where].offset if found.get(where) else ends[where] for where in parts}

    async def _read(self, topic: Topic, records: Sequence[ConsumerRecord]) -> Sequence[Any]:
        return [self._signal(record) for record in records]

    def _signal(self, record: ConsumerRecord) -> Fact | None:
        try:
            return SIGNAL.validate_json(record.value or b"")
        except ValidationError as unreadable:
            self._unreadable(record, unreadable)
            return None

    async def _deliver(self) -> None:
        while True:
            try:
                async with running(self._producer()) as producer:
                    while True:
                        await self._send_waiting(producer)
            except (KafkaError, OSError) as lost:
                log.warning("signals_begin_again", error=repr(lost))
            await asyncio.sleep(BEGIN_AGAIN_S)

    def _producer(self) -> AIOKafkaProducer:
        # Not idempotent: such a producer gives up on a signal that is too old to mean anything.
        return AIOKafkaProducer(
            bootstrap_servers=self._settings.kafka, acks=1, request_timeout_ms=SIGNAL_TIMEOUT_MS
        )

    async def _send_waiting(self, producer: AIOKafkaProducer) -> None:
        waiting = [await self._waiting.get()]
        while not self._waiting.empty():
            waiting.append(self._waiting.get_nowait())
        name, sent = self._settings.naming.of(SIGNALS), []
        try:
            for key, value in waiting:
                now_ms = int(self._clock.now().timestamp() * 1_000)
                sent.append(await producer.send(name, value, key.encode(), partition_of(key), now_ms))
            await asyncio.gather(*sent)
        except BaseException:
            DROPPED.inc(len(waiting))
            raise
