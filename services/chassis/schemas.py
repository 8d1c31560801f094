"""Read models as schemas of the database: made walled and readable, compared, and dropped without harm to readers."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql
from psycopg.errors import LockNotAvailable
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.schema import CreateIndex, CreateTable, MetaData

from services.chassis.migrate import DatabaseUrls
from services.chassis.models import ReadModel
from services.chassis.service import Service

DROP_TRIES_MAX, DROP_LOCK_MS = 5, 200

_MADE = """INSERT INTO log.models AS m (name, schema, generation, rebuilt_at) VALUES (%s, %s, 1, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET schema = excluded.schema, generation = m.generation + 1,
    rebuilt_at = excluded.rebuilt_at RETURNING generation"""
KNOWN = "SELECT name, schema FROM log.models WHERE to_regnamespace(quote_ident(name)) IS NOT NULL"

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
        " USING (workspace_id = nullif(current_setting('app.workspace', true), ''));"
        " GRANT SELECT ON {table} TO {reader}"
    )
    await connection.execute(sql.SQL(first).format(**names))
    for of in model.tables:
        made = of.to_metadata(MetaData(), schema=schema)
        for statement in (CreateTable(made), *map(CreateIndex, made.indexes)):
            ddl = str(statement.compile(dialect=dialect()))  # type: ignore[no-untyped-call]
            await connection.execute(ddl.encode())
        await connection.execute(sql.SQL(walls).format(table=sql.Identifier(schema, of.name), **names))


async def ensure_models(service: Service, urls: DatabaseUrls) -> list[tuple[ReadModel, int]]:
    """Makes the missing models, empty; answers those that are there with another schema number, with that number."""
    async with worker_connection(urls) as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('models', 0))")
        known: dict[str, int] = dict(await (await connection.execute(KNOWN)).fetchall())
        for model in service.models:
            if model.name not in known:
                for table in ("consumer_offsets", "parked"):
                    await connection.execute(f"DELETE FROM log.{table} WHERE consumer = %s", (model.name,))
                await create_model(connection, model, model.name, app_role(urls))
                await connection.execute(MADE, (model.name, model.schema))
    return [(model, known[model.name]) for model in service.models if known.get(model.name, model.schema) != model.schema]


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


async def rename_schema(connection: Connection, name: str, to: str) -> None:
    """Statements that run go on with the tables they found; whatever comes after finds the new ones."""
    await connection.execute(
        sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to))
    )


async def drop_schema(connection: Connection, name: str) -> None:
    """Drops the schema if it is there and nobody reads it; else it stays, and can be dropped another time.

    Who found the tables before they were swapped away may still read them. A drop that waits for one reader while it
    holds another table can become a deadlock that ends the reader's statement. With a limit on waiting that is shorter
    than the time after which deadlocks are looked for, it is always the drop that gives way.
    """
    for _ in range(DROP_TRIES_MAX):
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = {DROP_LOCK_MS}")
                await connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
            return
        except LockNotAvailable:
            await asyncio.sleep(DROP_LOCK_MS / 1_000)
