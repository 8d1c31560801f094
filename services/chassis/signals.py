"""Signals over Kafka: sent without waiting, heard by every replica, worth nothing after a few minutes."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from prometheus_client import Counter

from contracts.envelope import Fact
from contracts.signals import SIGNAL
from contracts.topics import PARTITIONS, SIGNALS
from services.chassis.kafka import KafkaSettings, new_consumer, new_producer
from services.chassis.ports import Clock, Listener

BACK_S = 25.0
"""How far back a fresh listener hears: one lease of presence."""
QUEUE_MAX = 10_000
POLL_MS = 1_000
AGAIN_AFTER_S = 0.5

DROPPED = Counter(
    "livechat_signals_dropped", "Signals that were not sent, because Kafka was away or too slow."
)
UNREADABLE = Counter("livechat_signals_unreadable", "Signals that could not be read.")

log = structlog.get_logger()


class KafkaSignals:
    """ports.Signals. A process that only sends opens no consumer, one that only listens sends nothing."""

    def __init__(self, settings: KafkaSettings, clock: Clock) -> None:
        self._clock = clock
        self._settings, self._topic = settings, settings.naming.of(SIGNALS)
        self._listeners: list[Listener] = []
        self._queue: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(QUEUE_MAX)
        self._heard = asyncio.Event()
        self._positions: dict[TopicPartition, int] = {}

    async def send(self, key: str, signal: Fact) -> None:
        try:
            self._queue.put_nowait((key, signal.model_dump_json().encode()))
        except asyncio.QueueFull:
            DROPPED.inc()

    def listen(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        self._heard.set()
        return lambda: self._listeners.remove(listener)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._kept_up(self._sending))
            group.create_task(self._kept_up(self._hearing))

    async def _kept_up(self, part: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await part()
            except (KafkaError, OSError) as lost:
                log.warning("signals_begin_again", error=repr(lost))
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _sending(self) -> None:
        first = await self._queue.get()
        producer: AIOKafkaProducer = new_producer(self._settings)
        await producer.start()
        try:
            key, value = first
            while True:
                sent = await producer.send(self._topic, value, key=key.encode())
                sent.add_done_callback(_count_failure)
                key, value = await self._queue.get()
        finally:
            await producer.stop()

    async def _hearing(self) -> None:
        await self._heard.wait()
        consumer: AIOKafkaConsumer = new_consumer(self._settings)
        await consumer.start()
        try:
            await self._seek(consumer)
            while True:
                found = await consumer.getmany(timeout_ms=POLL_MS)
                for part, records in found.items():
                    for record in records:
                        self._tell(record.value or b"")
                    self._positions[part] = records[-1].offset + 1
        finally:
            await consumer.stop()

    async def _seek(self, consumer: AIOKafkaConsumer) -> None:
        parts = [TopicPartition(self._topic, number) for number in range(PARTITIONS)]
        consumer.assign(parts)
        since_ms = int((self._clock.now().timestamp() - BACK_S) * 1_000)
        recent = await consumer.offsets_for_times(dict.fromkeys(parts, since_ms))
        ends = await consumer.end_offsets(parts)
        starts = await consumer.beginning_offsets(parts)
        for part in parts:
            found = recent.get(part)
            offset = self._positions.get(part, found.offset if found else ends[part])
            consumer.seek(part, min(max(offset, starts[part]), ends[part]))

    def _tell(self, value: bytes) -> None:
        try:
            signal = SIGNAL.validate_json(value)
        except ValueError:
            UNREADABLE.inc()
            return
        for listener in tuple(self._listeners):
            listener(signal)


def _count_failure(sent: "asyncio.Future[object]") -> None:
    if sent.cancelled() or sent.exception() is not None:
        DROPPED.inc()
