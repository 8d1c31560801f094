"""The store's promises, the same suite over PostgreSQL and over its in-memory twin."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from contracts.envelope import Metadata
from services.chassis.decider import FreeClaim, TakeClaim
from services.chassis.memory import MemoryStore, MovedClock
from services.chassis.migrate import provision
from services.chassis.pool import Waker, open_pool
from services.chassis.ports import (
    Append,
    Claimed,
    CommandAnswered,
    Fenced,
    Loaded,
    NewEvent,
    Snapshot,
    Store,
    VersionConflict,
)
from services.chassis.store import PostgresStore
from services.cli.infrastructure import Servers
from tests.simulation.chance import calm
from tests.simulation.twins import PausingStore

T0 = datetime(2030, 1, 1, tzinfo=UTC)
MINE, FOREIGN = "workspace-mine", "workspace-foreign"


@dataclass
class Twin:
    """A store under test, with the hands that move its clock and raise its fence."""

    store: Store
    move: Callable[[timedelta], Awaitable[None]]
    fence: Callable[[str], Awaitable[None]]
    now: datetime


def memory(*, simulated: bool = False) -> Twin:
    clock = MovedClock(T0)
    store = PausingStore(clock, calm(), lambda _: None) if simulated else MemoryStore(clock)

    async def move(by: timedelta) -> None:
        clock.move(by)

    async def fence(reason: str) -> None:
        store.fence = reason

    return Twin(store, move, fence, T0)


@pytest.fixture(params=["memory", "simulated", pytest.param("postgres", marks=pytest.mark.real)])
async def twin(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[Twin]:
    if request.param != "postgres":
        yield memory(simulated=request.param == "simulated")
        return
    servers: Servers = request.getfixturevalue("infrastructure")
    urls = await provision(servers.postgres, "conversation", prefix=unique)
    owner_url = servers.postgres.rpartition("/")[0] + f"/{unique}conversation"
    owner = await psycopg.AsyncConnection.connect(owner_url, autocommit=True)
    pool, workers = open_pool(urls.app, name="app"), open_pool(urls.worker, name="worker")
    async with owner, pool, workers:

        async def move(by: timedelta) -> None:
            await owner.execute("UPDATE log.clock SET skew = skew + %s", (by,))

        async def fence(reason: str) -> None:
            await owner.execute("INSERT INTO log.fence VALUES (%s)", (reason,))

        row = await (await owner.execute("SELECT log.app_now()")).fetchone()
        assert row is not None
        yield Twin(PostgresStore(pool, Waker(workers), workers), move, fence, row[0])


def told(command: str, workspace: str = MINE) -> Metadata:
    return Metadata(workspace, command, "correlation", "causation", "service:test")


def wrote(command: str, stream: str = "thing-1", expected: int = 0, events: int = 1) -> Append:
    new = tuple(NewEvent(f"{command}-{place}", "test.happened.v1", b'{"n":1}', T0) for place in range(events))
    return Append(
        stream, expected, new, told(command), Snapshot(1, f"after {command}".encode()), f"print {command}"
    )


async def test_an_append_is_there_with_its_snapshot_and_its_command(twin: Twin) -> None:
    assert await twin.store.append(wrote("c1", events=2)) == 2

    loaded = await twin.store.load(MINE, "thing-1", "c1")
    assert (loaded.version, loaded.snapshot) == (2, Snapshot(1, b"after c1"))
    assert loaded.answered is not None
    assert (loaded.answered.version, loaded.answered.fingerprint) == (2, "print c1")
    assert [event.version for event in await twin.store.history(MINE, "thing-1")] == [1, 2]
    assert await twin.store.answered(MINE, "never") is None


async def test_the_hash_of_an_event_covers_all_before_it(twin: Twin) -> None:
    await twin.store.append(wrote("c1", events=2))
    await twin.store.append(wrote("c2", expected=2))
    reference = memory()
    await reference.store.append(wrote("c1", events=2))
    await reference.store.append(wrote("c2", expected=2))

    hashes = [event.hash for event in await twin.store.history(MINE, "thing-1")]
    assert hashes == [event.hash for event in await reference.store.history(MINE, "thing-1")]
    assert len(set(hashes)) == 3


@pytest.mark.parametrize("expected", [0, 2, 7])
async def test_another_expected_version_conflicts_and_writes_nothing(twin: Twin, expected: int) -> None:
    await twin.store.append(wrote("c1"))

    with pytest.raises(VersionConflict):
        await twin.store.append(wrote("c2", expected=expected))

    assert (await twin.store.load(MINE, "thing-1", "c2")) == Loaded(1, Snapshot(1, b"after c1"))


async def test_a_command_is_recorded_once(twin: Twin) -> None:
    await twin.store.append(wrote("c1"))

    with pytest.raises(CommandAnswered):
        await twin.store.append(wrote("c1", stream="thing-2"))

    assert (await twin.store.load(MINE, "thing-2", "c1")).version == 0


async def test_a_claim_has_one_owner_until_it_is_freed(twin: Twin) -> None:
    take, free = (TakeClaim("name", "x"),), (FreeClaim("name", "x"),)
    await twin.store.append(replace(wrote("c1"), claims=take))

    with pytest.raises(Claimed) as taken:
        await twin.store.append(replace(wrote("c2", stream="thing-2"), claims=take))
    assert taken.value.owner == "thing-1"
    assert (await twin.store.load(MINE, "thing-2", "c2")).version == 0

    await twin.store.append(replace(wrote("c3", expected=1), claims=free))
    assert await twin.store.append(replace(wrote("c4", stream="thing-2"), claims=take)) == 1


@pytest.mark.parametrize("key", ['"', "\\", 'a","b', "{}", "NULL", "", " ", "\n", "é\u2028🙂", "'; --"])
async def test_any_text_can_be_a_claims_key(twin: Twin, key: str) -> None:
    await twin.store.append(replace(wrote("c1"), claims=(TakeClaim("name", key),)))

    with pytest.raises(Claimed):
        await twin.store.append(replace(wrote("c2", stream="thing-2"), claims=(TakeClaim("name", key),)))
    other = (TakeClaim("name", key + "x"),)
    assert await twin.store.append(replace(wrote("c3", stream="thing-3"), claims=other)) == 1


async def test_another_workspace_sees_and_changes_nothing(twin: Twin) -> None:
    await twin.store.append(wrote("c1"))

    assert await twin.store.load(FOREIGN, "thing-1", "c1") == Loaded(0, None)
    assert await twin.store.history(FOREIGN, "thing-1") == []
    for expected in (0, 1):
        with pytest.raises(VersionConflict):
            await twin.store.append(replace(wrote("c2", expected=expected), metadata=told("c2", FOREIGN)))
    assert (await twin.store.load(MINE, "thing-1", "c1")).version == 1


async def test_a_fence_stops_every_append(twin: Twin) -> None:
    await twin.fence("behind Kafka")

    with pytest.raises(Fenced, match="behind Kafka"):
        await twin.store.append(wrote("c1"))


async def test_of_many_writers_at_one_version_one_wins(twin: Twin) -> None:
    results = await asyncio.gather(
        *(twin.store.append(wrote(f"c{writer}")) for writer in range(12)), return_exceptions=True
    )

    assert results.count(1) == 1
    assert sum(isinstance(result, VersionConflict) for result in results) == 11


async def test_what_is_held_is_the_store_also_after_a_conflict(twin: Twin) -> None:
    async with twin.store.held() as held:
        assert await held.append(wrote("c1")) == 1
        with pytest.raises(VersionConflict):
            await held.append(wrote("c2"))
        loaded = await held.load(MINE, "thing-1", "c2")
        assert await held.append(wrote("c2", expected=loaded.version)) == 2

    assert len(await twin.store.history(MINE, "thing-1")) == 2


@pytest.mark.real
async def test_who_has_loaded_waits_behind_nobody_to_append(infrastructure: Servers, unique: str) -> None:
    urls = await provision(infrastructure.postgres, "conversation", prefix=unique)
    pool, workers = open_pool(urls.app, name="app", connections_max=1), open_pool(urls.worker, name="worker")
    async with pool, workers:
        store = PostgresStore(pool, Waker(workers), workers)

        async def next_one(number: int) -> int:
            async with store.held() as held:
                loaded = await held.load(MINE, "thing-1", f"c{number}")
                return await held.append(wrote(f"c{number}", expected=loaded.version))

        versions = await asyncio.gather(*map(next_one, range(20)))

    assert sorted(versions) == list(range(1, 21))
