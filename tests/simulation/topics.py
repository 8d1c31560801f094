"""Twins of Kafka's clients, as the services use them: who sends batches, and who reads without a group."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import Context

from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError, OffsetOutOfRangeError

from services.chassis.kafka import partition_of
from services.chassis.memory_host import MemoryRecord
from services.chassis.producer import Ends, Message
from tests.simulation.chance import Chance
from tests.simulation.heard import WakingLog

LATE_S_MAX = 0.5
"""For how long a batch that nobody waits for any more may be under way."""


class LogProducer:
    """Sends as a producer does: of each partition one batch, in order, partitions in any.

    Now and then an answer, or the way there, is lost: some of it has arrived then, and some may arrive later.
    """

    def __init__(self, log: WakingLog, chance: Chance, *, late: bool = True) -> None:
        self._log, self._chance, self._late = log, chance, late

    async def send(self, messages: Sequence[Message]) -> Ends:
        """Answers the next offsets. Raises KafkaError."""
        batches: dict[TopicPartition, list[Message]] = {}
        for message in messages:
            where = TopicPartition(message.topic, partition_of(message.key))
            batches.setdefault(where, []).append(message)
        order, rng = list(batches), self._chance.rng
        is_lost = not self._chance.is_calm and rng.random() < 0.02
        if not self._chance.is_calm and len(order) > 1:
            rng.shuffle(order)
        lost = rng.randint(0, len(order)) if is_lost else len(order)
        ends: dict[TopicPartition, int] = {}
        for where in order[:lost]:
            await self._chance.pause("relay")
            ends[where] = self._arrive(batches[where])
        await self._chance.pause("relay")
        if is_lost:
            if self._late and lost < len(order) and rng.random() < 0.5:
                delay_s = rng.random() * LATE_S_MAX
                loop = asyncio.get_running_loop()
                loop.call_later(delay_s, self._arrive, batches[order[lost]], context=Context())
            raise KafkaTimeoutError
        return ends

    def _arrive(self, batch: Sequence[Message]) -> int:
        for message in batch:
            self._log.append(message.topic, message.key, message.value, message.headers)
        return self._log.end(batch[0].topic, partition_of(batch[0].key))


class LogConsumer:
    """Reads partitions from positions that its owner knows, as a consumer without a group does."""

    def __init__(self, log: WakingLog, chance: Chance) -> None:
        self._log, self._chance = log, chance
        self._positions: dict[TopicPartition, int] = {}

    async def beginning_offsets(self, parts: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(parts, 0)

    async def end_offsets(self, parts: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        await self._chance.pause("read")
        return {where: self._log.end(*where) for where in parts}

    def assign(self, parts: Iterable[TopicPartition]) -> None:
        """Reads these from now on, each from where it is told to."""
        self._positions = dict.fromkeys(parts, 0)

    def seek(self, where: TopicPartition, offset: int) -> None:
        self._positions[where] = offset

    async def position(self, where: TopicPartition) -> int:
        return self._positions[where]

    async def getmany(
        self, *, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, Sequence[MemoryRecord]]:
        """Some of what there is, as soon as there is any; nothing when there was none for so long."""
        await self._chance.pause("read")
        if beyond := {where: at for where, at in self._positions.items() if at > self._log.end(*where)}:
            raise OffsetOutOfRangeError(beyond)
        if not (found := self._some(max_records)) and timeout_ms:
            try:
                async with asyncio.timeout(timeout_ms / 1_000):
                    await self._log.news({where.topic for where in self._positions})
            except TimeoutError:
                return {}
            found = self._some(max_records)
        for where, records in found.items():
            self._positions[where] = records[-1].offset + 1
        return dict(found)

    def _some(self, max_records: int | None) -> Mapping[TopicPartition, Sequence[MemoryRecord]]:
        rng, left = self._chance.rng, max_records
        found: dict[TopicPartition, Sequence[MemoryRecord]] = {}
        for where, at in self._positions.items():
            waiting = self._log.records.get((where.topic, where.partition), [])[at:]
            if not waiting or left == 0 or (found and not self._chance.is_calm and rng.random() < 0.3):
                continue
            if not self._chance.is_calm:
                waiting = waiting[: rng.randint(1, len(waiting))]
            found[where] = waiting = waiting[:left]
            left = None if left is None else left - len(waiting)
        return found


@asynccontextmanager
async def reading(log: WakingLog, chance: Chance) -> AsyncIterator[LogConsumer]:
    """As the chassis' own, over this log."""
    yield LogConsumer(log, chance)
