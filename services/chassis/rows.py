"""Read-model rows and consumers' positions in PostgreSQL: one transaction a batch, one statement a table."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic_core import to_json
from sqlalchemy import Table

from contracts.states import StateRow
from services.chassis.batches import Moved, Standing, Superseded
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.parked import Parked
from services.chassis.pool import LAZILY
from services.chassis.ports import Row

_LOCK_OFFSETS = f"""INSERT INTO log.consumer_offsets AS o SELECT %s, %s, unnest(%s::int[]), 0
    ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = o.next_offset
    RETURNING partition, next_offset, CASE WHEN %s THEN {LAZILY} END"""
_ADVANCE = """UPDATE log.consumer_offsets o SET next_offset = n.value::bigint FROM json_each_text(%s::json) n
    WHERE o.consumer = %s AND o.topic = %s AND o.partition = n.key::int"""
# A position that nobody has asked for yet has no row, and is 0.
_MOVE = f"""WITH given AS (SELECT key::int AS partition, (value ->> 0)::bigint AS at, (value ->> 1)::bigint AS after
    FROM json_each(%(given)s::json)) INSERT INTO log.consumer_offsets AS o
    SELECT %(consumer)s, %(topic)s, partition, after FROM given g WHERE at = 0 OR EXISTS (SELECT FROM
        log.consumer_offsets k WHERE (k.consumer, k.topic, k.partition) = (%(consumer)s, %(topic)s, g.partition))
    ORDER BY partition ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset
    WHERE o.next_offset = (SELECT at FROM given g WHERE g.partition = excluded.partition)
        AND (%(schema)s::int IS NULL OR (SELECT schema FROM log.models WHERE name = o.consumer) = %(schema)s)
    RETURNING {LAZILY}"""
_MODEL = "SELECT schema, generation FROM log.models WHERE name = %s"
_ANY_PARKED = "SELECT FROM log.parked WHERE consumer = %s LIMIT 1"  # Asked first: hardly ever is there any.
_PARKED_KEYS = """SELECT p.key, min(p.record_offset) FROM json_array_elements_text(%s::json) g
    JOIN log.parked p ON p.key = g.value WHERE p.consumer = %s AND p.key <> '' GROUP BY p.key"""
_WAITING = f"""CASE WHEN EXISTS ({_ANY_PARKED})
    THEN (SELECT json_object_agg(key, min) FROM ({_PARKED_KEYS}) p) END"""
_LOOK = f"""SELECT (SELECT json_object_agg(partition, next_offset) FROM log.consumer_offsets
        WHERE consumer = %s AND topic = %s AND partition = ANY (%s)),
    {_WAITING}"""
_PARK = """INSERT INTO log.parked (consumer, topic, partition, record_offset, key, reason, headers, value)
    VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s) ON CONFLICT DO NOTHING"""
_PUBLISH = "INSERT INTO log.state_outbox (topic, key, value) VALUES (%s, %s, %s)"
_VERSIONS = """SELECT v.stream_id, v.version FROM json_array_elements_text(%s::json) g
    JOIN "{}".stream_versions v ON v.stream_id = g.value"""
_KEEP_VERSIONS = """INSERT INTO "{}".stream_versions SELECT key, value::bigint FROM json_each_text(%s::json)
    ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version"""

# Asked for after the lock, as a statement of its own: a swap of the model may have been waited for.
_STANDING = f"""SELECT m.schema, m.generation, (SELECT json_object_agg(stream_id, version) FROM ({_VERSIONS}) v),
    {_WAITING}
    FROM (SELECT) one LEFT JOIN log.models m ON m.name = %s"""
_KEEP_AND_ADVANCE = f"WITH kept AS ({_KEEP_VERSIONS}) {_ADVANCE}"

T = TypeVar("T")


def _json(value: Any) -> str:
    return to_json(value).decode()


def _each(form: str, names: Iterable[str]) -> str:
    return ", ".join(form.format(name) for name in names)


class _Statements:
    """A table's statements in one schema. Rows travel as one JSON text, taken apart by the table's own row type."""

    def __init__(self, of: Table, schema: str) -> None:
        self.key = tuple(column.name for column in of.primary_key.columns)
        self.others = tuple(column.name for column in of.columns if column.name not in self.key)
        name = f'"{schema}"."{of.name}"'
        given = f"json_populate_recordset(NULL::{name}, %s::json)"
        same = " AND ".join(f't."{part}" = g."{part}"' for part in self.key)
        columns, key = _each('t."{}"', of.columns.keys()), _each('"{}"', self.key)
        replaced = _each('"{0}" = excluded."{0}"', self.others)
        added = _each('"{0}" = t."{0}" + excluded."{0}"', self.others)
        insert = f"INSERT INTO {name} AS t SELECT * FROM {given} ON CONFLICT ({key}) DO "
        self.load = f"SELECT {columns} FROM {given} g JOIN {name} t ON {same}"
        self.put = insert + (f"UPDATE SET {replaced}" if replaced else "NOTHING")
        self.add = insert + f"UPDATE SET {added}"
        self.remove = f"DELETE FROM {name} t USING {given} g WHERE {same}"

    def named(self, key: tuple[Any, ...]) -> Row:
        """The columns of a key."""
        return dict(zip(self.key, key, strict=True))


_statements = lru_cache(maxsize=1_024)(_Statements)


class PostgresBatch:
    """projector.Batch inside a transaction of this connection; with a suffix, over the tables of a rebuild."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], suffix: str = "") -> None:
        self._connection, self._suffix = connection, suffix
        self.published = False

    async def lock_offsets(
        self, consumer: str, topic: str, partitions: Collection[int], *, lazily: bool = False
    ) -> dict[int, int]:
        # Sorted, like everything that several replicas may lock: nobody waits for each other crosswise.
        rows = await self._connection.execute(_LOCK_OFFSETS, (consumer, topic, sorted(partitions), lazily))
        return {partition: at async for partition, at, _ in rows}

    async def advance(self, consumer: str, topic: str, positions: Mapping[int, int]) -> None:
        await self._connection.execute(_ADVANCE, (_json(positions), consumer, topic))

    async def generation(self, model: ReadModel) -> int:
        row = await (await self._connection.execute(_MODEL, (model.name,))).fetchone()
        return _generation(model, *row or (None, None))

    async def standing(
        self, model: ReadModel, consumer: str, streams: Collection[str], keys: Collection[str]
    ) -> Standing:
        statement = _STANDING.format(model.name + self._suffix)
        asked = _json(list(streams)), consumer, _json(list(keys)), consumer, model.name
        row = await (await self._connection.execute(statement, asked)).fetchone()
        schema, generation, versions, waiting = row or (None,) * 4
        return Standing(_generation(model, schema, generation), versions or {}, waiting or {})

    async def versions(self, model: ReadModel, streams: Collection[str]) -> dict[str, int]:
        statement = _VERSIONS.format(model.name + self._suffix)
        return dict(await (await self._connection.execute(statement, (_json(list(streams)),))).fetchall())

    async def load(self, keys: Collection[Key]) -> dict[Key, Row | None]:
        found: dict[Key, Row | None] = dict.fromkeys(keys)
        for of, wanted in _by_table(dict.fromkeys(keys)).items():
            statements = self._of(of)
            async with self._connection.cursor(row_factory=dict_row, binary=True) as cursor:
                await cursor.execute(statements.load, (_json([statements.named(key) for key in wanted]),))
                async for row in cursor:
                    found[of, tuple(row[part] for part in statements.key)] = row
        return found

    async def write(
        self, model: ReadModel, rows: Rows, versions: Mapping[str, int], moved: Moved | None = None
    ) -> None:
        changed, added = _by_table(rows.changed), _by_table(rows.added)
        for of in model.tables:
            statements, news, sums = self._of(of), changed.get(of, {}), added.get(of, {})
            zeros = dict.fromkeys(statements.others, 0)
            for statement, given in (
                (statements.put, [row for row in news.values() if row is not None]),
                (statements.remove, [statements.named(key) for key, row in news.items() if row is None]),
                (statements.add, [statements.named(key) | zeros | sums[key] for key in sorted(sums)]),
            ):
                if given:
                    await self._connection.execute(statement, (_json(given),))
        kept = model.name + self._suffix, _json(versions)
        if moved is None:
            await self._connection.execute(_KEEP_VERSIONS.format(kept[0]), kept[1:])
        else:
            told = kept[1], _json(moved.positions), moved.consumer, moved.topic
            await self._connection.execute(_KEEP_AND_ADVANCE.format(kept[0]), told)

    def savepoint(self) -> AbstractAsyncContextManager[Any]:
        return self._connection.transaction()

    async def parked_keys(self, consumer: str, keys: Collection[str]) -> dict[str, int]:
        asked = consumer, _json(list(keys)), consumer
        row = await (await self._connection.execute(f"SELECT {_WAITING}", asked)).fetchone()
        return (row and row[0]) or {}

    async def park(self, consumer: str, records: Sequence[Parked]) -> None:
        rows = [(consumer, *r.place, r.key, r.reason, _json(r.headers), r.value) for r in records]
        await self._connection.cursor().executemany(_PARK, rows)

    async def publish(self, topic: str, rows: Mapping[str, StateRow | None]) -> None:
        told = [(topic, key, row.model_dump_json().encode() if row else None) for key, row in rows.items()]
        await self._connection.cursor().executemany(_PUBLISH, told)
        self.published = True

    def _of(self, of: Table) -> _Statements:
        return _statements(of, f"{of.schema}{self._suffix}")


def _generation(model: ReadModel, schema: int | None, generation: int | None) -> int:
    if generation is None or schema != model.schema:
        raise Superseded(model.name, schema, model.schema)
    return generation


def _by_table(of_all: Mapping[Key, T]) -> dict[Table, dict[tuple[Any, ...], T]]:
    found: dict[Table, dict[tuple[Any, ...], T]] = {}
    for (of, key), value in of_all.items():
        found.setdefault(of, {})[key] = value
    return found


class PostgresRows:
    """projector.RowStore over a pool of the workers' role."""

    def __init__(self, workers: AsyncConnectionPool[Any]) -> None:
        self._pool = workers

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[PostgresBatch]:
        async with self._pool.connection() as connection:
            batch = PostgresBatch(connection)
            async with connection.transaction():
                yield batch
            if batch.published:
                await connection.execute("NOTIFY outbox")

    async def look(
        self, consumer: str, topic: str, partitions: Collection[int], keys: Collection[str]
    ) -> tuple[dict[int, int], dict[str, int]]:
        asked = consumer, topic, sorted(partitions), consumer, _json(list(keys)), consumer
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_LOOK, asked)).fetchone()
        found, waiting = row or (None, None)
        return {number: (found or {}).get(str(number), 0) for number in partitions}, waiting or {}

    async def move(self, before: Moved, after: Mapping[int, int], model: ReadModel | None = None) -> bool:
        consumer, topic, schema = before.consumer, before.topic, model and model.schema
        given = _json({number: (before.positions[number], after[number]) for number in sorted(after)})
        asked = {"consumer": consumer, "topic": topic, "given": given, "schema": schema}
        async with self._pool.connection() as connection:
            async with connection.pipeline():
                if model:  # Locked by a statement before: a swap of the model may have to be waited for.
                    await connection.execute(_LOCK_OFFSETS, (consumer, topic, sorted(after), True))
                done = await connection.execute(_MOVE, asked)
            return bool(done.rowcount == len(after))
