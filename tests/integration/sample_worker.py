"""A projection or a reaction as a process of its own, made to be killed: `sample_worker projection|reaction NAME`."""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from contracts.personal import ClearKeyring
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.batches import Batch, Handler
from services.chassis.consumer import BatchLoop, consuming
from services.chassis.kafka import KafkaSettings
from services.chassis.observe import configure_logs
from services.chassis.pool import open_pool
from services.chassis.projector import Projection
from services.chassis.reactor import Reacting
from services.chassis.rows import PostgresRows
from tests.integration.sample_ground import SERVICE, ports_of
from tests.sample_inbox import MODEL
from tests.sample_reaction import REACTION

RECORDS_MAX = 100


class ShakyRows(PostgresRows):
    """A database that is lost at the end of some batches."""

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Batch]:  # type: ignore[override]
        async with super().batch() as batch:
            yield batch
            if random.random() < float(os.environ["SAMPLE_FAILURES"]):
                raise psycopg.OperationalError("lost on purpose")


async def main(kind: str, name: str) -> None:
    """Until killed."""
    kafka = KafkaSettings()
    topic = kafka.naming.of(CONVERSATION_EVENTS)
    pool = open_pool(os.environ["SAMPLE_APP_URL"], name="app")
    workers = open_pool(os.environ["SAMPLE_WORKER_URL"], name="worker")
    async with pool, workers:
        rows = ShakyRows(workers)
        handlers: dict[str, tuple[str, Handler]] = {
            "projection": (MODEL.name, Projection(SERVICE, MODEL, topic, rows, ClearKeyring())),
            "reaction": (REACTION.name, Reacting(REACTION, topic, rows, ports_of(pool, workers))),
        }
        of, handler = handlers[kind]
        loop = BatchLoop(
            kafka, SERVICE, of, CONVERSATION_EVENTS, handler, records_max=RECORDS_MAX, instance=name
        )
        async with consuming(kafka, [loop]):
            await asyncio.Event().wait()


if __name__ == "__main__":
    configure_logs(level="CRITICAL")
    asyncio.run(main(*sys.argv[1:]))
