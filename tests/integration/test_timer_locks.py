"""A command that sets a timer, and the timer that fires at the same moment: the one waits for the other, never both."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from services.chassis.decider import SetTimer
from services.chassis.ports import Append, DueTimer, Loaded, VersionConflict
from services.cli.infrastructure import Servers
from tests.integration.sample_timers import MINE, append, over_postgres
from tests.waiting import eventually

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


@pytest.mark.real
async def test_whoever_sets_a_timer_that_fires_decides_again(infrastructure: Servers, unique: str) -> None:
    async with (
        over_postgres(infrastructure, unique) as ground,
        await psycopg.AsyncConnection.connect(infrastructure.postgres, autocommit=True) as looking,
    ):

        async def one_waits() -> bool:
            row = await (await looking.execute(_WAITING, (f"{unique}conversation",))).fetchone()
            return row == (1,)

        await ground.set(-1)
        before = await ground.store.load(MINE, "thing-1", "")
        again = append("thing-1", before, (SetTimer("wait", await ground.now() + timedelta(hours=1)),))
        setting: list[asyncio.Task[int]] = []

        async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
            setting.append(asyncio.create_task(ground.other.append(again)))
            await eventually(one_waits, what="that the command waits for the timer")
            return append(due.stream, loaded)

        assert await ground.store.fire_due(firing, 50) == 1
        with pytest.raises(VersionConflict):
            await setting[0]
        assert await ground.version() == 2
