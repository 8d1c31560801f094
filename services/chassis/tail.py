"""The live end of topics: read without a group, so that every replica hears all, and gone on with after any failure."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord, TopicPartition
from prometheus_client import Counter

from contracts.envelope import Malformed
from contracts.personal import Keyring
from contracts.states import AgentRow, InboxRow, StateRow
from contracts.topics import AGENTS_STATE, INBOX_STATE, PARTITIONS, Topic
from services.chassis.kafka import KafkaSettings, new_consumer, partition_of, read_events
from services.chassis.ports import Listener
from services.chassis.projector import read_changes

STATE_ROWS: Mapping[Topic, type[StateRow]] = {INBOX_STATE: InboxRow, AGENTS_STATE: AgentRow}
POLL_MS = 1_000
RECORDS_MAX = 2_000
AGAIN_AFTER_S = 0.5

SKIPPED = Counter(
    "livechat_tail_skipped", "Records that could not be read live; read models park them.", ["topic"]
)

log = structlog.get_logger()


class KafkaTail:
    """ports.Tail. Positions are known once `started` has returned; from then on nothing is passed over."""

    def __init__(self, settings: KafkaSettings, topics: Sequence[Topic], keyring: Keyring) -> None:
        self._settings, self._keyring = settings, keyring
        self._topics = {settings.naming.of(topic): topic for topic in topics}
        self._listeners: dict[Topic, list[Listener]] = {topic: [] for topic in topics}
        self._positions: dict[TopicPartition, int] = {}
        self._known = asyncio.Event()

    def listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        listeners = self._listeners[topic]
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    async def end(self, topic: Topic, key: str) -> tuple[int, int]:
        await self.started()
        partition = partition_of(key)
        return partition, self._positions[TopicPartition(self._settings.naming.of(topic), partition)]

    async def started(self) -> None:
        """Returns once the tail knows from where on it hears."""
        await self._known.wait()

    def not_ready(self) -> str | None:
        """Why sockets should not be accepted yet."""
        return None if self._known.is_set() else "the ends of the topics are not known yet"

    async def run(self) -> None:
        """Until cancelled; after a failure it goes on where it was."""
        while True:
            consumer = new_consumer(self._settings)
            try:
                await consumer.start()
                await self._hear(consumer)
            except (KafkaError, OSError) as lost:
                log.warning("tail_begins_again", error=repr(lost))
            finally:
                await consumer.stop()
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _hear(self, consumer: AIOKafkaConsumer) -> None:
        parts = [TopicPartition(name, number) for name in self._topics for number in range(PARTITIONS)]
        consumer.assign(parts)
        if not self._positions:
            self._positions = dict(await consumer.end_offsets(parts))
        for part in parts:
            consumer.seek(part, self._positions[part])
        self._known.set()
        while True:
            found = await consumer.getmany(timeout_ms=POLL_MS, max_records=RECORDS_MAX)
            for part, records in found.items():
                await self._tell(self._topics[part.topic], records)
                self._positions[part] = records[-1].offset + 1

    async def _tell(self, topic: Topic, records: Sequence[ConsumerRecord]) -> None:
        state_row = STATE_ROWS.get(topic)
        if state_row is None:
            contents: Sequence[object] = await read_events(records, self._keyring)
        else:
            contents = read_changes(records, state_row)
        for content in contents:
            if isinstance(content, Malformed):
                SKIPPED.labels(topic.name).inc()
                continue
            for listener in tuple(self._listeners[topic]):
                listener(content)
