"""Timers that are all due at once: how late the last of them is."""

import asyncio
import time
from contextlib import suppress
from datetime import datetime, timedelta

import psycopg

from services.chassis.decider import SetTimer
from services.chassis.execution import decided
from services.chassis.ports import Append, Loaded
from services.chassis.timers import Timers
from services.conversation.decider import DECIDER
from services.conversation.service import SERVICE
from tests.bench.conversations import Opened, new_talk, opened, start, told
from tests.bench.figures import Figure, benchmark
from tests.bench.lab import Lab

COUNT = 10_000
DUE_IN_S = 3.0
LOOK_EVERY_S = 0.02
P99_LATE_S_MAX = 2.5
PATIENCE_S = 60.0

_EVENTS = """COPY log.events (workspace_id, stream_id, version, event_id, type, data, at, command_id, correlation_id,
    causation_id, actor, hash) FROM STDIN"""
_SNAPSHOTS = "COPY log.snapshots (workspace_id, stream_id, version, schema, state) FROM STDIN"
_TIMERS = "COPY log.timers (workspace_id, stream_id, name, due_at) FROM STDIN"


@benchmark("timers")
async def measure(lab: Lab) -> list[Figure]:
    """Waits of conversations that end at the same instant; one replica fires them."""
    urls, count = await lab.database("conversation"), lab.count(COUNT, 200)
    async with (
        opened(urls) as service,
        await psycopg.AsyncConnection.connect(urls.worker, autocommit=True) as db,
    ):
        await _fill(service, db, count)
        due_at = await _set_due(db)
        began_cpu_s = time.process_time()
        firing = asyncio.create_task(Timers(SERVICE, service.ports).run())
        fired = await _watch(db, count, due_at)
        cpu_us = (time.process_time() - began_cpu_s) / count * 1e6
        firing.cancel()
        with suppress(asyncio.CancelledError):
            await firing
    half, most = (next(late for late, gone in fired if gone >= share * count) for share in (0.5, 0.99))
    whole_s = fired[-1][0]
    return [
        Figure(
            f"{count:,} timers due at once, p99 late", round(most, 2), "s", round(most / P99_LATE_S_MAX, 2),
            f"median {half:.2f} s, all after {whole_s:.2f} s: {count / whole_s:,.0f}/s",
            f"≤ {P99_LATE_S_MAX} s", most <= P99_LATE_S_MAX,
            f"one replica; two events to a timer; {cpu_us:.0f} µs of this process's CPU time each",
        )
    ]  # fmt: skip


async def _fill(service: Opened, db: psycopg.AsyncConnection[tuple[object, ...]], count: int) -> None:
    """Conversations that wait, written as their first commands would have written them."""
    appends = [await _started(service) for _ in range(count)]
    async with db.cursor() as cursor:
        async with cursor.copy(_EVENTS) as copy:
            for append in appends:
                m = append.metadata
                for version, e in enumerate(append.events, start=1):
                    about = (m.workspace_id, append.stream, version, e.event_id, e.type, e.data, e.at)
                    chain = (m.command_id, m.correlation_id, m.causation_id, m.actor, b"")
                    await copy.write_row(about + chain)
        async with cursor.copy(_SNAPSHOTS) as copy:
            for append in appends:
                snapshot = append.snapshot
                owner = (append.metadata.workspace_id, append.stream, len(append.events))
                await copy.write_row((*owner, snapshot.schema, snapshot.state))
        async with cursor.copy(_TIMERS) as copy:
            for append in appends:
                name, due_at = _timer(append)
                await copy.write_row((append.metadata.workspace_id, append.stream, name, due_at))
    await db.execute("ANALYZE log.events, log.snapshots, log.timers")


async def _started(service: Opened) -> Append:
    talk = new_talk()
    command = start(talk, service.ports.clock.now())
    append = await decided(service.ports, DECIDER, talk.stream, Loaded(0, None), command, told(talk))
    assert append is not None
    return append


def _timer(append: Append) -> tuple[str, datetime]:
    (timer,) = (change for change in append.timers if isinstance(change, SetTimer))
    return timer.name, timer.due_at


async def _set_due(db: psycopg.AsyncConnection[tuple[object, ...]]) -> float:
    """All timers are due at one instant soon; answers it on the monotonic clock."""
    statement = "UPDATE log.timers SET due_at = %s"
    row = await (await db.execute("SELECT log.app_now()")).fetchone()
    now_s = time.monotonic()
    assert row is not None
    assert isinstance(row[0], datetime)
    await db.execute(statement, (row[0] + timedelta(seconds=DUE_IN_S),))
    return now_s + DUE_IN_S


async def _watch(
    db: psycopg.AsyncConnection[tuple[object, ...]], count: int, due_at_s: float
) -> list[tuple[float, int]]:
    """(seconds after the instant, how many have been fired and committed) until none is left."""
    fired: list[tuple[float, int]] = []
    while not fired or fired[-1][1] < count:
        if time.monotonic() > due_at_s + PATIENCE_S:
            raise TimeoutError(f"{count - fired[-1][1]} timers were not fired")
        row = await (await db.execute("SELECT count(*) FROM log.timers")).fetchone()
        assert row is not None
        assert isinstance(row[0], int)
        fired.append((time.monotonic() - due_at_s, count - row[0]))
        await asyncio.sleep(LOOK_EVERY_S)
    return fired
