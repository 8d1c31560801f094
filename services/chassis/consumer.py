"""The batch loop of every consumer of a topic: PostgreSQL decides where it stands, the Kafka consumer follows."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import chain
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from aiokafka.structs import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from faststream.kafka.schemas import Topic as KafkaTopic
from faststream.security import BaseSecurity, SASLScram512

from contracts.topics import Topic
from services.chassis.batches import Handler, collect_seldom, has_more
from services.chassis.kafka import FETCH_WAIT_MS, KafkaSettings, fetch_together, renewing
from services.chassis.parked import is_infrastructure
from services.chassis.progress import LAG, LAG_S, RETRIES, Behind, Pace, Progress
from services.chassis.settings import KafkaSecurity

RECORDS_MAX, POLL_MS = 1_000, 1_000
POSITIONS_LIMIT_S = 2.0  # The group's heartbeat waits for the listener.
BACKOFF_S_MIN, BACKOFF_S_MAX = 0.1, 5.0
FOLLOW_EVERY_S, FOLLOW_LIMIT_S, DRAIN_S = 1.0, 5.0, 15.0

# Its warnings are about topics that it did not create, which is as we want it.
_FASTSTREAM_LOG = logging.getLogger("livechat.faststream")
_FASTSTREAM_LOG.setLevel(logging.ERROR)

log = structlog.get_logger()


class BatchLoop(ConsumerRebalanceListener):  # type: ignore[misc]
    """One consumer of one topic. Positions live in the handler's transactions; the group only shares partitions out."""

    def __init__(
        self,
        kafka: KafkaSettings,
        service: str,
        name: str,
        topic: Topic,
        handler: Handler,
        *,
        records_max: int = RECORDS_MAX,
        instance: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.name, self.progress = name, progress or Progress()
        self.topic, self._kind, self.handler = kafka.naming.of(topic), topic.kind, handler
        self._group = f"{kafka.topic_prefix}{service}.{name}"
        self._records_max, self._instance, self._labels = records_max, instance, (service, name)
        self._subscriber: Any = None
        self._positions, self._committed, self._sought = dict[int, int](), dict[int, int](), dict[int, int]()
        self._busy, self._pace, self._behind = False, Pace(), Behind()

    def attach(self, broker: KafkaBroker) -> None:
        """Subscribes; records come once the broker is started."""

        # Headers stay bytes here: a record whose headers are no text has to reach the handler like any other.
        async def parse(records: tuple[ConsumerRecord, ...]) -> KafkaMessage:
            return KafkaMessage(body=records, raw_message=records, consumer=self._subscriber.consumer)

        async def decode(message: KafkaMessage) -> Any:
            return message.raw_message

        self._subscriber = broker.subscriber(
            KafkaTopic(self.topic, declare=False),
            group_id=self._group,
            group_instance_id=self._instance,
            batch=True,
            fetch_max_wait_ms=FETCH_WAIT_MS,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            parser=parse,
            decoder=decode,
            listener=self,
        )
        self._subscriber.get_msg = self._next
        self._subscriber(self._take)

    @property
    def _consumer(self) -> AIOKafkaConsumer:
        return self._subscriber.consumer

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Nothing to save: positions are saved with what was done."""

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Starts where PostgreSQL stands. Were it not reachable now, the first batch would be sent back there."""
        fetch_together(self._consumer)
        # Without the pause the fetcher would already read from where Kafka thinks that we are.
        self._consumer.pause(*assigned)
        self._sought = {}
        self.progress.begins_anew()
        try:
            async with asyncio.timeout(POSITIONS_LIMIT_S):
                self._positions = dict(await self.handler.positions([tp.partition for tp in assigned]))
                await self._seek({tp: self._positions[tp.partition] for tp in assigned})
        except Exception as error:
            log.warning("positions_unknown", consumer=self.name, error=repr(error))
        finally:
            self._consumer.resume(*(tp for tp in assigned if tp.partition not in self.progress.alarms))
            self.progress.assigned = frozenset(tp.partition for tp in assigned)
            self.progress.moved()

    async def _seek(self, wanted: Mapping[TopicPartition, int]) -> None:
        """Moves the consumer; a partition that has no such offset is stopped with an alarm."""
        starts = await self._consumer.beginning_offsets(wanted)
        ends = await self._consumer.end_offsets(wanted)
        for tp, offset in wanted.items():
            if offset > ends[tp]:
                self._alarm(tp, f"the stored offset {offset} is beyond the topic's end {ends[tp]}")
            elif offset < starts[tp] and self._kind == "events":
                self._alarm(tp, f"the stored offset {offset} is before the topic's start {starts[tp]}")
            else:
                with suppress(IllegalStateError):  # Revoked meanwhile: its new owner reads PostgreSQL.
                    self._consumer.seek(tp, max(offset, starts[tp]))

    def _alarm(self, tp: TopicPartition, reason: str) -> None:
        self.progress.alarms[tp.partition] = f"{tp.topic}[{tp.partition}]: {reason}"
        log.error("consumer_stopped", consumer=self.name, reason=self.progress.alarms[tp.partition])
        with suppress(IllegalStateError):
            self._consumer.pause(tp)

    async def _next(self, consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
        """A batch, after its pause. FastStream's own sleeps as long as it has waited: late, or never at rest."""
        await asyncio.sleep(self._pace.pause_s(time.monotonic()))
        asked_s = time.monotonic()
        found = await consumer.getmany(timeout_ms=POLL_MS, max_records=self._records_max)
        self._pace.took(sum(map(len, found.values())), asked_s, time.monotonic(), has_more(consumer, found))
        return tuple(chain.from_iterable(found.values()))

    async def _take(self, records: tuple[ConsumerRecord, ...]) -> None:
        slices: dict[int, list[ConsumerRecord]] = {}
        for record in records:
            slices.setdefault(record.partition, []).append(record)
        self._busy = True
        try:
            await self._follow(slices, await self.handler.handle(slices))
        except Exception as error:
            # At once: FastStream would go on with the next batch.
            for number, taken in slices.items():
                with suppress(IllegalStateError):
                    self._consumer.seek(TopicPartition(self.topic, number), taken[0].offset)
            await self._back_off(error)
        else:
            self.progress.fails(None)
        finally:
            self._busy = False

    async def _follow(
        self, slices: Mapping[int, Sequence[ConsumerRecord]], positions: Mapping[int, int]
    ) -> None:
        elsewhere: dict[TopicPartition, int] = {}
        for number, taken in slices.items():
            tp, next_offset = TopicPartition(self.topic, number), positions[number]
            self._positions[number] = next_offset
            if next_offset > taken[0].offset:
                self.progress.moved()
            if next_offset == taken[-1].offset + 1:
                self._sought.pop(number, None)
            elif next_offset < taken[0].offset and self._sought.get(number) == next_offset:
                self._alarm(tp, f"there is no record at offset {next_offset}, the next is {taken[0].offset}")
            else:
                self._sought[number] = elsewhere[tp] = next_offset
        if elsewhere:
            await self._seek(elsewhere)

    async def _back_off(self, error: Exception) -> None:
        RETRIES.labels(*self._labels).inc()
        self.progress.fails(error)
        wait_s = min(BACKOFF_S_MAX, BACKOFF_S_MIN * 2 ** (self.progress.failures - 1))
        trace = not is_infrastructure(error)
        log.warning("batch_tried_again", consumer=self.name, in_s=wait_s, error=repr(error), exc_info=trace)
        await asyncio.sleep(wait_s)

    async def run(self) -> None:
        """Until cancelled: tells Kafka the positions, for its tools and for a restore, and measures the lag."""
        while True:
            await asyncio.sleep(FOLLOW_EVERY_S)
            try:
                async with asyncio.timeout(FOLLOW_LIMIT_S):
                    await self._commit()
                    await self._measure()
            except (KafkaError, OSError) as error:
                log.debug("position_not_told", consumer=self.name, error=repr(error))

    async def _commit(self) -> None:
        # Of a topic's begin nothing is told: a store that is to be restored may have told more before it was lost.
        mine, told = self.progress.assigned or (), self._committed
        news = {n: at for n, at in self._positions.items() if n in mine and told.get(n, 0) != at}
        if news:
            await self._consumer.commit({TopicPartition(self.topic, n): at for n, at in news.items()})
            self._committed |= news

    async def _measure(self) -> None:
        assigned = [TopicPartition(self.topic, number) for number in self.progress.assigned or ()]
        ends = await self._consumer.end_offsets(assigned) if assigned else {}
        places = dict[int, tuple[int, int]]()
        for tp, end in ends.items():
            # Compaction may have left nothing between our position and the end.
            waits = self._busy or await self._consumer.position(tp) < end
            places[tp.partition] = (min(end, self._positions.get(tp.partition, 0)) if waits else end, end)
        lag = sum(end - position for position, end in places.values())
        self.progress.measured(lag)
        LAG.labels(*self._labels).set(lag)
        LAG_S.labels(*self._labels).set(self._behind.measured(places, time.monotonic()))


def _security(told: KafkaSecurity) -> BaseSecurity:
    if told.user is None or told.password is None:
        return BaseSecurity(told.context, use_ssl=told.context is not None)
    return SASLScram512(told.user, told.password.get_secret_value(), told.context)


@asynccontextmanager
async def consuming(kafka: KafkaSettings, loops: Sequence[BatchLoop]) -> AsyncIterator[None]:
    """Runs the loops for as long as the context lasts; a batch that is under way at its end is finished."""
    collect_seldom()
    broker = KafkaBroker(
        kafka.kafka,
        security=_security(KafkaSecurity()),
        apply_types=False,  # Resolving arguments per message costs more than all the rest.
        consumer_only=True,
        graceful_timeout=DRAIN_S,
        logger=_FASTSTREAM_LOG,
        log_level=logging.DEBUG,
    )
    for loop in loops:
        loop.attach(broker)
    followers: list[asyncio.Task[None]] = []
    try:
        await broker.start()
        for loop in loops:
            renewing(loop._consumer._client)
        followers = [asyncio.create_task(loop.run()) for loop in loops]
        yield
    finally:
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
        await broker.stop()
