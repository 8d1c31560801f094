"""Rows of read models as queries ask for them: in one workspace, or across all for what runs in the background.

What older code has left is read only where it has the tables of this code; else the read is refused until the model
was rebuilt.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import QueryCanceled, UndefinedColumn, UndefinedTable
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Table

from services.chassis.keyset import DIALECT, keyset_of, page_statement
from services.chassis.models import ReadModel
from services.chassis.ports import Row
from services.chassis.words import Asked, TooBroad, tsquery

SEARCH_LIMIT_MS = 2_000
_REACHED = """SELECT next_offset FROM log.consumer_offsets
    WHERE consumer = %s AND topic = %s AND partition = %s"""


_COLUMNS = """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = to_regnamespace(quote_ident(%s)) AND c.relkind = 'r' AND a.attnum > 0
    AND NOT a.attisdropped"""


class OldShape(OperationalError):
    """The read model has other tables than this code reads: older code left it, and it is being rebuilt."""

    def __init__(self, model: str) -> None:
        super().__init__(f"The read model {model} is being rebuilt for this version; try again.")


class Shapes:
    """Which of a service's read models have the tables that this code reads: a process is not ready until all have.

    One that was seen to have them is looked at again only when a read fails on it.
    """

    def __init__(self, models: Sequence[ReadModel]) -> None:
        self._models = {model.name: model for model in models}
        self._unseen = set(self._models)

    async def look(self, connection: AsyncConnection[Any]) -> None:
        """Looks at those that were not seen to have them."""
        for name in sorted(self._unseen):
            cursor = await connection.execute(_COLUMNS, (name,))
            if _columns(self._models[name]) <= set(await cursor.fetchall()):
                self._unseen.discard(name)

    def has(self, model: str | None) -> bool:
        """Whether the model was seen to have them."""
        return model not in self._unseen

    def lost(self, model: str | None) -> None:
        """A read failed for want of a table or a column."""
        self._unseen |= {name for name in self._models if name == model}

    def not_ready(self) -> str | None:
        """A reason while a model has not the tables of this code."""
        return f"to be rebuilt: {', '.join(sorted(self._unseen))}" if self._unseen else None


def _columns(model: ReadModel) -> set[tuple[str, str, str]]:
    """The columns of the model's tables, with their types as PostgreSQL names them."""
    return {
        (table.name, column.name, column.type.compile(dialect=DIALECT).lower())
        for table in model.tables
        for column in table.columns
    }


class PostgresReader:
    """ports.Reader: in one workspace with the service's own role, across all with the workers'.

    `topics` are the names in Kafka of the read models' topics, by model. Raises OldShape where `shapes` says so.
    """

    def __init__(
        self,
        pool: AsyncConnectionPool[Any],
        workers: AsyncConnectionPool[Any],
        topics: Mapping[str, str],
        shapes: Shapes | None = None,
    ) -> None:
        self._pool, self._workers, self._topics = pool, workers, topics
        self._shapes = shapes or Shapes(())

    async def get(self, workspace_id: str, table: Table, *key: object) -> Row | None:
        names = [column.name for column in table.primary_key.columns][1:]
        found = await self.find(workspace_id, table, dict(zip(names, key, strict=True)), limit=1)
        return found[0] if found else None

    async def find(
        self,
        workspace_id: str | None,
        table: Table,
        where: Mapping[str, object],
        order: Sequence[str] = (),
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        null = frozenset(name for name, value in where.items() if value is None)
        walled = workspace_id is not None
        among = frozenset(name for name, value in where.items() if isinstance(value, tuple))
        statement = page_statement(table, tuple(where), null, among, tuple(order), after is not None, walled)
        values: dict[str, Any] = {f"w_{name}": value for name, value in where.items() if value is not None}
        values |= {f"w_{name}": list(values[f"w_{name}"]) for name in among}
        keyset = () if after is None else keyset_of(table, order, after)
        values |= {f"a_{place}": value for place, value in enumerate(keyset)}
        values |= {"workspace_id": workspace_id, "limit": limit}
        settings = {} if workspace_id is None else {"app.workspace": workspace_id}
        return await self._rows(table, statement, values, settings)

    async def search(
        self,
        workspace_id: str,
        table: Table,
        asked: Asked,
        order: Sequence[str],
        then: Sequence[str],
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        nothing: frozenset[str] = frozenset()
        resumed = after is not None
        statement = page_statement(table, (), nothing, nothing, tuple(order), resumed, True, tuple(then))
        keyset = () if after is None else keyset_of(table, order, after)
        values: dict[str, Any] = {f"a_{place}": value for place, value in enumerate(keyset)}
        settings = {
            "app.workspace": workspace_id,
            "app.words": tsquery(workspace_id, asked),
            "statement_timeout": str(SEARCH_LIMIT_MS),
        }
        try:
            return await self._rows(
                table, statement, values | {"workspace_id": workspace_id, "limit": limit}, settings
            )
        except QueryCanceled:
            raise TooBroad from None

    async def _rows(
        self, table: Table, statement: str, values: Mapping[str, Any], settings: Mapping[str, str]
    ) -> list[Row]:
        """The rows of a statement on a table, with these settings for it alone; without any, all workspaces' rows."""
        if not self._shapes.has(table.schema):
            async with self._workers.connection() as connection:
                await self._shapes.look(connection)
        if not self._shapes.has(table.schema):
            raise OldShape(str(table.schema))
        try:
            return await self._read(statement, values, settings)
        except (UndefinedColumn, UndefinedTable):
            self._shapes.lost(table.schema)
            raise OldShape(str(table.schema)) from None

    async def _read(
        self, statement: str, values: Mapping[str, Any], settings: Mapping[str, str]
    ) -> list[Row]:
        async with (self._pool if settings else self._workers).connection() as connection:
            cursor = connection.cursor(row_factory=dict_row, binary=True)
            # What a pipeline sends together is one transaction, and one round trip.
            async with connection.pipeline():
                for name, value in settings.items():
                    await connection.execute("SELECT set_config(%s, %s, true)", (name, value))
                # Not prepared: a rebuilt model may have another type for a column, which a prepared read refuses.
                await cursor.execute(statement, values, prepare=False)
            return list(await cursor.fetchall())

    async def reached(self, consumer: str, partition: int) -> int:
        async with self._pool.connection() as connection:
            found = await connection.execute(_REACHED, (consumer, self._topics[consumer], partition))
            row = await found.fetchone()
        return row[0] if row else 0
