"""Timers under test: where a database keeps them, in memory, and as the simulation has them; and time that passes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg

from contracts.envelope import Metadata
from services.chassis.decider import CancelTimer, SetTimer
from services.chassis.memory import MemoryStore, MovedClock
from services.chassis.migrate import provision
from services.chassis.pool import Waker, open_pool
from services.chassis.ports import Append, DueTimer, Loaded, NewEvent, Snapshot, Store
from services.chassis.store import PostgresStore
from services.cli.infrastructure import Servers
from tests.simulation.chance import Chance, LoopClock
from tests.simulation.loop import OUTSIDE, Loop, pass_time
from tests.simulation.twins import PausingStore

T0 = datetime(2030, 1, 1, tzinfo=UTC)
MINE, FOREIGN = "workspace-mine", "workspace-foreign"


@dataclass
class Ground:
    """A store with timers, and the clock that they go by. `other` is what another process has of the same store."""

    store: Store
    other: Store
    now: Callable[[], Awaitable[datetime]]
    pass_time: Callable[[float], Awaitable[None]]

    async def write(
        self, *changes: SetTimer | CancelTimer, stream: str = "thing-1", workspace: str = MINE
    ) -> None:
        """An append of the stream, with these changes to its timers."""
        loaded = await self.store.load(workspace, stream, "")
        await self.store.append(append(stream, loaded, changes, workspace))

    async def set(self, in_s: float, name: str = "wait", stream: str = "thing-1") -> datetime:
        """Sets a timer, alone in its append; answers when it is due."""
        due_at = await self.now() + timedelta(seconds=in_s)
        await self.write(SetTimer(name, due_at), stream=stream)
        return due_at

    async def fired(self, limit: int = 50) -> list[DueTimer]:
        """What fires now; each writes an event of its stream."""
        seen: list[DueTimer] = []

        async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
            seen.append(due)
            return append(due.stream, loaded, (), due.workspace_id)

        await self.store.fire_due(firing, limit)
        return seen

    async def version(self, stream: str = "thing-1", workspace: str = MINE) -> int:
        return (await self.store.load(workspace, stream, "")).version


Promise = Callable[[Ground], Coroutine[Any, Any, None]]


def append(
    stream: str, loaded: Loaded, changes: tuple[SetTimer | CancelTimer, ...] = (), workspace: str = MINE
) -> Append:
    """What follows the loaded version: one event, with these changes to timers."""
    told = f"{stream}/{loaded.version + 1}"
    new = Append(
        stream,
        loaded.version,
        (NewEvent(told, "test.happened.v1", b"{}", T0),),
        Metadata(workspace, told, "correlation", "causation", "service:test"),
        Snapshot(1, told.encode()),
    )
    return replace(new, timers=changes)


@asynccontextmanager
async def over_postgres(servers: Servers, unique: str) -> AsyncIterator[Ground]:
    """In a database of their own."""
    urls = await provision(servers.postgres, "conversation", prefix=unique)
    owner_url = servers.postgres.rpartition("/")[0] + f"/{unique}conversation"
    owner = await psycopg.AsyncConnection.connect(owner_url, autocommit=True)
    pool, workers = open_pool(urls.app, name="app"), open_pool(urls.worker, name="worker")

    async def now() -> datetime:
        row = await (await owner.execute("SELECT log.app_now()")).fetchone()
        assert row is not None
        told: datetime = row[0]
        return told

    async def pass_(seconds: float) -> None:
        await owner.execute("UPDATE log.clock SET skew = skew + %s", (timedelta(seconds=seconds),))

    async with owner, pool, workers:
        one, other = (PostgresStore(pool, Waker(workers), workers) for _ in range(2))
        yield Ground(one, other, now, pass_)


def in_memory() -> Ground:
    """As unit tests have them."""
    clock = MovedClock(T0)
    store = MemoryStore(clock)

    async def now() -> datetime:
        return clock.now()

    async def pass_(seconds: float) -> None:
        clock.move(timedelta(seconds=seconds))

    return Ground(store, store, now, pass_)


def simulated(loop: Loop, chance: Chance) -> Ground:
    """As the simulation has them, in the moods of this chance; only in the simulation's loop."""
    clock = LoopClock(T0, loop)
    store = PausingStore(clock, chance, lambda _: None)

    async def now() -> datetime:
        return clock.now()

    return Ground(store, store, now, pass_time)


def faults_of(promise: Promise, seed: int) -> set[str]:
    """What was told when the simulation's twin kept the promise in the moods of this seed; calm at the first."""
    loop, chance = Loop(Random(seed)), Chance(Random(seed))  # type: ignore[abstract]
    if seed == 0:
        chance.calm()
    try:
        loop.play(promise(simulated(loop, chance)))
    finally:
        OUTSIDE.end()
    return {failure.partition(":")[0] for failure in loop.failures}


async def others_go_on() -> None:
    """Lets whoever can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)
