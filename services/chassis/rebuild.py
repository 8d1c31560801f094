"""A rebuild folds a read model anew from its whole topic beside the live one, and swaps them in one transaction."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from psycopg import sql
from psycopg.errors import LockNotAvailable

from contracts.personal import Keyring
from contracts.topics import PARTITIONS
from services.chassis.anew import is_elsewhere
from services.chassis.batches import collect_seldom, following
from services.chassis.kafka import KafkaSettings, reading
from services.chassis.migrate import DatabaseUrls
from services.chassis.models import ReadModel
from services.chassis.projector import Folding
from services.chassis.rows import PostgresBatch
from services.chassis.schemas import (
    Connection,
    RememberingBatch,
    app_role,
    create_model,
    drop_schema,
    ensure_models,
    known_models,
    made,
    publish_news,
    rename_schema,
    worker_connection,
)
from services.chassis.service import Service

RECORDS_MAX = 5_000
READ_MS = 500
LOOK_AGAIN_S = 1.0
SWAP_LIMIT_S = 20.0
NEXT, OLD = "_next", "_old"

log = structlog.get_logger()


class RebuildRunning(Exception):
    """Another process rebuilds this model already."""


class LogIncomplete(Exception):
    """The topic does not hold all that was ever written to it: a model folded from it would be another one."""


@dataclass(frozen=True, slots=True)
class RebuildProgress:
    """How far a rebuild is. `rate` is in records per second; `left_s` is None while there is no rate yet."""

    done: int
    total: int
    rate: float
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A rebuild that took place. `swap_s` is how long the live projection stood still for it."""

    model: str
    generation: int
    records: int
    took_s: float
    swap_s: float
    published: int


Report = Callable[[RebuildProgress], None]


async def rebuild(
    service: str,
    model: ReadModel,
    kafka: KafkaSettings,
    urls: DatabaseUrls,
    keyring: Keyring,
    report: Report = lambda _: None,
) -> Rebuilt:
    """Rebuilds the model; its live form is read and kept up to date meanwhile.

    Raises RebuildRunning or LogIncomplete; then, as after any error, the live model is what it was.
    """
    async with worker_connection(urls) as connection, _reading(kafka, model) as consumer:
        await _alone(connection, model)
        if elsewhere := await is_elsewhere(connection, consumer, model, kafka.naming):
            raise LogIncomplete(elsewhere)
        collect_seldom()
        run = _Rebuild(service, model, kafka.naming.of(model.source), connection, consumer, keyring)
        await run.begin(app_role(urls))
        rebuilt = None
        while rebuilt is None:
            await run.catch_up(report)
            rebuilt = await run.swap()
        if rebuilt.published:
            await connection.execute("NOTIFY outbox")
        with suppress(LockNotAvailable):  # Still read: it is dropped before the next rebuild.
            await drop_schema(connection, model.name + OLD)
    log.info("model_rebuilt", model=model.name, generation=rebuilt.generation, records=rebuilt.records)
    return rebuilt


async def renew_models(
    service: Service,
    kafka: KafkaSettings,
    urls: DatabaseUrls,
    keyring: Keyring,
    report: Report = lambda _: None,
) -> list[Rebuilt]:
    """Before projecting: makes missing models, and rebuilds those that an older version of the code has left.

    A model of a newer schema is left alone: this process is the old one, and its projector will say so.
    """
    done = []
    while stale := [model for model, schema in await ensure_models(service, urls) if schema < model.schema]:
        try:
            done.append(await rebuild(service.name, stale[0], kafka, urls, keyring, report))
        except RebuildRunning:
            await asyncio.sleep(LOOK_AGAIN_S)
    return done


async def _alone(connection: Connection, model: ReadModel) -> None:
    lock = "SELECT pg_try_advisory_lock(hashtextextended('rebuild ' || %s, 0))"
    row = await (await connection.execute(lock, (model.name,))).fetchone()
    if not row or not row[0]:
        raise RebuildRunning(model.name)


@asynccontextmanager
async def _reading(kafka: KafkaSettings, model: ReadModel) -> AsyncIterator[AIOKafkaConsumer]:
    async with reading(kafka) as consumer:
        consumer.assign([TopicPartition(kafka.naming.of(model.source), n) for n in range(PARTITIONS)])
        yield consumer


class _Rebuild:
    """One run, on one connection and one Kafka consumer."""

    def __init__(
        self,
        service: str,
        model: ReadModel,
        topic: str,
        connection: Connection,
        consumer: AIOKafkaConsumer,
        keyring: Keyring,
    ) -> None:
        self._model, self._topic, self._connection, self._consumer = model, topic, connection, consumer
        self._batch = RememberingBatch(connection, NEXT)
        self._parking = f"{model.name} (rebuild)"
        self._folding = Folding(service, model, keyring, consumer=self._parking, publishing=False)
        self._strict = model.source.kind == "events"
        self._positions: dict[int, int] = {}
        self._done, self._began_s = 0, time.monotonic()

    async def begin(self, reader: str) -> None:
        """An empty model beside the live one, and the consumer at the topic's start."""
        name = self._model.name
        for leftover in (name + NEXT, name + OLD):
            await drop_schema(self._connection, leftover)
        await self._connection.execute("DELETE FROM log.parked WHERE consumer = %s", (self._parking,))
        await create_model(self._connection, self._model, name + NEXT, reader)
        for tp, start in (await self._consumer.beginning_offsets(self._consumer.assignment())).items():
            if start and self._strict:
                raise LogIncomplete(f"{tp.topic}[{tp.partition}] begins at offset {start}")
            self._consumer.seek(tp, start)
            self._positions[tp.partition] = start

    async def catch_up(self, report: Report) -> None:
        """Folds until at most one batch is left; then the planner learns what the tables hold."""
        while (left := await self._left()) > RECORDS_MAX:
            total = self._done + left
            await self._step()
            rate = self._done / (time.monotonic() - self._began_s)
            report(RebuildProgress(self._done, total, rate, (total - self._done) / rate if rate else None))
        for of in self._model.tables:
            table = sql.Identifier(self._model.name + NEXT, of.name)
            await self._connection.execute(sql.SQL("ANALYZE {}").format(table))

    async def _left(self) -> int:
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        return sum(end - self._positions[tp.partition] for tp, end in ends.items())

    async def _step(self) -> None:
        """Folds what comes next, at most one batch, in one transaction (or as a part of the one that is open)."""
        polled = await self._consumer.getmany(timeout_ms=READ_MS, max_records=RECORDS_MAX)
        slices = {tp.partition: records for tp, records in polled.items()}
        after, records = following(slices, self._positions, strict=self._strict)
        for number, taken in slices.items():
            if after[number] != taken[-1].offset + 1:
                raise LogIncomplete(f"{self._topic}[{number}] has no record at offset {after[number]}")
        if records:
            async with self._connection.transaction():
                await self._folding.apply(self._batch, records, 0)
            self._positions |= after
            self._done += len(records)
        if not self._strict:  # Compaction may have left nothing to read before the position where others are.
            for tp in self._consumer.assignment():
                self._positions[tp.partition] = await self._consumer.position(tp)

    async def swap(self) -> Rebuilt | None:
        """Puts the new model in the live one's place, at the live one's positions or further.

        None where the live projection went on too far meanwhile: nothing happened then.
        """
        began_s, name = time.monotonic(), self._model.name
        async with self._connection.transaction():
            batch = PostgresBatch(self._connection)
            # From here on the live projection waits.
            live = await batch.lock_offsets(name, self._topic, range(PARTITIONS))
            if sum(max(0, at - self._positions[number]) for number, at in live.items()) > RECORDS_MAX:
                return None
            async with asyncio.timeout(SWAP_LIMIT_S):
                while any(self._positions[number] < at for number, at in live.items()):
                    await self._step()
            known = await known_models(self._connection)
            generation = await made(self._connection, self._model)
            schemas = name, name + NEXT
            published = await publish_news(
                self._connection, self._model, schemas, known.get(name), generation
            )
            await self._connection.execute("DELETE FROM log.parked WHERE consumer = %s", (name,))
            await self._connection.execute(
                "UPDATE log.parked SET consumer = %s WHERE consumer = %s", (name, self._parking)
            )
            if name in known:
                await rename_schema(self._connection, name, name + OLD)
            await rename_schema(self._connection, name + NEXT, name)
            await batch.advance(name, self._topic, self._positions)
        now_s = time.monotonic()
        return Rebuilt(name, generation, self._done, now_s - self._began_s, now_s - began_s, published)
