"""The live end of topics: each record handed to this process's listeners, in order, through losses of the broker."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord, TopicPartition
from prometheus_client import Counter
from pydantic import ValidationError

from contracts.envelope import Fact, Malformed
from contracts.personal import ClearKeyring, Keyring
from contracts.signals import SIGNAL
from contracts.states import AgentRow, InboxRow, StateRow
from contracts.topics import AGENTS_STATE, INBOX_STATE, SIGNALS, Topic
from services.chassis.clock import SystemClock
from services.chassis.follower import BEGIN_AGAIN_S, Follower
from services.chassis.kafka import KafkaSettings, partition_of
from services.chassis.models import Changed
from services.chassis.ports import Clock, Listener
from services.chassis.producer import new_producer, running
from services.chassis.records import read_events

STATE_ROWS: Mapping[str, type[StateRow]] = {INBOX_STATE.name: InboxRow, AGENTS_STATE.name: AgentRow}
LEASE_S = 25.0
SIGNALS_WAITING_MAX = 2_000
SIGNAL_TIMEOUT_MS = 5_000

DROPPED = Counter("livechat_signals_dropped", "Signals not delivered: Kafka was away or too slow.")

log = structlog.get_logger()


class KafkaTail(Follower):
    """ports.Tail of a running system. Listeners may hear an event twice: whoever counts drops known versions.

    A topic in `since_s` is heard from so many seconds before the start on, the others from their ends.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        topics: Sequence[Topic],
        keyring: Keyring | None = None,
        since_s: Mapping[Topic, int] = MappingProxyType({}),
        clock: Clock | None = None,
    ) -> None:
        super().__init__(settings, topics)
        self._keyring, self._clock = keyring or ClearKeyring(), clock or SystemClock()
        self._since_s = {settings.naming.of(topic): seconds for topic, seconds in since_s.items()}
        self._first_ends: dict[TopicPartition, int] | None = None

    def behind(self) -> int | None:
        """How many records that were there at the start are not heard yet; None while that is not known."""
        if self._first_ends is None:
            return None
        return sum(max(0, end - self._positions.get(where, 0)) for where, end in self._first_ends.items())

    def listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        return self._listen(topic, listener)

    async def end(self, topic: Topic, key: str) -> tuple[int, int]:
        await self.started()
        partition = partition_of(key)
        return partition, self._positions[TopicPartition(self._settings.naming.of(topic), partition)]

    async def _begin(
        self, consumer: AIOKafkaConsumer, parts: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        ends = dict(await consumer.end_offsets(parts))
        early = [where for where in parts if where.topic in self._since_s]
        begin = ends | await self._since(consumer, early, ends)
        self._first_ends = self._first_ends or {where: ends[where] for where in early}
        return begin

    async def _since(
        self, consumer: AIOKafkaConsumer, parts: list[TopicPartition], ends: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        now = self._clock.now()
        at_ms = {
            where: int((now - timedelta(seconds=self._since_s[where.topic])).timestamp() * 1_000)
            for where in parts
        }
        found = await consumer.offsets_for_times(at_ms) if at_ms else {}
        return {where: found[where].offset if found.get(where) else ends[where] for where in parts}

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
        ends = await consumer.end_offsets(parts)  # First: what comes between the two answers is of the lease.
        found = await consumer.offsets_for_times(dict.fromkeys(parts, since_ms))
        return {where: found[where].offset if found.get(where) else ends[where] for where in parts}

    async def _read(self, topic: Topic, records: Sequence[ConsumerRecord]) -> Sequence[Any]:
        return [self._signal(record) for record in records]

    def _signal(self, record: ConsumerRecord) -> Fact | None:
        try:
            return SIGNAL.validate_json(record.value or b"")
        except ValidationError as unreadable:
            if (
                unreadable.errors()[0]["type"] != "union_tag_invalid"
            ):  # A kind of tomorrow is nobody's mistake.
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
        return new_producer(
            self._settings, enable_idempotence=False, acks=1, request_timeout_ms=SIGNAL_TIMEOUT_MS
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
