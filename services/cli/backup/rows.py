"""The rows of a backup on their way back: into empty tables, or in the place of what is there, all at once."""

from collections.abc import AsyncIterator, Mapping, Set
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from services.chassis.pool import database_urls
from services.chassis.ports import Ports
from services.chassis.wiring import store_ports
from services.cli.backup.archive import Page
from services.cli.backup.ended import why_over
from services.cli.backup.gathering import CONNECT_WITHIN_S
from services.cli.backup.sealing import BackupRefused
from services.cli.backup.truth import CREDENTIALS, KEPT
from services.cli.catalogue import SERVICES

Connection = psycopg.AsyncConnection[Any]
Columns = Mapping[tuple[str, str], Set[str]]
"""The columns that a backup has, by service and table."""

_COLUMNS = sql.SQL(
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'log' AND table_name = %s"
)
_FULL = sql.SQL("SELECT EXISTS (SELECT FROM log.{})")
_EMPTY = sql.SQL("DELETE FROM log.{}")


class NotEmpty(BackupRefused):
    """There is something already where the backup is to be put."""


async def refuse(columns: Columns, *, replace: bool) -> None:
    """Raises BackupRefused where a database has no place for a row, NotEmpty where it has rows that make no room.

    And BackupRefused where ways in would come before the log, by which nothing of them would be over.
    """
    full, without_log = [], []
    for service in SERVICES:
        async with connected(service) as connection:
            for table in KEPT:
                there = {name for (name,) in await _all(connection, _COLUMNS, table)}
                if lacking := columns.get((service, table), frozenset()) - there:
                    told = f"{service}'s log.{table} has no {', '.join(sorted(lacking))}"
                    raise BackupRefused(
                        f"{told}: run `livechat migrate {service}` of the backup's version first."
                    )
                if await _any(connection, table):
                    full.append(f"{service}.{table}")
            if (service, CREDENTIALS.name) in columns and not await _any(connection, "events"):
                without_log.append(service)
    if without_log and not replace:
        raise BackupRefused(
            f"The log of {', '.join(without_log)} is empty: bring it back first, for it says what of the backup still"
            " counts. With --replace all of it is put back."
        )
    if full and not replace:
        raise NotEmpty(f"There are rows already in {', '.join(full)}. With --replace they make room.")


@asynccontextmanager
async def connected(service: str) -> AsyncIterator[Connection]:
    """The service's database, with the role that no wall stops; committed as the context ends well."""
    worker = database_urls(service).worker
    async with await psycopg.AsyncConnection.connect(worker, connect_timeout=CONNECT_WITHIN_S) as connection:
        yield connection


async def _all(
    connection: Connection, statement: sql.SQL | sql.Composed, *values: object
) -> list[tuple[Any, ...]]:
    return await (await connection.execute(statement, values or None)).fetchall()


async def _any(connection: Connection, table: str) -> bool:
    return bool((await _all(connection, _of(_FULL, table)))[0][0])


def _of(statement: sql.SQL, table: str) -> sql.Composed:
    return statement.format(sql.Identifier(table))


class Putting:
    """The rows of all services, which are seen once `commit` returns, and not at all where the context ends before.

    With `replace` they come in the place of all that is there.
    """

    def __init__(self, *, replace: bool) -> None:
        self._replace = replace
        self._stack = AsyncExitStack()
        self._connections: dict[str, Connection] = {}
        self._ports: dict[str, Ports] = {}

    async def __aenter__(self) -> "Putting":
        async with AsyncExitStack() as opening:
            for name, service in SERVICES.items():
                connection = self._connections[name] = await opening.enter_async_context(connected(name))
                opening.push_async_callback(connection.rollback)
                self._ports[name] = await opening.enter_async_context(store_ports(service))
                for table in KEPT if self._replace else ():
                    await connection.execute(_of(_EMPTY, table))
            self._stack = opening.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def put(self, page: Page) -> list[str]:
        """Puts the rows that count; answers why the others do not."""
        ports, kept, left = self._ports[page.service], [], []
        for row in page.rows:
            why = await why_over(ports, page.table, row)
            if why is None:
                kept.append(row)
            else:
                left.append(why)
        if kept:
            names = sql.SQL(", ").join(map(sql.Identifier, kept[0]))
            statement = sql.SQL(KEPT[page.table].put).format(columns=names)
            await self._connections[page.service].execute(statement, (Jsonb(kept),))
        return left

    async def commit(self) -> None:
        """A service after the other: cut off in between, the whole is to be repeated."""
        for connection in self._connections.values():
            await connection.commit()
