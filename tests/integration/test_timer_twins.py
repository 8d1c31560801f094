"""What timers promise: one suite over PostgreSQL's clock and rows, the twin in memory, and the simulation's."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.chassis.decider import CancelTimer, SetTimer
from services.chassis.ports import Append, DueTimer, Loaded, VersionConflict
from services.chassis.store import FIRE_AGAIN_AFTER_S
from tests.integration.sample_timers import (
    FOREIGN,
    MINE,
    Ground,
    Promise,
    append,
    faults_of,
    in_memory,
    others_go_on,
    over_postgres,
)
from tests.proof import count

POSTGRES = pytest.param("postgres", marks=pytest.mark.real)
# In memory what a timer's command raises comes out at whoever fires, where its test sees it.
NOT_IN_MEMORY = pytest.mark.parametrize("ground", [POSTGRES], indirect=True)


@pytest.fixture(params=["memory", POSTGRES])
async def ground(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[Ground]:
    if request.param == "memory":
        yield in_memory()
        return
    async with over_postgres(request.getfixturevalue("infrastructure"), unique) as made:
        yield made


def named(fired: list[DueTimer]) -> list[tuple[str, str]]:
    return [(due.stream, due.name) for due in fired]


async def test_a_timer_fires_when_it_is_due_and_not_before(ground: Ground) -> None:
    due_at = await ground.set(60)

    assert await ground.fired() == []
    await ground.pass_time(30)
    assert await ground.fired() == []
    await ground.pass_time(31)
    (due,) = await ground.fired()

    assert (due.workspace_id, due.stream, due.name, due.due_at) == (MINE, "thing-1", "wait", due_at)
    assert due_at <= due.now <= await ground.now()
    assert await ground.version() == 2


async def test_what_is_due_fires_once(ground: Ground) -> None:
    await ground.set(-1)

    assert named(await ground.fired()) == [("thing-1", "wait")]
    await ground.pass_time(1_000)
    assert await ground.fired() == []
    assert await ground.version() == 2


async def test_the_clock_tells_how_long_the_next_one_takes(ground: Ground) -> None:
    assert await ground.store.next_due() is None
    await ground.set(90, stream="thing-1")
    await ground.set(60, stream="thing-2")
    first_s = await ground.store.next_due()
    await ground.pass_time(40)
    later_s = await ground.store.next_due()
    await ground.pass_time(40)

    assert first_s is not None
    assert later_s is not None
    assert 45 < first_s <= 60
    assert 5 < later_s <= 20
    assert await ground.store.next_due() == 0
    await ground.fired()
    assert (await ground.store.next_due() or 0) > 0


async def test_a_timer_that_is_set_again_is_moved_whether_later_or_earlier(ground: Ground) -> None:
    await ground.set(60, stream="thing-1")
    await ground.set(600, stream="thing-2")
    later = await ground.set(300, stream="thing-1")
    earlier = await ground.set(30, stream="thing-2")

    await ground.pass_time(61)
    assert [(due.stream, due.due_at) for due in await ground.fired()] == [("thing-2", earlier)]
    await ground.pass_time(300)
    assert [(due.stream, due.due_at) for due in await ground.fired()] == [("thing-1", later)]


async def test_a_timer_that_is_cancelled_never_fires_and_others_of_its_stream_do(ground: Ground) -> None:
    await ground.set(1, "wait")
    await ground.set(1, "other")
    await ground.write(CancelTimer("wait"), CancelTimer("never set"))
    await ground.pass_time(1_000)

    assert named(await ground.fired()) == [("thing-1", "other")]


async def test_of_changes_to_one_timer_in_one_append_the_last_counts(ground: Ground) -> None:
    soon, late = [await ground.now() + timedelta(seconds=seconds) for seconds in (1, 500)]
    await ground.set(1, stream="thing-3")
    await ground.write(SetTimer("wait", soon), CancelTimer("wait"), stream="thing-1")
    await ground.write(CancelTimer("wait"), SetTimer("wait", soon), stream="thing-2")
    await ground.write(SetTimer("wait", soon), SetTimer("wait", late), stream="thing-3")
    await ground.write(SetTimer("wait", late), SetTimer("wait", soon), stream="thing-4")
    await ground.pass_time(10)

    assert sorted(named(await ground.fired())) == [("thing-2", "wait"), ("thing-4", "wait")]
    await ground.pass_time(1_000)
    assert named(await ground.fired()) == [("thing-3", "wait")]


async def test_the_oldest_fire_first_and_a_limit_takes_them(ground: Ground) -> None:
    in_s = {"thing-1": 40, "thing-2": 10, "thing-3": 50, "thing-4": 20, "thing-5": 30}
    for stream, seconds in in_s.items():
        await ground.set(seconds, stream=stream)
    await ground.pass_time(100)

    assert [stream for stream, _ in named(await ground.fired(2))] == ["thing-2", "thing-4"]
    assert [stream for stream, _ in named(await ground.fired())] == ["thing-5", "thing-1", "thing-3"]


async def test_timers_of_all_workspaces_fire_each_in_its_own(ground: Ground) -> None:
    due_at = await ground.now() - timedelta(seconds=1)
    for workspace, stream in ((MINE, "thing-1"), (FOREIGN, "thing-2")):
        await ground.write(SetTimer("wait", due_at), stream=stream, workspace=workspace)

    fired = await ground.fired()
    assert {(due.workspace_id, due.stream) for due in fired} == {(MINE, "thing-1"), (FOREIGN, "thing-2")}
    assert await ground.version("thing-2", FOREIGN) == 2


async def test_two_of_one_stream_fire_each_on_what_the_other_left(ground: Ground) -> None:
    await ground.set(2, "second")
    await ground.set(1, "first")
    await ground.pass_time(10)
    appended: list[tuple[str, int]] = []

    async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
        appended.append((due.name, loaded.version))
        return append(due.stream, loaded)

    await ground.store.fire_due(firing, 50)

    assert appended[-2:] == [("first", 2), ("second", 3)]
    assert (await ground.version(), await ground.fired()) == (4, [])


async def test_one_that_cancels_another_of_the_same_round_is_obeyed(ground: Ground) -> None:
    await ground.set(2, "second")
    await ground.set(1, "first")
    await ground.pass_time(10)

    async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
        return append(due.stream, loaded, (CancelTimer("second"),) if due.name == "first" else ())

    await ground.store.fire_due(firing, 50)

    assert (await ground.version(), await ground.fired()) == (3, [])


async def test_one_that_sets_itself_again_is_due_again_then(ground: Ground) -> None:
    await ground.set(1)
    await ground.pass_time(10)
    again = await ground.now() + timedelta(seconds=60)

    async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
        return append(due.stream, loaded, (SetTimer("wait", again),))

    await ground.store.fire_due(firing, 50)

    assert await ground.fired() == []
    await ground.pass_time(61)
    assert [due.due_at for due in await ground.fired()] == [again]


async def test_one_that_decides_nothing_is_gone_and_nothing_is_written(ground: Ground) -> None:
    await ground.set(-1)

    async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
        return None

    assert await ground.store.fire_due(firing, 50) == 1
    assert (await ground.version(), await ground.fired()) == (1, [])


async def test_two_processes_that_fire_at_the_same_time_fire_each_timer_once(ground: Ground) -> None:
    streams = [f"thing-{number}" for number in range(8)]
    for stream in streams:
        await ground.set(-1, stream=stream)

    async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
        await others_go_on()
        return append(due.stream, loaded)

    await asyncio.gather(ground.store.fire_due(firing, 5), ground.other.fire_due(firing, 5))
    await ground.fired()

    assert [await ground.version(stream) for stream in streams] == [2] * 8


async def test_a_stream_that_changes_meanwhile_is_decided_on_again(ground: Ground) -> None:
    await ground.set(-1)
    versions: list[int] = []

    async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
        versions.append(loaded.version)
        if len(versions) == 1:
            await ground.write()
        return append(due.stream, loaded)

    await ground.store.fire_due(firing, 50)
    await ground.store.fire_due(firing, 50)

    assert versions == [1, 2]
    assert await ground.version() == 3


async def test_a_process_that_dies_while_it_fires_leaves_the_timer_due(ground: Ground) -> None:
    await ground.set(-1)
    begun = asyncio.Event()

    async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
        begun.set()
        await asyncio.Event().wait()
        return None

    dying = asyncio.ensure_future(ground.store.fire_due(firing, 50))
    await begun.wait()
    assert await ground.other.fire_due(firing, 50) == 0
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)

    assert named(await ground.fired()) == [("thing-1", "wait")]
    assert await ground.version() == 2


async def test_whoever_decided_before_a_timer_fired_decides_again(ground: Ground) -> None:
    await ground.set(-1)
    before = await ground.store.load(MINE, "thing-1", "")
    await ground.fired()

    with pytest.raises(VersionConflict):
        await ground.store.append(append("thing-1", before, (CancelTimer("wait"),)))


@NOT_IN_MEMORY
async def test_one_that_cannot_fire_is_put_off_and_holds_up_nobody(ground: Ground) -> None:
    await ground.set(-3, stream="thing-1")
    await ground.set(-2, stream="thing-2")
    await ground.set(-1, stream="thing-3")

    async def firing(due: DueTimer, loaded: Loaded) -> Append | None:
        if due.stream == "thing-2":
            raise ZeroDivisionError
        return append(due.stream, loaded)

    await ground.store.fire_due(firing, 50)

    assert [await ground.version(f"thing-{number}") for number in (1, 2, 3)] == [2, 1, 2]
    assert await ground.fired() == []
    await ground.pass_time(FIRE_AGAIN_AFTER_S + 1)
    assert named(await ground.fired()) == [("thing-2", "wait")]


PROMISES: list[Promise] = [found for name, found in list(globals().items()) if name.startswith("test_")]
FAULTS: dict[Promise, set[str]] = {
    test_one_that_cannot_fire_is_put_off_and_holds_up_nobody: {"a timer was put off"}
}
"""What holds up nobody is told to the run's judge nonetheless."""


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__.removeprefix("test_"))
def test_the_simulations_twin_keeps_it_in_all_its_moods(promise: Promise) -> None:
    for seed in range(count(400)):
        assert faults_of(promise, seed) == FAULTS.get(promise, set()), f"seed {seed}"
