"""Rebuilds of a running system's read models, as `livechat rebuild` does them, and what they are held against."""

from typing import Any

import psycopg
from aiokafka import TopicPartition
from psycopg import sql
from psycopg.rows import dict_row

from contracts.personal import ClearKeyring
from contracts.topics import PARTITIONS
from services.chassis.kafka import KafkaSettings, reading
from services.chassis.migrate import DatabaseUrls
from services.chassis.models import ReadModel
from services.chassis.rebuild import rebuild
from services.chassis.rows import PostgresBatch
from services.chassis.schemas import hash_of_model
from tests.e2e.system import System

_FOLDED = """SELECT coalesce(sum(next_offset), 0)::bigint FROM log.consumer_offsets
    WHERE consumer = %s AND topic = %s"""


class Rebuilder:
    """Rebuilds and hashes models of a running system."""

    def __init__(self, system: System) -> None:
        self._variables = system.variables
        self._kafka = KafkaSettings(kafka=system.kafka, topic_prefix=system.prefix)

    def urls(self, service: str) -> DatabaseUrls:
        """How a service's database is reached."""
        name = f"LIVECHAT_{service.upper()}"
        return DatabaseUrls(self._variables[f"{name}_DATABASE"], self._variables[f"{name}_WORKER_DATABASE"])

    async def rebuild(self, service: str, model: ReadModel) -> None:
        """As `livechat rebuild` does."""
        await rebuild(service, model, self._kafka, self.urls(service), ClearKeyring())

    async def end(self, model: ReadModel) -> int:
        """How many records the model's topic has had."""
        topic = self._kafka.naming.of(model.source)
        async with reading(self._kafka) as consumer:
            ends = await consumer.end_offsets([TopicPartition(topic, number) for number in range(PARTITIONS)])
        return int(sum(ends.values()))

    async def folded(self, service: str, model: ReadModel) -> int:
        """How many of them the live model has folded."""
        topic = self._kafka.naming.of(model.source)
        async with await psycopg.AsyncConnection.connect(
            self.urls(service).worker, autocommit=True
        ) as connection:
            row = await (await connection.execute(_FOLDED, (model.name, topic))).fetchone()
        assert row is not None
        return int(row[0])

    async def compared(self, service: str, model: ReadModel) -> tuple[str, str] | None:
        """The hashes of the live model and of the rebuilt one; None where a record came meanwhile."""
        end = await self.end(model)
        if await self.folded(service, model) != end:
            return None
        live = await self.hash(service, model)
        await self.rebuild(service, model)
        rebuilt = await self.hash(service, model)
        return (live, rebuilt) if await self.folded(service, model) == await self.end(model) == end else None

    async def hash(self, service: str, model: ReadModel) -> str:
        """Over all rows of the live model."""
        async with await psycopg.AsyncConnection.connect(
            self.urls(service).worker, autocommit=True
        ) as connection:
            return await hash_of_model(connection, model, model.name)

    async def plant(self, service: str, model: ReadModel, like: str, key: str) -> None:
        """A row of which the log knows nothing, published like the others: as `like`'s, under another key."""
        assert model.publishes is not None
        of = model.publishes.table
        name = of.primary_key.columns.keys()[-1]
        table, column = sql.Identifier(model.name, of.name), sql.Identifier(name)
        rest = sql.SQL(", ").join(sql.Identifier(one.name) for one in of.columns if one.name != name)
        copied = sql.SQL("INSERT INTO {} ({}, {}) SELECT %s, {} FROM {} WHERE {} = %s RETURNING *").format(
            table, column, rest, rest, table, column
        )
        async with (
            await psycopg.AsyncConnection.connect(self.urls(service).worker) as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            row: dict[str, Any] | None = await (await cursor.execute(copied, (key, like))).fetchone()
            assert row is not None, f"{service} {model.name} has no {like}"
            news = dict([model.publishes.row(row, 1)])
            await PostgresBatch(connection).publish(model.publishes.topic.name, news)
            await connection.execute("NOTIFY outbox")
