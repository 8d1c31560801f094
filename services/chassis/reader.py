"""Rows of read models as queries ask for them: in one workspace, or across all for what runs in the background."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.errors import QueryCanceled
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Table

from services.chassis.keyset import keyset_of, page_statement
from services.chassis.ports import Row
from services.chassis.words import Asked, TooBroad, tsquery

SEARCH_LIMIT_MS = 2_000
_REACHED = """SELECT next_offset FROM log.consumer_offsets
    WHERE consumer = %s AND topic = %s AND partition = %s"""


class PostgresReader:
    """ports.Reader: in one workspace with the service's own role, across all with the workers'.

    `topics` are the names in Kafka of the read models' topics, by model.
    """

    def __init__(
        self, pool: AsyncConnectionPool[Any], workers: AsyncConnectionPool[Any], topics: Mapping[str, str]
    ) -> None:
        self._pool, self._workers, self._topics = pool, workers, topics

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
        return await self._rows(statement, values, settings)

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
                statement, values | {"workspace_id": workspace_id, "limit": limit}, settings
            )
        except QueryCanceled:
            raise TooBroad from None

    async def _rows(
        self, statement: str, values: Mapping[str, Any], settings: Mapping[str, str]
    ) -> list[Row]:
        """The statement's rows, with these settings for it alone; without any, all workspaces' rows."""
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
