"""Makes a backup: settings, files, then the rows of every service as they are at one moment each."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import psycopg
from psycopg import IsolationLevel

from contracts.gateway import FileDropped, FileReceived
from services.chassis.pool import database_urls
from services.chassis.settings import secret_files, variables
from services.cli.backup.archive import File, Secret, Written
from services.cli.backup.keys import NAME
from services.cli.backup.sealing import BackupRefused
from services.cli.backup.telling import Seldom, Tell
from services.cli.backup.truth import KEPT
from services.cli.catalogue import SERVICES
from services.gateway.outbound import FileStore, Missing

CONNECT_WITHIN_S = 10
PAGE_ROWS = 500
IRREPLACEABLE = (
    "LIVECHAT_TOKEN_SIGNING_KEY",
    "LIVECHAT_TOKEN_KID",
    "LIVECHAT_TOKEN_PUBLIC_KEYS",
    "LIVECHAT_GATEWAY_EMAIL_SECRET",
    "LIVECHAT_NOTIFIER_VAPID_KEY",
)
"""What no operator can look up elsewhere, also where it is in the environment and in no folder of secrets."""
# Ids are hexadecimal: these ends of the primary key's index hold every stream of a file, whatever the collation.
_KEEPS_FILES = """SELECT EXISTS (SELECT FROM log.events AS one
    WHERE one.stream_id >= 'file-0' AND one.stream_id < 'file-g' AND one.type = %(received)s AND NOT EXISTS (
        SELECT FROM log.events AS later WHERE later.stream_id = one.stream_id AND later.type = %(dropped)s))"""

Connection = psycopg.AsyncConnection[Any]


async def gather(into: Written, files: FileStore | None, tell: Tell) -> None:
    """Everything that the log does not hold, without files where no store is given.

    Raises BackupRefused where the log has files and the store none; psycopg.Error; OSError, of which StoreAway is one.
    """
    for name, value in sorted(secrets_kept(variables(), secret_files()).items()):
        into.add_secret(Secret(name, value))
    if files is not None:
        await _files_of_the_log(into, files, tell)
    async with AsyncExitStack() as stack:
        open_ = {service: await stack.enter_async_context(frozen(service)) for service in SERVICES}
        for service, connection in open_.items():
            await _rows(into, service, connection)
    tell(f"  {into.counted.told()}")
    into.finish()


def secrets_kept(told: Mapping[str, str], in_files: Mapping[str, str]) -> dict[str, str]:
    """The settings that are backed up: the folder of secrets, and what is irreplaceable wherever it is.

    The key of backups is none of them: it would lie in what it opens.
    """
    folder = {name for name in in_files if name.startswith("LIVECHAT_")}
    names = {*folder, *(name for name in IRREPLACEABLE if told.get(name))}
    return {name: told[name] for name in names - {NAME}}


@asynccontextmanager
async def frozen(service: str) -> AsyncIterator[Connection]:
    """The service's database as it is now, however long it is read."""
    worker = database_urls(service).worker
    async with await psycopg.AsyncConnection.connect(worker, connect_timeout=CONNECT_WITHIN_S) as connection:
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await connection.set_read_only(True)
        await connection.execute("SELECT 1")  # The first statement decides which moment it is.
        yield connection


async def _rows(into: Written, service: str, connection: Connection) -> None:
    for table in KEPT.values():
        async with connection.cursor(f"backup_{table.name}") as cursor:
            await cursor.execute(table.rows.encode())
            while page := await cursor.fetchmany(PAGE_ROWS):
                into.add_page(service, table.name, [row for (row,) in page])


async def _files_of_the_log(into: Written, files: FileStore, tell: Tell) -> None:
    """Another store than the gateway's would be found empty, and a backup of it would look like one."""
    async with frozen("gateway") as connection:
        told = {"received": FileReceived.TYPE, "dropped": FileDropped.TYPE}
        row = await (await connection.execute(_KEEPS_FILES, told)).fetchone()
    await _files(into, files, tell)
    if not into.counted.files and row is not None and row[0]:
        raise BackupRefused(
            "The log tells of files, and the store that LIVECHAT_GATEWAY_FILES names holds none: is it the gateway's?"
            " Without files a backup is made by --no-files."
        )


async def _files(into: Written, files: FileStore, tell: Tell) -> None:
    """What is uploaded from now on may be in it or not; what is dropped meanwhile is passed over."""
    seldom, size_bytes = Seldom(tell), 0
    async for place in files.places():
        if place.count("/") != 1:
            continue  # Somebody else's: see `place_of`.
        try:
            content = b"".join([chunk async for chunk in await files.read(place)])
        except Missing:
            continue
        into.add_file(File(place, content))
        size_bytes += len(content)
        seldom(partial(_told, into.counted.files, size_bytes))


def _told(files: int, size_bytes: int) -> str:
    return f"  {files:,} files, {size_bytes / 1e6:,.0f} MB"
