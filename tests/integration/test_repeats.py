"""A command that is sent again while it is being carried out is found to be answered, whoever loads when."""

import asyncio

import psycopg
import pytest

from services.chassis.migrate import provision
from services.chassis.pool import Waker, open_pool
from services.chassis.store import PostgresStore
from services.cli.infrastructure import Servers
from tests.integration.test_store import MINE, wrote
from tests.waiting import eventually

pytestmark = pytest.mark.real

_WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


async def test_who_sees_a_commands_effect_sees_its_answer(infrastructure: Servers, unique: str) -> None:
    urls = await provision(infrastructure.postgres, "conversation", prefix=unique)
    owner_url = infrastructure.postgres.rpartition("/")[0] + f"/{unique}conversation"
    pool, workers = open_pool(urls.app, name="app"), open_pool(urls.worker, name="worker")
    async with (
        await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as owner,
        await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as onlooker,
        pool,
        workers,
    ):
        store = PostgresStore(pool, Waker(workers))
        await store.append(wrote("c1"))

        async def one_waits() -> bool:
            row = await (await onlooker.execute(_WAITS)).fetchone()
            return row is not None and row[0] == 1

        async with owner.transaction():
            # Until its end a load stops where it reads the state; meanwhile the command is recorded.
            await owner.execute("LOCK TABLE log.snapshots IN ACCESS EXCLUSIVE MODE")
            loading = asyncio.create_task(store.load(MINE, "thing-1", "c2"))
            await eventually(one_waits, what="the load waits for the state")
            await owner.execute("SELECT set_config('app.workspace', %s, true)", [MINE])
            await owner.execute(
                "INSERT INTO log.commands VALUES (%s, 'c2', 'thing-1', 2, 'print c2')", [MINE]
            )
            await owner.execute("UPDATE log.snapshots SET version = 2, state = 'after c2'")
        loaded = await loading

    assert loaded.version == 2
    assert loaded.answered is not None
    assert loaded.answered.version == 2
