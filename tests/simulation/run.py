"""One run of the simulation: it is played, comes to rest, and is judged."""

import asyncio
import hashlib
import secrets
from collections import Counter as Counted
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from prometheus_client import Counter

from services.chassis import memory_host, records
from services.gateway.decider import file
from services.gateway.files import route
from services.gateway.sockets import route as sockets
from services.notifier import queries
from services.playbook.decider import unfinished
from tests.simulation.actors import COMMANDS_MIN, Agent
from tests.simulation.checks import violations
from tests.simulation.companies import found
from tests.simulation.heard import read_once
from tests.simulation.history import History
from tests.simulation.loop import OUTSIDE, Stuck, pass_time
from tests.simulation.owners import Owner
from tests.simulation.races import races
from tests.simulation.screens import Numbered
from tests.simulation.signed import visitors_of
from tests.simulation.world import World

RELEASE_AFTER, HOUR = timedelta(seconds=12), timedelta(seconds=4)
"""How long a file waits for its message, and how long it may be sent again: a day and an hour are shorter here."""
SECOND = timedelta(milliseconds=20)
"""Of the time until a chat is unfinished: the shortest is six seconds here."""
REST_S, REST_S_MAX, LOOK_EVERY_S = 33.0, 400.0, 0.5


@dataclass
class Outcome:
    """What a run was made of, and what was wrong. `trace` is the same for the same seed, always and everywhere."""

    seed: int
    trace: str = ""
    visitors: int = 0
    agents: int = 0
    commands: int = 0
    crashes: int = 0
    repeats: int = 0
    events: Counted[str] = field(default_factory=Counted)
    refusals: Counted[str] = field(default_factory=Counted)
    races: Counted[str] = field(default_factory=Counted)
    wrong: list[str] = field(default_factory=list)


def simulate(seed: int) -> Outcome:
    """Plays and judges the run of a seed."""
    world, outcome = World(seed), Outcome(seed)
    try:
        with without_chance(seed):
            world.loop.play(play(world))
            outcome.wrong = world.loop.play(violations(world))
    except Stuck as stuck:
        outcome.wrong = [f"the run does not end: {stuck}"]
    except Exception as error:  # Somebody's: without its seed it would be of no use.
        outcome.wrong = [f"the run broke off: {error!r}"]
    outcome.wrong += world.host.faults + world.loop.failures
    outcome.trace, outcome.commands = _trace(world), len(world.calls)
    outcome.visitors, outcome.agents = len(world.visitors), sum(len(c.agents) for c in world.companies)
    outcome.crashes, outcome.repeats = world.host.crashes, world.host.repeats
    for server in world.host.servers.values():
        outcome.events.update(event.type for events in server.store.streams.values() for event in events)
    outcome.refusals.update(f"{call.name}: {call.refused.code}" for call in world.calls if call.refused)
    outcome.refusals.update(world.again)
    outcome.races = races(world, History(world))
    end(world)
    return outcome


def end(world: World) -> None:
    """Nothing goes on any more."""
    for process in (*(server.process for server in world.host.servers.values()), OUTSIDE):
        process.end()


def _uncounted(counter: Counter, amount: float = 1, exemplar: object = None) -> None:
    """In place of a metric's own, which takes a lock."""


@contextmanager
def without_chance(seed: int) -> Iterator[None]:
    """Secrets come from the seed, a record is decoded once, metrics are nobody's, and who waits for a read model looks
    less often."""
    rng = Random(seed)
    replaced: list[tuple[Any, str, Any]] = [
        (secrets, "token_bytes", lambda count=None: rng.randbytes(count or 32)),
        (Counter, "inc", _uncounted),
        (records, "read_event", read_once),
        (memory_host, "read_event", read_once),
        (queries, "LOOK_AGAIN_S", 0.1),
        (queries, "LOOK_AGAIN_S_MAX", 0.1),
        (file, "RELEASE_AFTER", RELEASE_AFTER),
        (route, "HOUR", HOUR),
        (unfinished, "SECOND", SECOND),
        (sockets, "Connection", Numbered),
    ]
    before = [getattr(module, name) for module, name, _ in replaced]
    for module, name, instead in replaced:
        setattr(module, name, instead)
    try:
        yield
    finally:
        for (module, name, _), kept in zip(replaced, before, strict=True):
            setattr(module, name, kept)


async def play(world: World) -> None:
    """The day of a run, until it has come to rest."""
    rng = Random(world.rng.random())
    world.crash_now_and_then()
    for name, agents, visitors in (("acme", rng.choice((2, 2, 3)), rng.choice((2, 3))), ("other", 1, 1)):
        company = await found(world, name, agents)
        world.companies.append(company)
        world.visitors += await visitors_of(world, company, visitors)
    agents_now = [Agent(world, agent, company) for company in world.companies for agent in company.agents]
    owner = Owner(world, world.companies[0])
    await asyncio.gather(*(person.live() for person in (*world.visitors, *agents_now, owner)))
    while len(world.calls) < COMMANDS_MIN:  # A dull day: somebody makes up for it.
        await rng.choice(agents_now).go_online()
    await _come_to_rest(world)


async def _come_to_rest(world: World) -> None:
    """Everything is brought back and goes as it should, until all has been heard and all leases are over."""
    world.chance.calm()
    if not world.host.crashes:
        next(iter(world.host.servers.values())).kill()
    for server in world.host.servers.values():
        if not server.process.alive:
            server.start()
    if any(screen.caller.kind == "agent" and not screen.is_open for screen in world.screens):
        await pass_time(REST_S)
    quiet, told = 0, 0
    for _ in range(int(REST_S_MAX / LOOK_EVERY_S)):
        before, told = told, world.host.log.counts.total()
        quiet = quiet + 1 if told == before and _is_still(world) else 0
        if quiet == 3:  # By now also what sockets hold back for a moment was sent.
            return
        await pass_time(LOOK_EVERY_S)
    raise Stuck("something is never heard by everybody")


def _is_still(world: World) -> bool:
    """Whether everybody has heard everything, and nothing is owed."""
    servers = world.host.servers.values()
    are_ready = all(screen.is_ready or not screen.is_open for screen in world.screens)
    return are_ready and world.host.is_quiet and not any(server.owes_something for server in servers)


def _trace(world: World) -> str:
    told = hashlib.sha256(f"{world.loop.steps} {world.loop.time()} {len(world.calls)}".encode())
    for (topic, partition), held in sorted(world.host.log.records.items()):
        told.update(f"{topic} {partition}".encode())
        for record in held:
            headers = b"".join(value for _, value in record.headers)
            told.update(b"%d %b %b %b" % (record.offset, record.key, record.value or b"", headers))
    return told.hexdigest()
