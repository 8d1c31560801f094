"""Parked records taken up again or given up, one key after another: each effect once, wherever this is cut off."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from contracts.envelope import Malformed, read_headers
from contracts.topics import Naming
from services.chassis.models import ReadModel, Rows
from services.chassis.parked import Held, held_records
from services.chassis.ports import Ports
from services.chassis.projector import Folding
from services.chassis.reactor import Reacting
from services.chassis.rows import PostgresBatch, PostgresRows
from services.chassis.service import Reaction, Service

RECORDS_MAX = 200
DROPPED_MAX = 200
KEYS_MAX = 10_000
WHOLE_PASSES_MAX = 1_000

_KEYS = """SELECT consumer, key, min(id), max(topic), max(partition) FROM log.parked
    WHERE consumer = coalesce(%s, consumer) AND key = coalesce(%s, key)
    AND (%s::bigint IS NULL OR (consumer, key) = (SELECT consumer, key FROM log.parked WHERE id = %s))
    GROUP BY consumer, key, CASE WHEN key = '' THEN id END ORDER BY min(id) LIMIT %s"""
_REMOVE = "DELETE FROM log.parked WHERE id = ANY (%s)"
_DROP = """WITH gone AS (DELETE FROM log.parked WHERE id = %s RETURNING *)
    INSERT INTO log.dropped (id, consumer, topic, partition, record_offset, key, parked_for, reason, dropped_by)
    SELECT id, consumer, topic, partition, record_offset, key, reason, %s, %s FROM gone"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A consumer's key with parked records. Without a key (""), `id` is the only record; else it is the oldest one."""

    consumer: str
    key: str
    id: int
    topic: str
    partition: int

    @property
    def only(self) -> int | None:
        """The id to look for where there is no key."""
        return None if self.key else self.id


@dataclass(frozen=True, slots=True)
class Retried:
    """How many records of a key were taken; `held` is the one that was parked again, with the rest behind it."""

    waiting: Waiting
    taken: int
    held: Held | None


class Unparking:
    """One service's parked records. `workers` is a pool of the workers' role, `ports` what its reactions use."""

    def __init__(
        self, service: Service, workers: AsyncConnectionPool[Any], ports: Ports, naming: Naming
    ) -> None:
        self._workers, self._ports, self._naming = workers, ports, naming
        self._name = service.name
        self._consumers: dict[str, ReadModel | Reaction] = {
            **{model.name: model for model in service.models},
            **{reaction.name: reaction for reaction in service.reactions},
        }

    async def waiting(
        self, *, consumer: str | None = None, key: str | None = None, id_: int | None = None
    ) -> list[Waiting]:
        """The keys that wait: a consumer's, a stream's, or the one of a record; the oldest first."""
        async with self._workers.connection() as connection:
            rows = await connection.execute(_KEYS, (consumer, key, id_, id_, KEYS_MAX))
            return [Waiting(*row) for row in await rows.fetchall()]

    async def retry(self, waiting: Waiting) -> Retried:
        """Hands a key's records to the shipped handler, in order, until none is left or one is parked again.

        Raises LookupError where the code has no such consumer.
        """
        consumer, taken = self._consumer(waiting.consumer), 0
        for _ in range(WHOLE_PASSES_MAX):
            if isinstance(consumer, ReadModel):
                before, after = await self._fold(consumer, waiting)
            else:
                before, after = await self._react(consumer, waiting)
            left = {held.record.offset for held in after}
            taken += sum(held.record.offset not in left for held in before)
            if after and before and after[0].record.offset <= before[-1].record.offset:
                return Retried(waiting, taken, after[0])
            if not after:
                break
        return Retried(waiting, taken, None)

    def _consumer(self, name: str) -> ReadModel | Reaction:
        if name not in self._consumers:
            raise LookupError(f"{self._name} has no consumer {name} any more: drop its parked events.")
        return self._consumers[name]

    async def _fold(self, model: ReadModel, waiting: Waiting) -> tuple[list[Held], list[Held]]:
        """One transaction: the records leave the parked ones, are folded, and what cannot be is parked again."""
        folding = Folding(self._name, model, self._ports.keyring)
        async with self._batch() as (connection, batch):
            await batch.lock_offsets(waiting.consumer, waiting.topic, [waiting.partition])
            before = await self._held(connection, waiting)
            if before:
                await connection.execute(_REMOVE, ([held.id for held in before],))
                generation = await batch.generation(model)
                await folding.apply(batch, [held.record for held in before], generation, waiting={})
            return before, await self._held(connection, waiting)

    async def _react(self, reaction: Reaction, waiting: Waiting) -> tuple[list[Held], list[Held]]:
        """Commands first, each once by its id; then their records leave, together with what is parked again.

        Cut off in between, the records are still there, and the commands have their answers. Records of the key that
        come meanwhile are parked behind, or wait for the lock and find nobody to wait for.
        """
        topic = self._naming.of(reaction.source)
        reacting = Reacting(reaction, topic, PostgresRows(self._workers), self._ports)
        async with self._workers.connection() as connection:
            before = await self._held(connection, waiting)
        outcome = await reacting.react_to([held.record for held in before], {})
        async with self._batch() as (connection, batch):
            await batch.lock_offsets(waiting.consumer, waiting.topic, [waiting.partition])
            now, ids = await self._held(connection, waiting), [held.id for held in before]
            if [held.id for held in now][: len(ids)] != ids:
                return (
                    [],
                    now,
                )  # Somebody retried or dropped them meanwhile: what is there now is looked at anew.
            await connection.execute(_REMOVE, (ids,))
            await batch.park(waiting.consumer, outcome.parked)
            return before, await self._held(connection, waiting)

    async def drop(self, id_: int, reason: str, by: str) -> Waiting:
        """Gives up the first record of its key, for the reason told, and lets what waits behind it be the next.

        A read model takes the dropped version for folded, so that the next one is no gap. Raises LookupError for a
        record that waits behind another, or is not there.
        """
        found = await self.waiting(id_=id_)
        waiting = next((one for one in found if one.key or one.id == id_), None)
        if waiting is None:
            raise LookupError(f"{self._name} has no parked event {id_}.")
        async with self._batch() as (connection, batch):
            await batch.lock_offsets(waiting.consumer, waiting.topic, [waiting.partition])
            held = await self._held(connection, waiting)
            if not held or held[0].id != id_:
                first = f"drop or retry {held[0].id} first" if held else "it is gone"
                raise LookupError(f"Parked event {id_} waits behind another: {first}.")
            await connection.execute(_DROP, (id_, reason, by))
            consumer = self._consumers.get(waiting.consumer)
            if isinstance(consumer, ReadModel) and consumer.state_row is None:
                await self._pass_over(batch, consumer, held)
        return waiting

    async def _pass_over(self, batch: PostgresBatch, model: ReadModel, held: Sequence[Held]) -> None:
        """Moves the stream's version up to the dropped event's.

        Of a record that does not tell its own version, the next one tells it: whatever came before that is passed over.
        """
        found = _version_of(held[0])
        if found is None and len(held) > 1 and (behind := _version_of(held[1])) is not None:
            found = behind[0], behind[1] - 1
        if found is not None:
            stream, version = found
            if version > (await batch.versions(model, [stream])).get(stream, 0):
                await batch.write(model, Rows({}), {stream: version})

    async def _held(self, connection: psycopg.AsyncConnection[Any], waiting: Waiting) -> list[Held]:
        return await held_records(connection, waiting.consumer, waiting.key, waiting.only, RECORDS_MAX)

    @asynccontextmanager
    async def _batch(self) -> AsyncIterator[tuple[psycopg.AsyncConnection[Any], PostgresBatch]]:
        async with self._workers.connection() as connection:
            batch = PostgresBatch(connection)
            async with connection.transaction():
                yield connection, batch
            if batch.published:
                await connection.execute("NOTIFY outbox")


def _version_of(held: Held) -> tuple[str, int] | None:
    try:
        header = read_headers(held.record.headers)
    except Malformed:
        return None
    return header.stream, header.version


@dataclass(frozen=True, slots=True)
class DroppedEvent:
    """A parked record that was given up; its bytes lie in the topic."""

    id: int
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str
    parked_for: str
    reason: str
    dropped_by: str
    dropped_at: datetime


_DROPPED = """SELECT id, consumer, topic, partition, record_offset, key, parked_for, reason, dropped_by, dropped_at
    FROM log.dropped WHERE id > %s ORDER BY id LIMIT %s"""


async def list_dropped(
    connection: psycopg.AsyncConnection[Any], *, after: int = 0, limit: int = 50
) -> list[DroppedEvent]:
    """At most `limit` dropped events with an id > `after`, oldest first. Needs the workers' role."""
    cursor = await connection.execute(_DROPPED, (after, min(limit, DROPPED_MAX)))
    return [DroppedEvent(*row) for row in await cursor.fetchall()]
