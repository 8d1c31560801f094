"""Connection pools, and the one who wakes the relay after an append."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

WAIT_FOR_CONNECTION_S = 5.0
STATEMENT_LIMIT_MS = 10_000
LAZILY = "set_config('synchronous_commit', 'off', true)"
"""In a statement: its transaction does not wait for the disk. See ADR 0029."""

log = structlog.get_logger()


def open_pool(dsn: str, *, name: str, connections_max: int = 10) -> AsyncConnectionPool[Any]:
    """A pool of autocommit connections, not yet opened. Statements end after STATEMENT_LIMIT_MS."""
    return AsyncConnectionPool(
        dsn,
        min_size=1,
        max_size=connections_max,
        timeout=WAIT_FOR_CONNECTION_S,
        name=name,
        open=False,
        kwargs={
            "autocommit": True,
            "application_name": name,
            "options": f"-c timezone=UTC -c statement_timeout={STATEMENT_LIMIT_MS}"
            " -c idle_in_transaction_session_timeout=60000",
        },
    )


class Taken:
    """One connection, in a pool's place."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """The one."""
        yield self._connection


class Waker:
    """Tells the relay that there is something new: one NOTIFY for all appends of the last few milliseconds.

    NOTIFY inside the append would take a cluster-wide lock at each commit; on a connection of its own, at most once per
    interval, it costs the writers nothing. A lost one is harmless: the relay looks by itself once a second.
    """

    INTERVAL_S = 0.003

    def __init__(self, pool: AsyncConnectionPool[Any]) -> None:
        self._pool = pool
        self._appended = asyncio.Event()

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._appended.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._appended.wait()
            self._appended.clear()
            try:
                async with self._pool.connection() as connection:
                    await connection.execute("NOTIFY outbox")
            except (psycopg.OperationalError, psycopg.InterfaceError) as lost:
                log.warning("relay_not_woken", error=str(lost))
            await asyncio.sleep(self.INTERVAL_S)
