"""The event log in PostgreSQL: one round trip to load, one statement to append, timers fired where they are kept."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import structlog
from psycopg.errors import UniqueViolation
from psycopg.rows import tuple_row
from psycopg_pool import AsyncConnectionPool

from contracts.envelope import Metadata
from services.chassis.decider import CancelTimer, FreeClaim, Refused, SetTimer, TakeClaim
from services.chassis.pool import Taken, Waker
from services.chassis.ports import (
    Answered,
    Append,
    Claimed,
    CommandAnswered,
    DueTimer,
    Fenced,
    Firing,
    Loaded,
    Snapshot,
    StoredEvent,
    VersionConflict,
)

FIRE_AGAIN_AFTER_S = 30

_LOAD = "SELECT version, schema, state, c_stream, c_version, c_fingerprint FROM log.load(%s, %s, %s)"
_APPEND = """SELECT log.append(
    %s, %s, %s::int, %s::text[], %s::text[], %s::bytea[], %s::timestamptz[], %s, %s, %s, %s, %s, %s, %s::int, %s::bytea,
    %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[])"""
EVENT = """stream_id, version, event_id, type, data, at, workspace_id, command_id, correlation_id, causation_id, actor,
    traceparent, hash"""
_HISTORY = (
    f"""SELECT {EVENT} FROM log.events WHERE stream_id = %s AND version > %s ORDER BY version LIMIT %s"""
)
_DUE = """DELETE FROM log.timers t USING (
        SELECT stream_id, name FROM log.timers WHERE due_at <= log.app_now()
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED) due
    WHERE t.stream_id = due.stream_id AND t.name = due.name
    RETURNING t.workspace_id, t.stream_id, t.name, t.due_at, log.app_now()"""
_SNAPSHOTS = "SELECT stream_id, version, schema, state FROM log.snapshots WHERE stream_id = ANY (%s)"
_LATER = """UPDATE log.timers SET due_at = log.app_now() + make_interval(secs => %s)
    WHERE stream_id = %s AND name = %s"""

log = structlog.get_logger()


class PostgresStore:
    """ports.Store over two pools: the service's own role, walled by workspace, and the workers' role for timers."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Any] | Taken,
        waker: Waker,
        workers: AsyncConnectionPool[Any] | None = None,
    ) -> None:
        self._pool, self._waker, self._workers = pool, waker, workers

    @asynccontextmanager
    async def held(self) -> AsyncIterator["PostgresStore"]:
        # Were each call to queue for a connection of its own, what is loaded would be out of date under load before it
        # is appended: the longer the queue, the less would get through.
        async with self._pool.connection() as connection:
            yield PostgresStore(Taken(connection), self._waker, self._workers)

    async def load(self, workspace_id: str, stream: str, command_id: str) -> Loaded:
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_LOAD, (workspace_id, stream, command_id))).fetchone()
        assert row is not None
        version, schema, state, c_stream, c_version, fingerprint = row
        return Loaded(
            version,
            Snapshot(schema, bytes(state)) if state is not None else None,
            Answered(c_stream, c_version, fingerprint) if c_stream is not None else None,
        )

    async def append(self, append: Append) -> int:
        try:
            async with self._pool.connection() as connection:
                row = await (await connection.execute(_APPEND, _arguments(append))).fetchone()
        except psycopg.DatabaseError as error:
            raise _meaning(error) from error
        self._waker.wake()
        assert row is not None
        return int(row[0])

    async def history(
        self, workspace_id: str, stream: str, after: int = 0, limit: int = 1_000
    ) -> list[StoredEvent]:
        async with self._within(workspace_id) as connection:
            rows = await (await connection.execute(_HISTORY, (stream, after, limit))).fetchall()
        return [stored_event(row) for row in rows]

    async def answered(self, workspace_id: str, command_id: str) -> Answered | None:
        return (await self.load(workspace_id, "", command_id)).answered

    async def next_due(self) -> float | None:
        async with self._for_timers().connection() as connection:
            statement = "SELECT extract(epoch FROM min(due_at) - log.app_now())::float8 FROM log.timers"
            row = await (await connection.execute(statement)).fetchone()
        return None if row is None or row[0] is None else max(0.0, row[0])

    async def fire_due(self, firing: Firing, limit: int) -> int:
        try:
            fired = await self._fire_together(firing, limit)
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:  # One of them is in the way: each alone, so that the others are not late.
            if isinstance(error, psycopg.DatabaseError) and isinstance(fence := _meaning(error), Fenced):
                raise fence from None
            log.info("timers_fired_singly", reason=type(error).__name__)
            fired = 0
            while fired < limit and await self._fire_one(firing):
                fired += 1
        if fired:
            self._waker.wake()
        return fired

    async def _fire_together(self, firing: Firing, limit: int) -> int:
        async with self._for_timers().connection() as connection, connection.transaction():
            found = [DueTimer(*row) for row in await (await connection.execute(_DUE, (limit,))).fetchall()]
            if not found:
                return 0
            due = sorted(found, key=lambda timer: (timer.due_at, timer.stream, timer.name))
            loaded = await _snapshots(connection, [timer.stream for timer in due])
            appends = [await firing(timer, loaded.get(timer.stream, Loaded(0, None))) for timer in due]
            async with connection.cursor() as cursor:
                await cursor.executemany(_APPEND, [_arguments(append) for append in appends if append])
        return len(due)

    async def _fire_one(self, firing: Firing) -> bool:
        """Fires the oldest due timer alone; one that cannot be fired is put off, so that it blocks nobody."""
        due: DueTimer | None = None
        try:
            async with self._for_timers().connection() as connection, connection.transaction():
                row = await (await connection.execute(_DUE, (1,))).fetchone()
                if row is None:
                    return False
                due = DueTimer(*row)
                loaded = await _snapshots(connection, [due.stream])
                append = await firing(due, loaded.get(due.stream, Loaded(0, None)))
                if append:
                    await connection.execute(_APPEND, _arguments(append))
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:
            if due is None:
                raise
            conflict = isinstance(error, psycopg.DatabaseError) and isinstance(
                _meaning(error), VersionConflict
            )
            if not conflict:  # A conflict leaves the timer due: it is decided again at once.
                log.error("timer_put_off", stream=due.stream, timer=due.name, error=type(error).__name__)
                async with self._for_timers().connection() as connection:
                    await connection.execute(_LATER, (FIRE_AGAIN_AFTER_S, due.stream, due.name))
        return True

    def _for_timers(self) -> AsyncConnectionPool[Any]:
        if self._workers is None:
            raise RuntimeError("this store was opened without the workers' role, which timers need")
        return self._workers

    @asynccontextmanager
    async def _within(self, workspace_id: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SELECT set_config('app.workspace', %s, true)", (workspace_id,))
            yield connection


async def _snapshots(connection: psycopg.AsyncConnection[Any], streams: Sequence[str]) -> dict[str, Loaded]:
    cursor = connection.cursor(row_factory=tuple_row)
    rows = await (await cursor.execute(_SNAPSHOTS, (list(streams),))).fetchall()
    return {
        stream: Loaded(version, Snapshot(schema, bytes(state))) for stream, version, schema, state in rows
    }


def _arguments(append: Append) -> tuple[Any, ...]:
    told, events = append.metadata, append.events
    timers = [change for change in append.timers_left if isinstance(change, SetTimer)]
    return (
        told.workspace_id,
        append.stream,
        append.expected,
        _array(event.event_id for event in events),
        _array(event.type for event in events),
        _array(f"\\x{event.data.hex()}" for event in events),
        _array(event.at.isoformat() for event in events),
        told.command_id,
        told.correlation_id,
        told.causation_id,
        told.actor,
        told.traceparent,
        append.fingerprint,
        append.snapshot.schema,
        append.snapshot.state,
        _array(change.name for change in append.timers_left if isinstance(change, CancelTimer)),
        _array(change.name for change in timers),
        _array(change.due_at.isoformat() for change in timers),
        _array(part for c in append.claims if isinstance(c, FreeClaim) for part in (c.scope, c.key)),
        _array(part for c in append.claims if isinstance(c, TakeClaim) for part in (c.scope, c.key)),
    )


def _array(texts: Iterable[str]) -> str:
    """A PostgreSQL array literal: made here, it costs a third of what psycopg needs for a list."""
    quoted = ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts)
    return "{" + ",".join(quoted) + "}"


def _meaning(error: psycopg.DatabaseError) -> Exception:
    """What the append function's error means to callers; the error itself where it is none of its own."""
    match error.sqlstate:
        case "LC001":
            return VersionConflict()
        case "LC002":
            return Claimed(error.diag.message_detail or "", error.diag.message_primary or "")
        case "LC003":
            return CommandAnswered()
        case "LC004":
            return Fenced(error.diag.message_primary or "")
        case _ if isinstance(error, UniqueViolation) and error.diag.constraint_name == "events_pkey":
            return VersionConflict()
        case _ if isinstance(error, psycopg.DataError) and "NUL" in str(error):
            return Refused("bad_text", "Texts cannot hold the character NUL.")
        case _:
            return error


def stored_event(row: Sequence[Any]) -> StoredEvent:
    """A row of the columns EVENT."""
    stream, version, event_id, type_, data, at, *told, hash_ = row
    return StoredEvent(stream, version, event_id, type_, bytes(data), at, Metadata(*told), bytes(hash_))
