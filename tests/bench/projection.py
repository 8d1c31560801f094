"""Read models: a whole topic through the projector, beside bare aiokafka with the same decoding and COPY."""

import asyncio
import time

import psycopg
from aiokafka.structs import ConsumerRecord

from contracts.personal import ClearKeyring
from contracts.registry import EVENTS
from services.chassis.consumer import BatchLoop, consuming
from services.chassis.migrate import DatabaseUrls
from services.chassis.models import ReadModel
from services.chassis.pool import open_pool
from services.chassis.projector import Projection
from services.chassis.rows import PostgresRows
from services.chassis.schemas import ensure_models
from services.conversation.service import SERVICE
from tests.bench.figures import Figure, benchmark, side_by_side
from tests.bench.filled import bare_read, filled
from tests.bench.lab import Lab

TARGET = 0.35
PATIENCE_S = 120.0
INBOX = next(model for model in SERVICE.models if model.name == "inbox")

_COPY = "COPY bare (workspace_id, stream_id, version, type, at, event) FROM STDIN"
_TABLE = "CREATE TABLE bare (workspace_id text, stream_id text, version int, type text, at timestamptz, event bytea)"


@benchmark("projection")
async def measure(lab: Lab) -> list[Figure]:
    """The inbox of the conversation service, with its counts and the rows that others subscribe to."""
    urls, peer = await lab.database("conversation"), await lab.empty_database("peer")
    full, written = await filled(lab)
    await ensure_models(SERVICE, urls)
    runs = iter(range(1, 1_000))
    async with await psycopg.AsyncConnection.connect(peer, autocommit=True) as db:
        found = await side_by_side(
            lambda: _projected(full, urls, written, next(runs)), lambda: _copied(full, db, written)
        )
    return [
        Figure(
            f"projection of {written:,} events", round(found.ours), "events/s", round(found.ratio, 2),
            f"getmany, pydantic, COPY: {found.peer:,.0f}/s", f"≥ {TARGET}×", found.ratio >= TARGET,
        ),
    ]  # fmt: skip


async def _projected(lab: Lab, urls: DatabaseUrls, events: int, run: int) -> float:
    """From the first record that is handled to the last one's commit: joining the group is not the projector's work."""
    model = await _emptied(urls)
    workers = open_pool(urls.worker, name="workers")
    topic = lab.kafka.naming.of(model.source)
    async with workers:
        projection = Projection(SERVICE.name, model, topic, PostgresRows(workers), ClearKeyring())
        loop = BatchLoop(lab.kafka, SERVICE.name, f"{model.name}{run}", model.source, projection)
        reached: list[tuple[float, int]] = [(0.0, 0)]
        async with consuming(lab.kafka, [loop]):
            async with asyncio.timeout(PATIENCE_S):
                await _watch(urls, topic, reached, events)
    first_s, already = next((at_s, count) for at_s, count in reached if count)
    return (events - already) / (reached[-1][0] - first_s)


async def _emptied(urls: DatabaseUrls) -> ReadModel:
    async with await psycopg.AsyncConnection.connect(urls.worker, autocommit=True) as db:
        tables = [f'"{of.schema}"."{of.name}"' for of in INBOX.tables]
        tables += [f'"{INBOX.name}".stream_versions', "log.consumer_offsets", "log.state_outbox"]
        await db.execute(f"TRUNCATE {', '.join(tables)}".encode())
    return INBOX


async def _watch(urls: DatabaseUrls, topic: str, reached: list[tuple[float, int]], events: int) -> None:
    """How many records are committed, many times a second, until all are."""
    statement = "SELECT coalesce(sum(next_offset), 0)::bigint FROM log.consumer_offsets WHERE topic = %s"
    async with await psycopg.AsyncConnection.connect(urls.worker, autocommit=True) as db:
        while reached[-1][1] < events:
            row = await (await db.execute(statement, (topic,))).fetchone()
            reached.append((time.perf_counter(), row[0] if row else 0))
            await asyncio.sleep(0.02)


async def _copied(lab: Lab, db: psycopg.AsyncConnection[tuple[object, ...]], events: int) -> float:
    await db.execute("DROP TABLE IF EXISTS bare")
    await db.execute(_TABLE)

    async def take(records: list[ConsumerRecord]) -> None:
        async with db.cursor() as cursor, cursor.copy(_COPY) as copy:
            for record in records:
                headers = dict(record.headers)
                workspace, stream = headers["ce_workspaceid"].decode(), headers["ce_subject"].decode()
                type_, version = headers["ce_type"].decode(), int(headers["ce_sequence"])
                event = EVENTS[type_].model_validate_json(record.value)
                await copy.write_row((workspace, stream, version, type_, event.at, record.value))

    return await bare_read(lab, events, take)
