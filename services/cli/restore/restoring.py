"""A service's store filled from Kafka, behind a fence: one who has lost it, or has an older one, has the log again."""

from dataclasses import dataclass
from datetime import datetime

from contracts.personal import Keyring
from services.chassis.kafka import KafkaSettings
from services.chassis.migrate import DatabaseUrls
from services.chassis.schemas import Connection, app_role, worker_connection
from services.chassis.service import Service
from services.cli.alone import alone
from services.cli.restore.deriving import Derived, Deriving
from services.cli.restore.places import count_on, go_on
from services.cli.restore.refilling import Refill

BEGUN = "a restore from Kafka has begun and not ended: repeat `livechat restore {}`"
_FENCE = "INSERT INTO log.fence VALUES (%s) ON CONFLICT DO NOTHING"
_NEWEST = "SELECT max(at) FROM log.events WHERE pos NOT IN (SELECT pos FROM log.outbox)"
_UNFENCE = "DELETE FROM log.fence WHERE reason = %s"


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
        await alone(refill, connection, app_role(urls))
        reason = BEGUN.format(service.name)
        await connection.execute(_FENCE, (reason,))
        await refill.fill(connection)
        derived = await Deriving(service, urls, keyring).derive(connection)
        reactions = await go_on(service, kafka, connection, await _newest(connection))
        await count_on(service, kafka, connection)
        await connection.execute(_UNFENCE, (reason,))
    return Restored(refill.read, refill.added, refill.newest, derived, reactions)


async def _newest(connection: Connection) -> datetime | None:
    """When the last of the events happened that Kafka has."""
    row = await (await connection.execute(_NEWEST)).fetchone()
    return row[0] if row else None
