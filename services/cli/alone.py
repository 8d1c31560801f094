"""Commands that go over a service's log as a whole: they work while nobody else does."""

import asyncio
import time

from contracts.topics import PARTITIONS
from services.chassis.relay import Relay
from services.chassis.schemas import Connection

ENDED_WITHIN_S, LOOK_AGAIN_S = 5.0, 0.1
_OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename IN (current_user, %s) AND pid <> pg_backend_pid()"""


_ALL_WAIT = "INSERT INTO log.outbox SELECT pos FROM log.events ON CONFLICT DO NOTHING"
_ELSEWHERE = "DELETE FROM log.relayed WHERE topic <> %s"
_BEGUN = "INSERT INTO log.relayed SELECT %s, partition, 0 FROM generate_series(0, %s) AS partition"


class StillRunning(Exception):
    """A process of the service runs, or another such command."""


async def alone(relay: Relay, connection: Connection, app: str) -> None:
    """Returns once no other has a connection; no relay will publish for as long as this one lasts. Raises StillRunning.

    Whoever is connected may be about to append, or to tell Kafka another place than that from which to go on. `app` is
    the name of the service's own role.
    """
    deadline_s, leads = time.monotonic() + ENDED_WITHIN_S, False
    while not leads or await _others(connection, app):
        if time.monotonic() > deadline_s:
            raise StillRunning
        await asyncio.sleep(LOOK_AGAIN_S)
        leads = leads or await relay.may_lead(connection)


async def all_wait(connection: Connection, topic: str) -> None:
    """From here on every event of the store waits to be published on this topic, wherever it was published before. The
    relay compares with the topic from its start: what is there already waits no more then."""
    async with connection.transaction():
        await connection.execute(_ALL_WAIT)
        await connection.execute(_ELSEWHERE, (topic,))
        await connection.execute(_BEGUN, (topic, PARTITIONS - 1))


async def _others(connection: Connection, app: str) -> int:
    row = await (await connection.execute(_OTHERS, (app,))).fetchone()
    return int(row[0]) if row else 0
