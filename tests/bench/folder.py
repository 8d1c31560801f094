"""Size does not cost: a page of a folder with few and with many conversations."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import uuid4

import psycopg

from services.chassis.pool import open_pool
from services.chassis.ports import Reader
from services.chassis.reader import PostgresReader
from services.chassis.schemas import ensure_models
from services.gateway import queries
from services.gateway.service import SERVICE
from services.gateway.tables import inbox
from tests.bench.figures import Figure, benchmark
from tests.bench.lab import Lab

FEW, MANY = 1_000, 100_000
TARGET = 1.2
PAGE = 50
READS = 400
FOLDER = "unassigned"

_COPY = f"COPY inbox.inbox ({', '.join(inbox.columns.keys())}) FROM STDIN"


@dataclass(frozen=True)
class Filled:
    """A filled read model, and a keyset in the middle of its one folder."""

    reader: Reader
    workspace_id: str
    middle: tuple[datetime, str]


@benchmark("folder-page")
async def measure(lab: Lab) -> list[Figure]:
    """The gateway's query, first page and a page in the middle in turn."""
    count = lab.count(MANY, 5_000)
    few: list[float] = []
    many: list[float] = []
    async with AsyncExitStack() as stack:
        small = await stack.enter_async_context(_filled(lab.of("fewconversations"), FEW))
        large = await stack.enter_async_context(_filled(lab.of("manyconversations"), count))
        for number in range(lab.count(READS, 20)):
            few.append(await _page(small, number % 2 == 0))
            many.append(await _page(large, number % 2 == 0))
    ratio = median(many) / median(few)
    return [
        Figure(
            f"folder page, {count:,} conversations", round(median(many) * 1e3, 3), "ms", round(ratio, 2),
            f"{FEW:,} conversations: {median(few) * 1e3:.3g} ms", f"≤ {TARGET}×", ratio <= TARGET,
        )
    ]  # fmt: skip


async def _page(filled: Filled, first: bool) -> float:
    began_s = time.perf_counter()
    after = None if first else filled.middle
    found = await queries.folder(filled.reader, filled.workspace_id, FOLDER, after, PAGE + 1)
    took_s = time.perf_counter() - began_s
    assert len(found) == PAGE + 1
    return took_s


@asynccontextmanager
async def _filled(lab: Lab, count: int) -> AsyncIterator[Filled]:
    urls, workspace_id = await lab.database("gateway"), str(uuid4())
    await ensure_models(SERVICE, urls)
    began = datetime.now(UTC) - timedelta(days=30)
    times = [began + timedelta(seconds=number) for number in range(count)]
    ids = [str(uuid4()) for _ in times]
    async with await psycopg.AsyncConnection.connect(urls.worker, autocommit=True) as db:
        async with db.cursor() as cursor, cursor.copy(_COPY) as copy:
            for at, id_ in zip(times, ids, strict=True):
                await copy.write_row(waiting(workspace_id, id_, at))
        await db.execute("ANALYZE inbox.inbox")
    app, workers = open_pool(urls.app, name="app"), open_pool(urls.worker, name="workers")
    async with app, workers:
        yield Filled(PostgresReader(app, workers, {}), workspace_id, (times[count // 2], ids[count // 2]))


def waiting(workspace_id: str, conversation_id: str, at: datetime) -> list[object]:
    """A waiting conversation, in the order of the table's columns; what stands for nothing is left out of it."""
    told = {
        "workspace_id": workspace_id,
        "conversation_id": conversation_id,
        "folder": FOLDER,
        "visit_id": str(uuid4()),
        "status": "open",
        "missed": False,
        "late": False,
        "identified": False,
        "is_unread": True,
        "visitor_left": False,
        "unread": 1,
        "generation": 1,
        "version": 5,
    }
    times = dict.fromkeys(("started_at", "answer_by", "changed_at", "waiting_since"), at)
    return [(told | times).get(column.name) for column in inbox.columns]
