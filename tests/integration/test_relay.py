"""The relay's promises: every committed event reaches Kafka, in its stream's order, whatever is killed meanwhile."""

import asyncio
from dataclasses import dataclass, field

import psycopg
import pytest

from contracts.envelope import read_headers
from services.chassis.kafka import partition_of
from services.cli.infrastructure import LocalServers
from tests.integration.sample_log import Log, append, broker_dies, leads, log_of, running, without_repeats
from tests.proof import count
from tests.waiting import eventually

pytestmark = pytest.mark.real

WRITERS = 12


async def test_an_event_arrives_as_it_was_recorded(log: Log) -> None:
    async with running(log.relay()):
        await log.write("thing-1", 1, 3)
        await log.empty()

    columns = "data, hash, event_id, extract(epoch FROM at)::bigint * 1000"
    stored = await log.ask(f"SELECT {columns} FROM log.events ORDER BY version")
    records = await log.records()
    headers = [read_headers(record.headers) for record in records]
    arrived = [
        (record.value, header.hash, header.event_id, record.timestamp)
        for record, header in zip(records, headers, strict=True)
    ]
    assert arrived == stored
    assert {(record.key, record.partition) for record in records} == {(b"thing-1", partition_of("thing-1"))}
    assert headers[0].metadata.workspace_id == "workspace"


async def test_an_event_of_another_day_is_published_too(log: Log) -> None:
    await log.write("thing-1", 1, 1, at="2001-01-01T00:00:00Z")
    await log.write("thing-1", 2, 2, at="2199-01-01T00:00:00Z")

    async with running(log.relay()):
        await log.empty()

    assert await log.versions() == {"thing-1": [1, 2]}


async def test_more_rows_than_a_page_holds_are_published_in_order(log: Log) -> None:
    await log.ask(
        "WITH new AS (INSERT INTO log.events (workspace_id, stream_id, version, event_id, type, data, at, command_id,"
        " correlation_id, causation_id, actor, hash) SELECT 'w', 'thing-' || n % 7, 1 + n / 7, n::text, 'test.t.v1',"
        " '{}', now(), '', '', '', '', sha256(n::text::bytea) FROM generate_series(0, 9099) n RETURNING pos)"
        " INSERT INTO log.outbox SELECT pos FROM new"
    )

    async with running(log.relay()):
        await log.empty()

    assert await log.versions() == {f"thing-{n}": list(range(1, 1_301)) for n in range(7)}


async def test_what_arrived_without_being_noted_is_not_sent_again(log: Log) -> None:
    async with running(log.relay()):
        await log.write("thing-1", 1, 5)
        await log.empty()
    # As if the relay had died between the acknowledgement and its note.
    await log.ask("INSERT INTO log.outbox SELECT pos FROM log.events WHERE version > 2")
    await log.ask("UPDATE log.relayed SET next_offset = 2 WHERE next_offset > 2")

    async with running(log.relay()):
        await log.write("thing-1", 6, 6)
        await log.empty()

    assert await log.versions() == {"thing-1": [1, 2, 3, 4, 5, 6]}


async def test_one_relay_leads_and_another_takes_over(log: Log) -> None:
    first, second = log.relay(), log.relay()
    async with running(first):
        await eventually(lambda: leads(first))
        async with running(second):
            await log.write("thing-1", 1, 3)
            await log.empty()
            assert (first.state().leader, second.state().leader) == (True, False)
            terminate = (
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            )
            await log.ask(terminate + " AND pid <> pg_backend_pid()")
            await log.write("thing-1", 4, 6)
            await log.empty()
            assert first.state().leader != second.state().leader

    assert without_repeats((await log.versions())["thing-1"]) == [1, 2, 3, 4, 5, 6]


@dataclass
class Writers:
    """Twelve writers that never wait for each other, but in the last step of their transactions."""

    log: Log
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hot: int = 0
    own: dict[str, int] = field(default_factory=dict)

    async def run(self, transactions: int) -> None:
        """Each writer makes at least so many transactions, and goes on until `stop`."""
        await asyncio.gather(*(self._write(f"own-{number}", transactions) for number in range(WRITERS)))

    async def _write(self, stream: str, transactions: int) -> None:
        async with await psycopg.AsyncConnection.connect(self.log.urls.worker, autocommit=True) as connection:
            version = 0
            while version < transactions or not self.stop.is_set():
                version += 1
                async with connection.transaction():
                    await append(connection, stream, version)
                    await connection.execute("SELECT pg_sleep(0.004), pg_advisory_xact_lock(1)")
                    row = await (
                        await connection.execute(
                            "SELECT coalesce(max(version), 0) FROM log.events WHERE stream_id = 'hot'"
                        )
                    ).fetchone()
                    assert row is not None
                    await append(connection, "hot", row[0] + 1)
                self.hot, self.own[stream] = self.hot + 1, version
                await connection.execute("NOTIFY outbox")


async def naive_reader(log: Log, seen: set[int], stop: asyncio.Event) -> None:
    """What everybody writes first: everything after the last position."""
    async with await psycopg.AsyncConnection.connect(log.urls.worker, autocommit=True) as connection:
        last = 0
        while not stop.is_set():
            rows = await (
                await connection.execute("SELECT pos FROM log.events WHERE pos > %s ORDER BY pos", (last,))
            ).fetchall()
            seen.update(pos for (pos,) in rows)
            last = max([last, *(pos for (pos,) in rows)])


async def _progress(log: Log) -> None:
    """Waits until something more is published than now."""

    async def published() -> int:
        ((offsets,),) = await log.ask("SELECT coalesce(sum(next_offset), 0)::bigint FROM log.relayed")
        return int(offsets)

    before = await published()

    async def more() -> bool:
        return await published() > before

    await eventually(more, within_s=120)


@pytest.mark.fault
@pytest.mark.timeout(600)
@broker_dies
async def test_nothing_is_lost_or_reordered_whoever_is_killed(lab: LocalServers, unique: str) -> None:
    async with log_of(lab.servers, unique) as log:
        writers, seen = Writers(log), set[int]()
        naive = asyncio.create_task(naive_reader(log, seen, writers.stop))
        writing = asyncio.create_task(writers.run(count(300)))
        leading, following = log.relay_process(), log.relay_process()
        await _progress(log)

        for _ in range(max(2, count(60) // 10)):
            leading.kill()
            await _progress(log)
            leading, following = following, log.relay_process()
            await asyncio.to_thread(lab.kill_kafka)
            following.kill()
            await asyncio.to_thread(lab.start_kafka)
            following = log.relay_process()
            await _progress(log)
        writers.stop.set()
        await asyncio.gather(writing, naive)
        await log.empty(within_s=120)

        arrived = {stream: without_repeats(held) for stream, held in (await log.versions()).items()}
        written = {**writers.own, "hot": writers.hot}
        assert arrived == {stream: list(range(1, last + 1)) for stream, last in written.items()}
        assert len(seen) < sum(written.values()), "the naive reader must lose events, or nothing was proven"
