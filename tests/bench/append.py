"""Appends: the store's one statement, with outbox, snapshot and command record, beside the library eventsourcing."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from contracts.envelope import Metadata
from services.chassis.pool import Waker, open_pool
from services.chassis.ports import Append, NewEvent, Snapshot
from services.chassis.store import PostgresStore
from tests.bench.figures import Figure, Stopwatch, benchmark, side_by_side, stopwatch
from tests.bench.lab import Lab

WORKSPACE, TYPE = str(uuid4()), "conversation.message_posted.v1"
STATE = b'{"text":"' + b"x" * 160 + b'"}'
STREAM_EVENTS = 10  # Both write streams of this length.
TARGETS = {1: 3.0, 8: 5.0}


@benchmark("append")
async def measure(lab: Lab) -> list[Figure]:
    """Events a second at 1 and at 8 connections, one event to a transaction."""
    urls, peer_url = await lab.database("conversation"), await lab.empty_database("peer")
    figures = []
    for writers, target in TARGETS.items():
        each = lab.count(1_500, 30) // (1 if writers == 1 else 2)
        pool, workers = (
            open_pool(urls.app, name="app", connections_max=8),
            open_pool(urls.worker, name="worker"),
        )
        recorder = _recorder(peer_url, writers)
        async with pool, workers:
            await pool.resize(writers, writers)
            waker = Waker(workers)
            watches: list[tuple[Stopwatch, int]] = []
            store, waking = PostgresStore(pool, waker), asyncio.create_task(waker.run())
            found = await side_by_side(
                lambda: _ours(store, writers, each, watches),  # noqa: B023 - awaited within this turn of the loop
                lambda: _theirs(recorder, writers, each // 2),  # noqa: B023
            )
            waking.cancel()
            with suppress(asyncio.CancelledError):
                await waking
        recorder.datastore.close()
        plural = "s" if writers > 1 else ""
        figures.append(
            Figure(
                f"append and outbox, {writers} connection{plural}",
                round(found.ours), "events/s", round(found.ratio, 2),
                f"eventsourcing, {writers} thread{plural}: {found.peer:,.0f}/s",
                f"≥ {target:g}×", found.ratio >= target,
                f"five tables in one statement, the peer one; {watches[-1][0].cpu_us(watches[-1][1])}",
            )
        )  # fmt: skip
    return figures


async def _ours(store: PostgresStore, writers: int, each: int, watches: list[tuple[Stopwatch, int]]) -> float:
    work = [[append for _ in range(each // STREAM_EVENTS) for append in one_stream()] for _ in range(writers)]

    async def write(appends: list[Append]) -> None:
        for append in appends:
            await store.append(append)

    with stopwatch() as watch:
        await asyncio.gather(*(write(appends) for appends in work))
    watches.append((watch, sum(map(len, work))))
    return watches[-1][1] / watch.seconds


def one_stream() -> list[Append]:
    """Appends of one event each that make a new stream of STREAM_EVENTS."""
    name, at = f"conversation-{uuid4()}", datetime.now(UTC)
    appends = []
    for version in range(STREAM_EVENTS):
        command = str(uuid4())
        event = NewEvent(str(uuid4()), TYPE, STATE, at)
        told = Metadata(WORKSPACE, command, command, command, "agent:bench")
        appends.append(Append(name, version, (event,), told, Snapshot(1, STATE), "fingerprint"))
    return appends


def _recorder(url: str, connections: int) -> PostgresApplicationRecorder:
    parts = urlsplit(url)
    datastore = PostgresDatastore(
        parts.path[1:], parts.hostname or "", parts.port or 5432, parts.username or "",
        unquote(parts.password or ""), pool_size=connections,
    )  # fmt: skip
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()
    return recorder


async def _theirs(recorder: PostgresApplicationRecorder, writers: int, each: int) -> float:
    work = [
        [
            StoredEvent(id_, version, TYPE, STATE)
            for id_ in _ids(each)
            for version in range(1, STREAM_EVENTS + 1)
        ]
        for _ in range(writers)
    ]

    def write(events: list[StoredEvent]) -> None:
        for event in events:
            recorder.insert_events([event])

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(writers) as threads:
        began_s = time.perf_counter()
        await asyncio.gather(*(loop.run_in_executor(threads, write, events) for events in work))
        return sum(map(len, work)) / (time.perf_counter() - began_s)


def _ids(each: int) -> list[UUID]:
    return [uuid4() for _ in range(max(1, each // STREAM_EVENTS))]
