"""The one write path: what is decided again, what is refused whole, and what a repeated command does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from contracts.envelope import EVENT_BYTES_MAX
from services.chassis.decider import Contended, KeyReused, Refused, TooLarge
from services.chassis.execution import (
    ATTEMPTS_MAX,
    COMMAND_PAGE,
    PAUSE_S,
    events_of,
    execute,
    state_of,
)
from services.chassis.memory import MemoryStore, MovedClock
from services.chassis.ports import Append, CommandAnswered, Ports, VersionConflict
from tests.unit.renaming import AT, DECIDER, Named, World, code, told


@pytest.fixture
def world() -> World:
    return World()


class Disturbed(MemoryStore):
    """A store into which somebody else writes first, `times` times."""

    def __init__(self, disturb: Callable[[Append], None], times: int) -> None:
        super().__init__(MovedClock(AT))
        self._disturb, self.times = disturb, times

    async def append(self, append: Append) -> int:
        if self.times:
            self.times -= 1
            self._disturb(append)
        return await super().append(append)


def disturbed(world: World, times: int, error: type[Exception] = VersionConflict) -> Ports:
    """Ports whose appends fail so often."""

    def disturb(_: Append) -> None:
        raise error

    return replace(world.ports, store=Disturbed(disturb, times))


@pytest.mark.parametrize("error", [VersionConflict, CommandAnswered])
async def test_a_command_that_was_overtaken_is_decided_again(world: World, error: type[Exception]) -> None:
    ports = disturbed(world, ATTEMPTS_MAX - 1, error)

    assert (await execute(ports, DECIDER, "playbook-1", "Shop", told("1"))).version == 1


async def test_a_command_that_is_always_overtaken_is_given_back(world: World) -> None:
    with pytest.raises(Contended) as refused:
        await execute(disturbed(world, ATTEMPTS_MAX), DECIDER, "playbook-1", "Shop", told("1"))

    assert (refused.value.status, refused.value.facts) == (503, {"retry_after_s": 1})


async def test_whoever_was_overtaken_waits_a_little_longer_each_time_and_holds_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, pauses = 0, dict[str, list[float]]()

    class Holding(Disturbed):
        @asynccontextmanager
        async def held(self) -> AsyncIterator["Holding"]:
            nonlocal held
            held += 1
            try:
                yield self
            finally:
                held -= 1

    async def sleep(pause_s: float) -> None:
        assert held == 0
        pauses[now].append(pause_s)

    def disturb(_: Append) -> None:
        raise VersionConflict

    monkeypatch.setattr(asyncio, "sleep", sleep)
    for now in ("1", "2"):
        pauses[now] = []
        ports = replace(world.ports, store=Holding(disturb, ATTEMPTS_MAX))
        with pytest.raises(Contended):
            await execute(ports, DECIDER, "playbook-1", "Shop", told(now))

    for told_of in pauses.values():
        assert len(told_of) == ATTEMPTS_MAX - 2
        assert all(0.5 <= pause_s / (PAUSE_S * 2**nr) <= 1.5 for nr, pause_s in enumerate(told_of))
    assert not {*pauses["1"]} & {*pauses["2"]}


async def test_a_claim_that_is_taken_refuses_by_the_owners_name(world: World) -> None:
    await execute(world.ports, DECIDER, "playbook-1", "Shop", told("1"))

    with pytest.raises(Refused) as refused:
        await execute(world.ports, DECIDER, "playbook-2", "Shop", told("2"))

    assert (refused.value.code, refused.value.facts["owner"]) == ("claimed", "playbook-1")
    assert world.events == 1


async def test_the_same_command_for_another_stream_is_another_request(world: World) -> None:
    await execute(world.ports, DECIDER, "playbook-1", "Shop", told("1"), "print")

    for stream, fingerprint in (("playbook-2", "print"), ("playbook-1", "other")):
        with pytest.raises(KeyReused):
            await execute(world.ports, DECIDER, stream, "Shop", told("1"), fingerprint)


async def test_an_event_larger_than_the_log_takes_is_refused_whole(world: World) -> None:
    with pytest.raises(TooLarge) as refused:
        await execute(world.ports, DECIDER, "playbook-1", "x" * EVENT_BYTES_MAX, told("1"))

    assert (refused.value.status, refused.value.code, world.events) == (413, "event_too_large", 0)


async def test_a_command_that_changes_nothing_writes_nothing(world: World) -> None:
    await execute(world.ports, DECIDER, "playbook-1", "Shop", told("1"))

    assert (await execute(world.ports, DECIDER, "playbook-1", "Shop", told("2"))).version == 1
    assert world.events == 1


@pytest.mark.parametrize("count", [1, COMMAND_PAGE - 1, COMMAND_PAGE, 2 * COMMAND_PAGE + 1])
async def test_what_a_command_recorded_is_known_also_when_it_is_repeated(world: World, count: int) -> None:
    names = [f"Shop {number}" for number in range(count)]
    decider = replace(
        DECIDER, decide=lambda _, state: [event for name in names for event in DECIDER.decide(name, state)]
    )
    await execute(world.ports, DECIDER, "playbook-1", "Before", told("before"))

    first = await execute(world.ports, decider, "playbook-1", "All", told("1"))
    await execute(world.ports, DECIDER, "playbook-1", "After", told("after"))
    again = await execute(world.ports, decider, "playbook-1", "All", told("1"))

    recorded = await events_of(world.ports, first, told("1"))
    assert (again.version, again.repeated) == (first.version, True)
    assert await events_of(world.ports, again, told("1")) == recorded
    assert [getattr(event, "name", "") for event in recorded] == names


async def test_a_command_that_changed_nothing_recorded_nothing(world: World) -> None:
    await execute(world.ports, DECIDER, "playbook-1", "Shop", told("1"))
    done = await execute(world.ports, DECIDER, "playbook-1", "Shop", told("2"))

    assert await events_of(world.ports, done, told("2")) == []


async def test_a_refused_command_writes_nothing_and_its_key_is_free(world: World) -> None:
    assert code(await world.rename("refused", "k1")) == (409, "bad_name")
    assert (await world.rename("Shop", "k1")).is_success


async def test_a_snapshot_of_another_shape_is_not_read(world: World) -> None:
    await execute(world.ports, DECIDER, "playbook-1", "Shop", told("1"))
    await execute(world.ports, DECIDER, "playbook-1", "Home", told("2"))

    class Renamed(Named):
        """Another shape."""

    newer = replace(DECIDER, schema=2, states=(Renamed,), initial=Renamed())
    assert (await state_of(world.ports, newer, "w-1", "playbook-1")).name == "Home"


async def test_another_workspace_sees_nothing_of_a_stream(world: World) -> None:
    await execute(world.ports, DECIDER, "playbook-1", "Shop", told("1"))

    assert await state_of(world.ports, DECIDER, "w-2", "playbook-1") == Named()
