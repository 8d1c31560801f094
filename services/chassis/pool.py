"""Connection pools, and the one who wakes the relay after an append."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool
from pydantic import Field

from services.chassis.migrate import DatabaseUrls
from services.chassis.settings import FOLDER, Settings

WAIT_FOR_CONNECTION_S = 5.0
STATEMENT_LIMIT_MS = 10_000
CONNECTIONS_MAX = 10
AUTHORITY = "LIVECHAT_DATABASE_CA"
LAZILY = "set_config('synchronous_commit', 'off', true)"
"""In a statement: its transaction does not wait for the disk. See ADR 0029."""

Dsn = str | Callable[[], str]
"""A database's URL, or who is asked for it at every connection: a password may have another one since the last."""

log = structlog.get_logger()


def dsn_of(dsn: Dsn) -> str:
    """The URL as it is now."""
    return dsn if isinstance(dsn, str) else dsn()


class DatabaseSettings(Settings):
    """How one service reaches its database, by the role walled by workspace and by the workers' role."""

    database: str = Field(repr=False)
    worker_database: str = Field(repr=False)


def database_urls(service: str) -> DatabaseUrls:
    """From LIVECHAT_<SERVICE>_DATABASE and LIVECHAT_<SERVICE>_WORKER_DATABASE, see `verifying`."""
    settings = DatabaseSettings(_env_prefix=f"LIVECHAT_{service.upper()}_")
    return DatabaseUrls(verifying(settings.database), verifying(settings.worker_database))


def verifying(url: str) -> str:
    """The URL; one that verifies the server and does not say by which authority does so by the file AUTHORITY.

    The file is one of the folder of secrets. Where it is not there, libpq's own places count.
    """
    folder, told = os.environ.get(FOLDER), parse_qs(urlsplit(url).query)
    asks = told.get("sslmode", [""])[0].startswith("verify-") and "sslrootcert" not in told
    if folder and asks and (file := Path(folder, AUTHORITY)).is_file():
        return f"{url}&sslrootcert={quote(str(file))}"
    return url


def open_pool(dsn: Dsn, *, name: str, connections_max: int = CONNECTIONS_MAX) -> AsyncConnectionPool[Any]:
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
