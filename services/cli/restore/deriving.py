"""Puts beside the restored events what follows from them: commands, timers, claims and snapshots."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import structlog

from contracts.personal import Keyring
from services.chassis.decider import SetTimer
from services.chassis.execution import RESTORED
from services.chassis.migrate import DatabaseUrls
from services.chassis.schemas import Connection, worker_connection
from services.chassis.service import Service
from services.chassis.store import EVENT, stored_event
from services.cli.restore.following import Following, Follows

CHUNK_EVENTS = 5_000
CHUNK_STREAMS = 500
EVENTS_AT_ONCE = 50
"""An event has 64 KiB at most."""
_BEHIND = """
    SELECT there.stream_id, coalesce(s.version, 0), there.head
    FROM (SELECT stream_id, max(version) AS head FROM log.events GROUP BY stream_id) AS there
    LEFT JOIN log.snapshots s USING (stream_id)
    WHERE s.version IS DISTINCT FROM there.head ORDER BY there.stream_id"""
_EVENTS = f"SELECT {EVENT} FROM log.events WHERE stream_id = ANY (%s) ORDER BY stream_id, version"
_COMMAND = "INSERT INTO log.commands VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
_SET = """INSERT INTO log.timers VALUES (%s, %s, %s, %s)
    ON CONFLICT (stream_id, name) DO UPDATE SET due_at = excluded.due_at"""
_CANCEL = "DELETE FROM log.timers WHERE stream_id = %s AND name = %s"
_FREE = "DELETE FROM log.claims WHERE workspace_id = %s AND scope = %s AND key = %s AND owner = %s"
_TAKE = "INSERT INTO log.claims VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
_HELD = """SELECT DISTINCT given.owner
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS given (workspace_id, scope, key, owner)
    LEFT JOIN log.claims c USING (workspace_id, scope, key) WHERE c.owner IS DISTINCT FROM given.owner"""
_SNAPSHOT = """INSERT INTO log.snapshots VALUES (%s, %s, %s, %s, %s) ON CONFLICT (stream_id) DO UPDATE
    SET version = excluded.version, schema = excluded.schema, state = excluded.state"""

log = structlog.get_logger()


@dataclass
class Derived:
    """How much was put there. `contested`: streams for whose claim there is another holder."""

    streams: int = 0
    commands: int = 0
    timers: int = 0
    claims: int = 0
    contested: list[str] = field(default_factory=list)


class Deriving:
    """Goes through the streams whose snapshot is not of their last event: that is written last, with all the rest."""

    def __init__(self, service: Service, urls: DatabaseUrls, keyring: Keyring) -> None:
        self._service, self._urls, self._keyring = service, urls, keyring

    async def derive(self, connection: Connection) -> Derived:
        """Once more from where it ended, if it was cut off. Raises BrokenStream.

        A claim that another stream still holds may be freed by what follows from that one: whoever wants it comes
        again at the end. Who then does not get it goes without, as Kafka had not all that happened to both.
        """
        done, later = Derived(), list[Follows]()
        async with aclosing(self._behind()) as chunks:
            async for chunk in chunks:
                later += await self._write(connection, await self._of(connection, chunk), done)
        contested = await self._write(connection, later, done)
        for one in contested:
            log.warning("claim_contested", service=self._service.name, stream=one.stream)
            done.contested.append(one.stream)
        await self._keep(connection, contested, done)
        return done

    async def _behind(self) -> AsyncGenerator[dict[str, int], None]:
        """Streams and the versions that they were at when the store had all that follows; few events at a time."""
        async with (
            worker_connection(self._urls) as connection,
            connection.transaction(),
            connection.cursor("behind") as cursor,
        ):
            await cursor.execute(_BEHIND)
            chunk, events = dict[str, int](), 0
            async for stream, since, head in cursor:
                if chunk and (events + head > CHUNK_EVENTS or len(chunk) == CHUNK_STREAMS):
                    yield chunk
                    chunk, events = {}, 0
                chunk[stream], events = since, events + head
            if chunk:
                yield chunk

    async def _of(self, connection: Connection, chunk: dict[str, int]) -> list[Follows]:
        """What follows from these streams. Their events come a few at a time, however long the streams are."""
        found = list[Following]()
        async with connection.transaction(), connection.cursor("events", binary=True) as cursor:
            cursor.itersize = EVENTS_AT_ONCE
            await cursor.execute(_EVENTS, (list(chunk),))
            async for row in cursor:
                event = stored_event(row)
                if not found or found[-1].stream != event.stream:
                    found.append(Following(self._service, self._keyring, event.stream, chunk[event.stream]))
                await found[-1].add(event)
        return [await one.end() for one in found]

    async def _write(self, connection: Connection, of: Sequence[Follows], done: Derived) -> list[Follows]:
        """Writes what follows from these, in one transaction; answers those whose claims others hold, for later."""
        async with connection.transaction():
            await _many(
                connection, _FREE, ((*claim, one.stream) for one in of for claim in _claims(one, held=False))
            )
            taken = [(*claim, one.stream) for one in of for claim in _claims(one, held=True)]
            await _many(connection, _TAKE, taken)
            asked = [list(column) for column in zip(*taken, strict=True)] or [[], [], [], []]
            waiting = {owner for (owner,) in await (await connection.execute(_HELD, asked)).fetchall()}
            await self._keep(connection, [one for one in of if one.stream not in waiting], done)
        done.claims += sum(owner not in waiting for *_, owner in taken)
        return [one for one in of if one.stream in waiting]

    async def _keep(self, connection: Connection, of: Sequence[Follows], done: Derived) -> None:
        commands = [
            (one.workspace_id, id_, one.stream, at, RESTORED)
            for one in of
            for id_, at in one.commands.items()
        ]
        changes = [(one, change) for one in of for change in one.timers.values()]
        due = [
            (one.workspace_id, one.stream, to.name, to.due_at)
            for one, to in changes
            if isinstance(to, SetTimer)
        ]
        kept = (
            (one.workspace_id, one.stream, one.version, one.snapshot.schema, one.snapshot.state) for one in of
        )
        async with connection.transaction():
            await _many(connection, _COMMAND, commands)
            await _many(connection, _CANCEL, ((one.stream, change.name) for one, change in changes))
            await _many(connection, _SET, due)
            await _many(connection, _SNAPSHOT, kept)
        done.streams, done.commands = done.streams + len(of), done.commands + len(commands)
        done.timers += len(due)


def _claims(of: Follows, *, held: bool) -> Iterable[tuple[str, str, str]]:
    return ((of.workspace_id, *claim) for claim, taken in of.claims.items() if taken is held)


async def _many(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany(statement.encode(), list(rows))
