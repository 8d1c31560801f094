"""Read models as schemas of the database: made walled, filled, compared, and dropped without harm to readers."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql
from psycopg.errors import LockNotAvailable
from psycopg.rows import dict_row
from sqlalchemy.schema import CreateIndex, CreateTable, MetaData, Table

from contracts.states import StateRow
from services.chassis.batches import Moved
from services.chassis.keyset import DIALECT
from services.chassis.migrate import DatabaseUrls
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.ports import Row
from services.chassis.rows import PostgresBatch
from services.chassis.service import Service

DROP_TRIES_MAX, DROP_LOCK_MS = 5, 200
PAGE_ROWS, ROWS_REMEMBERED_MAX = 2_000, 200_000

_MADE = """INSERT INTO log.models AS m (name, schema, generation, rebuilt_at) VALUES (%s, %s, 1, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET schema = excluded.schema, generation = m.generation + 1,
    rebuilt_at = excluded.rebuilt_at RETURNING generation"""
_KNOWN = "SELECT name, schema FROM log.models WHERE to_regnamespace(quote_ident(name)) IS NOT NULL"
_DIFFERENT = """SELECT {n} FROM {new} n LEFT JOIN {live} l USING ({key})
    WHERE ROW({n})::text IS DISTINCT FROM ROW({l})::text"""
_GONE = "SELECT l.{id} FROM {live} l LEFT JOIN {new} n USING ({key}) WHERE n.workspace_id IS NULL"

Connection = psycopg.AsyncConnection[Any]


@asynccontextmanager
async def worker_connection(urls: DatabaseUrls) -> AsyncIterator[Connection]:
    """A connection of the workers' role alone, autocommit, without limits on statements."""
    async with await psycopg.AsyncConnection.connect(urls.worker, autocommit=True) as connection:
        await connection.execute("SET timezone = 'UTC'")
        yield connection


def app_role(urls: DatabaseUrls) -> str:
    """The name of the service's own role, which reads what the workers make."""
    return unquote(urlsplit(urls.app).username or "")


async def create_model(connection: Connection, model: ReadModel, schema: str, reader: str) -> None:
    """Makes the model's tables in a new schema: walled by workspace, readable by the role `reader`."""
    names = {"schema": sql.Identifier(schema), "reader": sql.Identifier(reader)}
    first = (
        "CREATE SCHEMA {schema}; GRANT USAGE ON SCHEMA {schema} TO {reader};"
        " CREATE TABLE {schema}.stream_versions (stream_id text PRIMARY KEY, version bigint NOT NULL)"
        " WITH (fillfactor = 70)"
    )
    walls = (
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        " CREATE POLICY workspace ON {table}"
        " USING (workspace_id = nullif(current_setting('app.workspace', true), '') {asked});"
        " GRANT SELECT ON {table} TO {reader}"
    )
    await connection.execute(sql.SQL(first).format(**names))
    for of in model.tables:
        made = of.to_metadata(MetaData(), schema=schema)
        ddl: list[Any] = [CreateTable(made), *map(CreateIndex, made.indexes)]
        for statement in ddl:
            await connection.execute(str(statement.compile(dialect=DIALECT)).encode())
        walled = {"table": sql.Identifier(schema, of.name), "asked": _asked(of), **names}
        await connection.execute(sql.SQL(walls).format(**walled))


def _asked(of: Table) -> sql.Composable:
    """Of a table of words, what is asked for is part of its wall.

    A condition of a query is checked behind the wall, unless PostgreSQL knows that it betrays nothing. That it does not
    know of `@@`: no index on words would ever be used.
    """
    if of.info["words"] is None:
        return sql.SQL("")
    asked = "AND CAST({} AS tsvector) @@ CAST(nullif(current_setting('app.words', true), '') AS tsquery)"
    return sql.SQL(asked).format(sql.Identifier(of.info["words"]))


async def known_models(connection: Connection) -> dict[str, int]:
    """The models that are there, with their schema numbers."""
    return dict(await (await connection.execute(_KNOWN)).fetchall())


async def made(connection: Connection, model: ReadModel) -> int:
    """Records that the model was made, or made anew; answers its generation."""
    row = await (await connection.execute(_MADE, (model.name, model.schema))).fetchone()
    assert row is not None
    return int(row[0])


async def ensure_models(service: Service, urls: DatabaseUrls) -> list[tuple[ReadModel, int]]:
    """Makes the missing models, empty; answers those that are there with another schema number, with that number."""
    async with worker_connection(urls) as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('models', 0))")
        known = await known_models(connection)
        for model in service.models:
            if model.name not in known:
                for table in ("consumer_offsets", "parked"):
                    forget = sql.SQL("DELETE FROM log.{} WHERE consumer = %s").format(sql.Identifier(table))
                    await connection.execute(forget, (model.name,))
                await create_model(connection, model, model.name, app_role(urls))
                await made(connection, model)
    return [
        (model, known[model.name])
        for model in service.models
        if known.get(model.name, model.schema) != model.schema
    ]


async def hash_of_model(connection: Connection, model: ReadModel, schema: str) -> str:
    """One hash over all rows of all tables, ordered by key: two models are equal when their hashes are."""
    whole = hashlib.sha256()
    tables = [(of.name, of.columns.keys(), of.primary_key.columns.keys()) for of in model.tables]
    for name, columns, key in [*tables, ("stream_versions", ["stream_id", "version"], ["stream_id"])]:
        rows = sql.SQL("SELECT string_agg(md5(ROW({})::text), '' ORDER BY {}) FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(map(sql.Identifier, key)),
            sql.Identifier(schema, name),
        )
        row = await (await connection.execute(rows)).fetchone()
        whole.update(f"{name}:{row and row[0]}\n".encode())
    return whole.hexdigest()


async def publish_news(
    connection: Connection,
    model: ReadModel,
    schemas: tuple[str, str],
    live_schema: int | None,
    generation: int,
) -> int:
    """In the open transaction hands to the outbox of state what subscribers do not know yet; answers how many rows."""
    if model.publishes is None:
        return 0
    batch, published = PostgresBatch(connection), 0
    async for news in _unpublished(connection, model, schemas, live_schema, generation):
        await batch.publish(model.publishes.topic.name, news)
        published += len(news)
    return published


async def _unpublished(
    connection: Connection,
    model: ReadModel,
    schemas: tuple[str, str],
    live_schema: int | None,
    generation: int,
) -> AsyncIterator[dict[str, StateRow | None]]:
    """What subscribers of a state topic do not know yet, page by page: rows of the new schema that differ from the live
    one's, and None for those that are gone. `live_schema` is the live model's schema number."""
    if (state := model.publishes) is None:
        return
    columns, key = state.table.columns.keys(), state.table.primary_key.columns.keys()[-1]
    parts = {
        "live": sql.Identifier(schemas[0], state.table.name),
        "new": sql.Identifier(schemas[1], state.table.name),
        "key": sql.SQL(", ").join(map(sql.Identifier, state.table.primary_key.columns.keys())),
        "n": sql.SQL(", ").join(sql.Identifier("n", column) for column in columns),
        "l": sql.SQL(", ").join(sql.Identifier("l", column) for column in columns),
        "id": sql.Identifier(key),
    }
    # Between two schema numbers rows cannot be compared, and publishing may be what is new: then it is everything.
    same = live_schema == model.schema
    told: set[str] = set()
    different = sql.SQL(_DIFFERENT if same else "SELECT {n} FROM {new} n").format(**parts)
    async for rows in _pages(connection, different):
        news: dict[str, StateRow | None] = dict(state.row(row, generation) for row in rows)
        told |= news.keys()
        yield news
    there = await connection.execute("SELECT to_regclass(%s)", (parts["live"].as_string(),))
    if (found := await there.fetchone()) and found[0]:
        gone = sql.SQL(_GONE if same else "SELECT l.{id} FROM {live} l").format(**parts)
        async for rows in _pages(connection, gone):
            yield dict.fromkeys({str(row[key]) for row in rows} - told)


async def _pages(connection: Connection, query: sql.Composed) -> AsyncIterator[list[dict[str, Any]]]:
    """The query's rows in the open transaction, PAGE_ROWS at a time, whatever else is executed meanwhile."""
    async with connection.cursor("pages", row_factory=dict_row) as cursor:
        await cursor.execute(query)
        while rows := await cursor.fetchmany(PAGE_ROWS):
            yield rows


async def rename_schema(connection: Connection, name: str, to: str) -> None:
    """Statements that run go on with the tables they found; whatever comes after finds the new ones."""
    await connection.execute(
        sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to))
    )


async def drop_schema(connection: Connection, name: str) -> None:
    """Drops the schema if it is there. Raises LockNotAvailable if it is read all the time.

    Who found the tables before they were swapped away may still read them. A drop that waits for one reader while it
    holds another table can become a deadlock that ends the reader's statement. With a limit on waiting that is shorter
    than the time after which deadlocks are looked for, it is always the drop that gives way.
    """
    for again in reversed(range(DROP_TRIES_MAX)):
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = {DROP_LOCK_MS}")
                await connection.execute(
                    sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name))
                )
            return
        except LockNotAvailable:
            if not again:
                raise
            await asyncio.sleep(DROP_LOCK_MS / 1_000)


class RememberingBatch(PostgresBatch):
    """The batch of a rebuild: it remembers what it wrote, and until it has to forget, nothing is read back."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], suffix: str) -> None:
        super().__init__(connection, suffix)
        self._rows: dict[Key, Row | None] = {}
        self._versions: dict[str, int] = {}
        self._all = True

    async def versions(self, model: ReadModel, streams: Collection[str]) -> dict[str, int]:
        kept = self._versions
        if not self._all and (missing := [stream for stream in streams if stream not in kept]):
            kept |= await super().versions(model, missing)
        return {stream: kept[stream] for stream in streams if stream in kept}

    async def load(self, keys: Collection[Key]) -> dict[Key, Row | None]:
        kept = self._rows
        if not self._all and (missing := [key for key in keys if key not in kept]):
            kept |= await super().load(missing)
        return {key: kept.get(key) for key in keys}

    async def write(
        self, model: ReadModel, rows: Rows, versions: Mapping[str, int], moved: Moved | None = None
    ) -> None:
        await super().write(model, rows, versions, moved)
        self._rows |= rows.changed
        self._versions |= versions
        if len(self._rows) + len(self._versions) > ROWS_REMEMBERED_MAX:
            self._rows, self._versions, self._all = {}, {}, False
