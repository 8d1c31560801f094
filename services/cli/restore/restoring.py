"""A service's store filled from Kafka, behind a fence: one who has lost it, or has an older one, has the log again."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime

from contracts.personal import Keyring
from services.chassis.kafka import KafkaSettings
from services.chassis.migrate import DatabaseUrls
from services.chassis.schemas import Connection, app_role, worker_connection
from services.chassis.service import Service
from services.cli.restore.deriving import Derived, Deriving
from services.cli.restore.places import count_on, go_on
from services.cli.restore.refilling import Refill

BEGUN = "a restore from Kafka has begun and not ended: repeat `livechat restore {}`"
ENDED_WITHIN_S, LOOK_AGAIN_S = 5.0, 0.1
_OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename IN (current_user, %s) AND pid <> pg_backend_pid()"""
_FENCE = "INSERT INTO log.fence VALUES (%s) ON CONFLICT DO NOTHING"
_NEWEST = "SELECT max(at) FROM log.events WHERE pos NOT IN (SELECT pos FROM log.outbox)"
_UNFENCE = "DELETE FROM log.fence WHERE reason = %s"


class StillRunning(Exception):
    """A process of the service runs, or another restore."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `read`: events that Kafka had and the store did not know to be there; `added`: those that it
    did not have. `newest`: when the newest of them happened. `reactions`: how many go on from a place in Kafka."""

    read: int
    added: int
    newest: datetime | None
    derived: Derived
    reactions: int


async def restore_store(
    service: Service, kafka: KafkaSettings, urls: DatabaseUrls, keyring: Keyring
) -> Restored:
    """Puts back the events that Kafka has, and what follows from them. Whatever ends it, it can be repeated.

    Commands are refused from its begin until it has come to its end. Raises StillRunning, OutOfStep or BrokenStream.
    """
    async with worker_connection(urls) as connection:
        refill = Refill(service.name, urls.worker, kafka)
        await _alone(refill, connection, app_role(urls))
        reason = BEGUN.format(service.name)
        await connection.execute(_FENCE, (reason,))
        await refill.fill(connection)
        derived = await Deriving(service, urls, keyring).derive(connection)
        reactions = await go_on(service, kafka, connection, await _newest(connection))
        await count_on(service, kafka, connection)
        await connection.execute(_UNFENCE, (reason,))
    return Restored(refill.read, refill.added, refill.newest, derived, reactions)


async def _alone(refill: Refill, connection: Connection, app: str) -> None:
    """Whoever is connected may be about to append, or to tell Kafka another place than that from which to go on."""
    deadline_s, leads = time.monotonic() + ENDED_WITHIN_S, False
    while not leads or await _others(connection, app):
        if time.monotonic() > deadline_s:
            raise StillRunning
        await asyncio.sleep(LOOK_AGAIN_S)
        leads = leads or await refill.alone(connection)


async def _others(connection: Connection, app: str) -> int:
    row = await (await connection.execute(_OTHERS, (app,))).fetchone()
    return int(row[0]) if row else 0


async def _newest(connection: Connection) -> datetime | None:
    """When the last of the events happened that Kafka has."""
    row = await (await connection.execute(_NEWEST)).fetchone()
    return row[0] if row else None
