"""What is kept of secrets that others hold: one suite over PostgreSQL, the twin in memory, and the simulation's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from services.chassis.credential import CREDENTIALS_OF_MAX, Credential, Credentials, Tries
from services.chassis.credentials import PostgresCredentials
from services.chassis.memory import MemoryCredentials
from services.chassis.migrate import provision
from services.chassis.pool import open_pool
from services.cli.infrastructure import Servers
from tests.proof import count
from tests.simulation.chance import Chance
from tests.simulation.loop import OUTSIDE, Loop
from tests.simulation.twins import pausing

T0 = datetime.now(UTC).replace(microsecond=0)
"""Not far from the clock of a database, which throws away what has been over for long."""
MINE, FOREIGN = "workspace-mine", "workspace-foreign"


@dataclass
class Twin:
    """Credentials under test, and what time it is."""

    credentials: Credentials
    now: datetime = T0


Promise = Callable[[Twin], Coroutine[Any, Any, None]]


@asynccontextmanager
async def over_postgres(servers: Servers, unique: str) -> AsyncIterator[Twin]:
    """In a database of their own."""
    urls = await provision(servers.postgres, "conversation", prefix=unique)
    async with open_pool(urls.worker, name="worker") as workers:
        yield Twin(PostgresCredentials(workers))


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
async def twin(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[Twin]:
    if request.param == "memory":
        yield Twin(MemoryCredentials())
        return
    async with over_postgres(request.getfixturevalue("infrastructure"), unique) as made:
        yield made


async def test_a_one_time_credential_is_exchanged_once(twin: Twin) -> None:
    link = Credential("link", "h1", MINE, "agent-1", {"role": "agent"}, twin.now + timedelta(days=1))
    session = replace(link, kind="session", hash="h2")
    await twin.credentials.keep(link)
    assert await twin.credentials.find("link", "h1", twin.now) == link
    assert await twin.credentials.find("link", "h1", twin.now + timedelta(days=2)) is None

    assert await twin.credentials.exchange("link", "h1", twin.now, session)
    assert not await twin.credentials.exchange("link", "h1", twin.now, replace(session, hash="h3"))

    assert await twin.credentials.find("session", "h2", twin.now) == session
    assert await twin.credentials.end("session", MINE, "agent-1") == 1
    assert await twin.credentials.find("session", "h2", twin.now) is None


async def test_credentials_are_listed_noted_and_ended_one_by_one(twin: Twin) -> None:
    days = [timedelta(days=number) for number in (1, 3, 2, -1)]
    kept = [Credential("session", f"h{n}", MINE, "agent-1", {}, twin.now + day) for n, day in enumerate(days)]
    for credential in [*kept, replace(kept[0], hash="h9", subject="agent-2")]:
        await twin.credentials.keep(credential)

    assert await twin.credentials.of("session", MINE, "agent-1", twin.now) == [kept[1], kept[2], kept[0]]
    assert await twin.credentials.of("session", FOREIGN, "agent-1", twin.now) == []
    asked = ["h0", "h2", "h3", "h9", "unknown"]
    found = await twin.credentials.find_all("session", asked, twin.now)
    assert sorted(one.hash for one in found) == ["h0", "h2", "h9"]
    assert await twin.credentials.find_all("link", asked, twin.now) == []
    assert await twin.credentials.note("session", "h0", {"used": 1})
    assert await twin.credentials.find("session", "h0", twin.now) == replace(kept[0], claims={"used": 1})
    assert await twin.credentials.prolong("session", "h0", twin.now + timedelta(days=9))
    assert await twin.credentials.prolong("session", "h0", twin.now + timedelta(days=8))
    longer = replace(kept[0], claims={"used": 1}, expires_at=twin.now + timedelta(days=9))
    assert await twin.credentials.find("session", "h0", twin.now) == longer
    assert await twin.credentials.end_one("session", "h0")
    assert not await twin.credentials.end_one("session", "h0")
    assert not await twin.credentials.note("session", "h0", {"used": 2})
    assert not await twin.credentials.prolong("session", "h0", twin.now + timedelta(days=9))
    assert await twin.credentials.find("session", "h0", twin.now) is None


async def test_keeping_a_credential_again_renews_it(twin: Twin) -> None:
    first = Credential("known", "h1", MINE, "agent-1", {}, twin.now + timedelta(days=1))
    later = replace(first, subject="agent-2", claims={"a": 1}, expires_at=twin.now + timedelta(days=9))
    await twin.credentials.keep(first)
    await twin.credentials.keep(later)

    assert await twin.credentials.find("known", "h1", twin.now) == later


async def test_tries_count_in_a_window_that_begins_with_the_first(twin: Twin) -> None:
    over_at = twin.now + timedelta(seconds=60)
    tries = [await twin.credentials.tried("k", twin.now + timedelta(seconds=n * 20), 60) for n in range(3)]
    await twin.credentials.forgive("k")
    await twin.credentials.forgive("never tried")

    assert tries == [Tries(1, over_at), Tries(2, over_at), Tries(3, over_at)]
    assert await twin.credentials.tried("k", over_at - timedelta(seconds=1), 60) == Tries(3, over_at)
    assert await twin.credentials.tried("k", over_at, 60) == Tries(1, over_at + timedelta(seconds=60))
    assert (await twin.credentials.tried("other", over_at, 60)).count == 1


async def test_tries_at_the_same_moment_are_all_counted(twin: Twin) -> None:
    found = await asyncio.gather(*(twin.credentials.tried("k", twin.now, 60) for _ in range(20)))

    assert sorted(tries.count for tries in found) == list(range(1, 21))


def session(number: int, days: float = 1.0, subject: str = "agent-1") -> Credential:
    return Credential("session", f"s{number:03}", MINE, subject, {}, T0 + timedelta(days=days))


async def test_of_many_who_exchange_one_link_at_once_one_gets_a_session(twin: Twin) -> None:
    link = Credential("link", "l", MINE, "agent-1", {}, twin.now + timedelta(days=1))
    await twin.credentials.keep(link)

    won = await asyncio.gather(
        *(twin.credentials.exchange("link", "l", twin.now, session(number)) for number in range(8))
    )

    assert won.count(True) == 1
    assert len(await twin.credentials.of("session", MINE, "agent-1", twin.now)) == 1


async def test_an_exchange_uses_up_all_of_its_kind_and_subject_and_no_others(twin: Twin) -> None:
    link = Credential("link", "l1", MINE, "agent-1", {}, twin.now + timedelta(days=1))
    others = (
        replace(link, hash="l3", subject="agent-2"),
        replace(link, hash="l4", kind="reset"),
        replace(link, hash="l5", workspace_id=FOREIGN),
    )
    for one in (link, replace(link, hash="l2"), *others):
        await twin.credentials.keep(one)

    assert await twin.credentials.exchange("link", "l1", twin.now, session(1))

    assert await twin.credentials.find("link", "l2", twin.now) is None
    for other in others:
        assert await twin.credentials.find(other.kind, other.hash, twin.now) == other


async def test_a_link_that_is_over_is_exchanged_for_nothing(twin: Twin) -> None:
    await twin.credentials.keep(Credential("link", "l", MINE, "agent-1", {}, twin.now))

    assert await twin.credentials.find("link", "l", twin.now) is None
    assert not await twin.credentials.exchange("link", "l", twin.now, session(1))
    assert await twin.credentials.of("session", MINE, "agent-1", twin.now) == []


async def test_a_credential_stays_in_the_workspace_in_which_it_was_kept(twin: Twin) -> None:
    await twin.credentials.keep(session(1))
    await twin.credentials.keep(replace(session(1), workspace_id=FOREIGN, subject="agent-9"))

    found = await twin.credentials.find("session", "s001", twin.now)
    assert found == replace(session(1), subject="agent-9")


async def test_so_many_of_a_subject_are_listed_the_longest_lived_first(twin: Twin) -> None:
    for number in range(CREDENTIALS_OF_MAX + 5):
        await twin.credentials.keep(session(number, 1 + number % 7))

    found = await twin.credentials.of("session", MINE, "agent-1", twin.now)

    assert len(found) == CREDENTIALS_OF_MAX
    assert found == sorted(found, key=lambda one: (-one.expires_at.timestamp(), one.hash))


async def test_ending_a_subjects_credentials_tells_how_many_and_leaves_others(twin: Twin) -> None:
    for number in range(3):
        await twin.credentials.keep(session(number))
    await twin.credentials.keep(session(9, subject="agent-2"))

    assert await twin.credentials.end("session", FOREIGN, "agent-1") == 0
    assert await twin.credentials.end("session", MINE, "agent-1") == 3
    assert await twin.credentials.end("session", MINE, "agent-1") == 0
    assert await twin.credentials.find("session", "s009", twin.now) is not None


PROMISES: list[Promise] = [found for name, found in list(globals().items()) if name.startswith("test_")]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__.removeprefix("test_"))
def test_the_simulations_twin_keeps_it_in_all_its_moods(promise: Promise) -> None:
    for seed in range(count(400)):
        loop, chance = Loop(Random(seed)), Chance(Random(seed))  # type: ignore[abstract]
        if seed == 0:
            chance.calm()
        try:
            loop.play(promise(Twin(pausing(MemoryCredentials(), chance))))
        finally:
            OUTSIDE.end()
        assert not loop.failures, f"seed {seed}"
