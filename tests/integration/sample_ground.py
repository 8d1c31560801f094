"""The ground that tests of consumers stand on: a database and topics of their own, written to and looked into."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from psycopg_pool import AsyncConnectionPool

from contracts.personal import ClearKeyring
from contracts.topics import PARTITIONS
from services.chassis.clock import RandomIds, SystemClock
from services.chassis.consumer import BatchLoop, consuming
from services.chassis.kafka import KafkaSettings, ensure_topics, reading
from services.chassis.migrate import DatabaseUrls, provision
from services.chassis.models import ReadModel
from services.chassis.pool import Waker, open_pool
from services.chassis.ports import Ports
from services.chassis.producer import new_producer
from services.chassis.projector import Projection
from services.chassis.reactor import Reacting
from services.chassis.reader import PostgresReader
from services.chassis.rebuild import RebuildProgress, Rebuilt, rebuild
from services.chassis.rows import PostgresRows
from services.chassis.schemas import ensure_models, hash_of_model, worker_connection
from services.chassis.service import Reaction, Service
from services.chassis.store import PostgresStore
from services.cli.infrastructure import Servers
from tests.sample_inbox import Written
from tests.waiting import eventually

SERVICE = "conversation"


def service_of(*models: ReadModel) -> Service:
    """A service that has nothing but these models."""
    return Service(SERVICE, deciders=(), models=models, reactions=(), routes=())


class Nothing:
    """Stands for ports that nobody here uses."""


def ports_of(pool: AsyncConnectionPool[Any], workers: AsyncConnectionPool[Any]) -> Ports:
    """Ports with a store; without topics there is nothing to read."""
    nothing: Any = Nothing()
    return Ports(
        service=SERVICE,
        store=PostgresStore(pool, Waker(workers), workers),
        reader=PostgresReader(pool, workers, {}),
        clock=SystemClock(),
        ids=RandomIds(),
        keyring=ClearKeyring(),
        credentials=nothing,
        tail=nothing,
        signals=nothing,
    )


@dataclass
class Ground:
    """One service's database, one model's topic, and hands to work with both."""

    kafka: KafkaSettings
    urls: DatabaseUrls
    model: ReadModel
    pool: AsyncConnectionPool[Any]
    workers: AsyncConnectionPool[Any]
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    owner: psycopg.AsyncConnection[Any]

    @property
    def topic(self) -> str:
        return self.kafka.naming.of(self.model.source)

    @property
    def rows(self) -> PostgresRows:
        return PostgresRows(self.workers)

    @property
    def reader(self) -> PostgresReader:
        return PostgresReader(self.pool, self.workers, {self.model.name: self.topic})

    def loop(self, model: ReadModel | None = None) -> BatchLoop:
        """The model's projection, as a process would run it."""
        of = model or self.model
        handler = Projection(SERVICE, of, self.topic, self.rows, ClearKeyring())
        return BatchLoop(self.kafka, SERVICE, of.name, of.source, handler)

    def reacting(self, reaction: Reaction) -> Reacting:
        """The reaction's handler, as a process would have it."""
        return Reacting(reaction, self.topic, self.rows, ports_of(self.pool, self.workers))

    async def write(self, events: Iterable[Written]) -> None:
        """Appends to the topic, in order."""
        sent = [
            await self.producer.send(
                self.topic, key=e.key, value=e.value, headers=list(e.headers), partition=e.partition
            )
            for e in events
        ]
        await asyncio.gather(*sent)

    async def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Asks the database as its owner, whom no wall stops."""
        cursor = await self.owner.execute(statement.encode(), values)
        return await cursor.fetchall() if cursor.description else []

    async def positions(self, consumer: str | None = None) -> dict[int, int]:
        """Where a consumer stands, the model's if none is named."""
        rows = await self.ask(
            "SELECT partition, next_offset FROM log.consumer_offsets WHERE consumer = %s AND topic = %s",
            consumer or self.model.name,
            self.topic,
        )
        return dict(rows)

    async def ends(self) -> dict[int, int]:
        """What was written to the topic so far."""
        parts = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
        return {tp.partition: end for tp, end in (await self.consumer.end_offsets(parts)).items()}

    async def folded(self, events: Iterable[Written], model: ReadModel | None = None) -> None:
        """Writes the events, and has the live model take them."""
        await self.write(events)
        async with consuming(self.kafka, [self.loop(model)]):
            await self.caught_up()

    async def rebuilt(
        self, model: ReadModel | None = None, report: Callable[[RebuildProgress], None] = lambda _: None
    ) -> Rebuilt:
        """Rebuilds the model."""
        return await rebuild(SERVICE, model or self.model, self.kafka, self.urls, ClearKeyring(), report)

    async def hash(self) -> str:
        """Over all rows of the live model."""
        async with worker_connection(self.urls) as connection:
            return await hash_of_model(connection, self.model, self.model.name)

    async def caught_up(self, consumer: str | None = None, within_s: float = 60.0) -> None:
        """Waits until everything that was written so far is handled."""
        ends = {number: end for number, end in (await self.ends()).items() if end}

        async def handled() -> bool:
            positions = await self.positions(consumer)
            return all(positions.get(number, 0) >= end for number, end in ends.items())

        await eventually(handled, within_s=within_s, what="the consumer is at the topic's end")


@asynccontextmanager
async def ground(servers: Servers, unique: str, model: ReadModel) -> AsyncIterator[Ground]:
    """A new ground for one test."""
    kafka = KafkaSettings(kafka=servers.kafka, topic_prefix=unique)
    await ensure_topics(kafka, [model.source])
    urls = await provision(servers.postgres, SERVICE, prefix=unique)
    await ensure_models(service_of(model), urls)
    owner_url = servers.postgres.rpartition("/")[0] + f"/{unique}{SERVICE}"
    pool, workers = open_pool(urls.app, name="app"), open_pool(urls.worker, name="worker")
    producer = new_producer(kafka)
    await producer.start()
    try:
        async with (
            pool,
            workers,
            reading(kafka) as consumer,
            await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as owner,
        ):
            yield Ground(kafka, urls, model, pool, workers, producer, consumer, owner)
    finally:
        await producer.stop()


def worker_process(
    on: Ground, name: str, *, failures: float = 0.0, kind: str = "projection"
) -> subprocess.Popen[bytes]:
    """Starts tests.integration.sample_worker as a process of its own; `failures` is the share of batches that fail."""
    environment: Mapping[str, str] = {
        **os.environ,
        "LIVECHAT_KAFKA": on.kafka.kafka,
        "LIVECHAT_TOPIC_PREFIX": on.kafka.topic_prefix,
        "SAMPLE_APP_URL": on.urls.app,
        "SAMPLE_WORKER_URL": on.urls.worker,
        "SAMPLE_FAILURES": str(failures),
    }
    command = [sys.executable, "-m", "tests.integration.sample_worker", kind, name]
    return subprocess.Popen(command, env=environment)


@asynccontextmanager
async def again_and_again(*steps: Callable[[], Awaitable[None]]) -> AsyncIterator[list[int]]:
    """Repeats each step until the context ends; any error in one of them is the context's. Yields how often."""
    counts = [0] * len(steps)
    going = True

    async def repeat(place: int, step: Callable[[], Awaitable[None]]) -> None:
        while going:
            await step()
            counts[place] += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for place, step in enumerate(steps):
            group.create_task(repeat(place, step))
        yield counts
        going = False
