"""The relay: events a second over a filled outbox, and how long after its commit an event is acknowledged by Kafka."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from statistics import median

import psycopg
from aiokafka import AIOKafkaProducer

from contracts.topics import CONVERSATION_EVENTS, PRESENCE_EVENTS
from services.chassis.kafka import ensure_topics
from services.chassis.outbox import Connection
from services.chassis.producer import Ends, new_producer
from services.chassis.relay import Relay
from tests.bench.append import one_stream
from tests.bench.conversations import Opened, opened
from tests.bench.figures import ROUNDS, Figure, Stopwatch, benchmark, percentile, side_by_side, stopwatch
from tests.bench.lab import Lab
from tests.waiting import eventually

ROWS = 50_000
ROWS_S_MIN = 20_000
ACK_MS_MAX = 10
PACE_S = 0.01
SENT_TOGETHER = 2_000
PATIENCE_S = 120.0

_FILL = """
    WITH new AS (
        INSERT INTO log.events (workspace_id, stream_id, version, event_id, type, data, at, command_id, correlation_id,
                                causation_id, actor, hash)
        SELECT 'workspace', 'conversation-' || %(round)s || '-' || stream, version, gen_random_uuid()::text,
               'conversation.message_posted.v1', %(value)s, now(), gen_random_uuid()::text, gen_random_uuid()::text,
               gen_random_uuid()::text, 'agent:bench', sha256('x')
        FROM generate_series(1, 10) version, generate_series(1, %(streams)s) stream ORDER BY version, stream
        RETURNING pos)
    INSERT INTO log.outbox SELECT pos FROM new"""
_VALUE = b'{"text":"' + b"x" * 160 + b'"}'


class TimedRelay(Relay):
    """Notes when Kafka has acknowledged each position."""

    acknowledged_s: dict[int, float]

    async def _published(self, connection: Connection, ids: Sequence[int], ends: Ends) -> None:
        now_s = time.perf_counter()
        self.acknowledged_s.update(dict.fromkeys(ids, now_s))
        await super()._published(connection, ids, ends)


@benchmark("relay")
async def measure(lab: Lab) -> list[Figure]:
    """Throughput from a full outbox, latency from a nearly empty one."""
    urls = await lab.database("conversation")
    await ensure_topics(lab.kafka, [CONVERSATION_EVENTS, PRESENCE_EVENTS])
    relay = TimedRelay("conversation", urls.worker, lab.kafka)
    relay.acknowledged_s = {}
    async with (
        _running(relay),
        await psycopg.AsyncConnection.connect(urls.worker, autocommit=True) as db,
        _producer(lab) as producer,
        opened(urls) as service,
    ):
        rows = lab.count(ROWS, 2_000)
        watches: list[Stopwatch] = []
        rounds = iter(range(1, 1_000))
        await _drain(db, next(rounds), 1_000, watches)
        speed = await side_by_side(
            lambda: _drain(db, next(rounds), rows, watches), lambda: _bare(producer, lab, rows)
        )
        delays: list[float] = []
        bare: list[float] = []
        for _ in range(ROUNDS):
            delays += await _delays(service, relay, db, lab.count(150, 10))
            bare += await _bare_delays(producer, lab, lab.count(100, 10))
    p50, p99 = percentile(delays, 0.5) * 1e3, percentile(delays, 0.99) * 1e3
    return [
        Figure(
            "relay from a full outbox", round(speed.ours), "events/s", round(speed.ratio, 2),
            f"aiokafka send() of the same: {speed.peer:,.0f}/s", f"≥ {ROWS_S_MIN:,}/s", speed.ours >= ROWS_S_MIN,
            watches[-1].cpu_us(rows),
        ),
        Figure(
            "commit → acknowledged, median", round(p50, 2), "ms", round(p50 / 1e3 / median(bare), 2),
            f"send and wait: {median(bare) * 1e3:.3g} ms; our p99 {p99:.3g} ms", f"≤ {ACK_MS_MAX} ms",
            p50 <= ACK_MS_MAX,
        ),
    ]  # fmt: skip


@asynccontextmanager
async def _running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _producer(lab: Lab) -> AsyncIterator[AIOKafkaProducer]:
    producer = new_producer(lab.kafka)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def _drain(
    db: psycopg.AsyncConnection[tuple[object, ...]], number: int, rows: int, watches: list[Stopwatch]
) -> float:
    """Fills the outbox in one transaction, and measures from its commit until the outbox is empty."""
    await db.execute(_FILL, {"round": str(number), "value": _VALUE, "streams": rows // 10})
    await db.execute("NOTIFY outbox")
    with stopwatch() as watch:
        await eventually(lambda: _is_empty(db), within_s=PATIENCE_S, what="the outbox is empty")
    watches.append(watch)
    return rows / watch.seconds


async def _is_empty(db: psycopg.AsyncConnection[tuple[object, ...]]) -> bool:
    row = await (await db.execute("SELECT EXISTS (SELECT FROM log.outbox)")).fetchone()
    return row == (False,)


async def _bare(producer: AIOKafkaProducer, lab: Lab, rows: int) -> float:
    topic, headers = lab.kafka.naming.of(PRESENCE_EVENTS), [("ce_id", b"x" * 36)] * 16
    rows //= 5  # A future for each record is slow; its rate does not depend on how many there are.
    with stopwatch() as watch:
        for first in range(0, rows, SENT_TOGETHER):
            sent = [
                await producer.send(topic, _VALUE, key=b"bare-%d" % (number % 5_000), headers=headers)
                for number in range(first, min(rows, first + SENT_TOGETHER))
            ]
            await asyncio.gather(*sent)
    return rows / watch.seconds


async def _delays(
    service: Opened, relay: TimedRelay, db: psycopg.AsyncConnection[tuple[object, ...]], count: int
) -> list[float]:
    """About a hundred appends a second; from each one's return to the acknowledgement of its event."""
    committed_s: dict[str, float] = {}
    for _ in range(count):
        append = one_stream()[0]
        await service.ports.store.append(append)
        committed_s[append.stream] = time.perf_counter()
        await asyncio.sleep(PACE_S)
    await asyncio.sleep(1.5)
    found = await db.execute(
        "SELECT pos, stream_id FROM log.events WHERE stream_id = ANY (%s)", (list(committed_s),)
    )
    return [
        max(0.0, relay.acknowledged_s[int(str(pos))] - committed_s[str(stream)])
        for pos, stream in await found.fetchall()
    ]


async def _bare_delays(producer: AIOKafkaProducer, lab: Lab, count: int) -> list[float]:
    topic, delays = lab.kafka.naming.of(PRESENCE_EVENTS), []
    for number in range(count):
        with stopwatch() as watch:
            await producer.send_and_wait(topic, _VALUE, key=b"bare-%d" % number)
        delays.append(watch.seconds)
        await asyncio.sleep(PACE_S)
    return delays
