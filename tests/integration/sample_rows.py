"""Rows under test: the same tables in PostgreSQL and in memory, and examples to put into them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from services.chassis.batches import RowStore
from services.chassis.memory_rows import MemoryReader, MemoryRows
from services.chassis.migrate import DatabaseUrls, provision
from services.chassis.models import ReadModel, Rows
from services.chassis.pool import open_pool
from services.chassis.ports import Reader, Row
from services.chassis.reader import PostgresReader
from services.chassis.rows import PostgresRows
from services.chassis.schemas import ensure_models
from services.chassis.service import Service
from services.cli.infrastructure import Servers
from tests.sample_inbox import MODEL, T0, WORKSPACE
from tests.simulation.chance import calm
from tests.simulation.twins import PausingReader, PausingRows

TOPIC = "conversation.events.v1"
SERVICE = Service("conversation", deciders=(), models=(MODEL,), reactions=(), routes=())


@dataclass
class Twin:
    """A model's rows and their reader. `urls` lead to PostgreSQL; None in memory."""

    rows: RowStore
    reader: Reader
    model: ReadModel = MODEL
    urls: DatabaseUrls | None = None

    @property
    def app(self) -> str | None:
        """Reaches PostgreSQL with the service's own role."""
        return self.urls.app if self.urls else None

    async def put(self, *rows: Row) -> None:
        """Writes rows of the model's first table."""
        async with self.rows.batch() as batch:
            news = Rows({})
            for row in rows:
                news.put(self.model.tables[0], **row)
            await batch.write(self.model, news, {})


@asynccontextmanager
async def rows_under_test(
    servers: Servers | None, unique: str, *, simulated: bool = False, model: ReadModel = MODEL
) -> AsyncIterator[Twin]:
    """In a database of their own, or in memory where there are no servers, also as the simulation has them."""
    topics = {model.name: TOPIC}
    if simulated:
        pausing, chance = PausingRows([model], calm(), lambda: None), calm()
        yield Twin(pausing, PausingReader(pausing, topics, chance), model)
        return
    if servers is None:
        memory = MemoryRows([model])
        yield Twin(memory, MemoryReader(memory, topics), model)
        return
    urls = await provision(servers.postgres, "conversation", prefix=unique)
    assert await ensure_models(replace(SERVICE, models=(model,)), urls) == []
    pool, workers = open_pool(urls.app, name="app"), open_pool(urls.worker, name="worker")
    async with pool, workers:
        yield Twin(PostgresRows(workers), PostgresReader(pool, workers, topics), model, urls)


def a_row(number: int, **changes: Any) -> Row:
    return {
        "workspace_id": WORKSPACE,
        "conversation_id": f"c{number:03}",
        "visit_id": f"v{number}",
        "status": "open",
        "holder_id": None,
        "missed": False,
        "started_at": T0,
        "changed_at": T0 + timedelta(minutes=number, microseconds=1),
        "messages": number,
        "last_text": 'ü "quoted" \\ \n',
        "answers": [{"text": "yes", "n": 1, "inner": [None, True, 1.5]}],
        "version": 1,
    } | changes
