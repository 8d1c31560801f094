"""A day's shape: a steady rate with bursts, the highest rate that is held, and what a conversation costs."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import uuid4

from services.chassis.migrate import urls_of
from tests.bench.conversations import Talk, begin, new_talk, opened
from tests.bench.figures import Figure, benchmark, percentile
from tests.bench.generator import Generator, generating
from tests.bench.lab import Lab
from tests.bench.processes import Keys
from tests.bench.system import System, servers_cpu_s, whole_system
from tests.waiting import eventually

AGENTS, TALKS_EACH = 200, 2
STEADY, BURST, PEAK, AFTER_S = "steady", "burst", 5, 2.0
RATE, WARM_S, STEADY_S, BURST_S, TURNS = 35, 15.0, 15.0, 4.0, 3
STEADY_MS_MAX, BURST_MS_MAX, CLEARED_S_MAX = 100, 500, 5.0
GROWN_MAX = 100
"""Records: about what ten consumers are behind within a third of a second."""
RATES = (10, 20, 35, 50, 70, 100, 140, 200, 280, 400)
STEP_S, HELD_S, LEVEL_S, LEVEL_S_MAX = 8.0, 30.0, 15.0, 60.0
LEVELS, LEVEL_MESSAGES = (0.1, 0.5, 0.9), 400
"""A level lasts for LEVEL_S at least, and until so many messages are said or LEVEL_S_MAX are over."""
CONVERSATIONS, IDLE_S = 80, 5.0
READY_WITHIN_S, CLEARED_WITHIN_S = 90.0, 90.0

Part = tuple[float, float, str]
"""Messages a second, for how many seconds, and the label of their delays."""


@benchmark("day")
async def measure(lab: Lab) -> list[Figure]:
    """Half of the messages are visitors'; every agent's inbox is open, with all folders of the company."""
    keys, workspace_id = Keys(), str(uuid4())
    agents = [str(uuid4()) for _ in range(lab.count(AGENTS, 10))]
    talks = [replace(new_talk(workspace_id), agent_id=one) for one in agents for _ in range(TALKS_EACH)]
    async with whole_system(lab, keys) as system:
        await _begin(lab, talks)
        task: dict[str, Any] = {
            "private": keys.private,
            "talks": [asdict(talk) for talk in talks],
            "gateway": system.ports["gateway"],
            "conversation": system.ports["conversation"],
        }
        async with generating("tests.bench.shift", **task) as shift:

            async def all_open() -> bool:
                return bool((await shift.ask())["ready"] == len(agents))

            await eventually(all_open, within_s=READY_WITHIN_S, every_s=0.2, what="the inboxes")
            await _cleared(system)
            figures = [
                *await _day(lab, system, shift, len(agents)),
                *await _levels(lab, system, shift),
            ]
        return [*figures, await _cost(lab, system, keys)]


async def _begin(lab: Lab, talks: Sequence[Talk]) -> None:
    async with opened(urls_of(lab.servers.postgres, "conversation", lab.names)) as service:
        for talk in talks:
            await begin(service.ports, talk)


async def _cleared(system: System) -> float:
    """Returns once nothing waits for Kafka and no consumer is behind; answers after how many seconds that was seen."""
    began_s = time.monotonic()

    async def cleared() -> bool:
        backlog = await system.backlog()
        return backlog.records == 0 and backlog.outbox_s == 0

    await eventually(cleared, within_s=CLEARED_WITHIN_S, every_s=0.2, what="that nothing waits")
    return time.monotonic() - began_s


async def _day(lab: Lab, system: System, shift: Generator, agents: int) -> list[Figure]:
    """Turns of a steady time and a burst; what is said soon after a burst counts as the burst's."""
    rate, steady_s, burst_s = (RATE, STEADY_S, BURST_S) if not lab.quick else (5, 2.0, 1.0)
    # What runs for the first time takes longer: neither of the two labels is for it.
    warm: Part = (rate, WARM_S / lab.count(1, 4), "warm")
    turn: list[Part] = [(rate, steady_s, STEADY), (rate * PEAK, burst_s, BURST), (rate, AFTER_S, BURST)]
    await shift.share()
    waiting: list[int] = []
    watching = asyncio.create_task(_watch(system, warm[1], waiting))
    played = await shift.ask(parts=[warm, *turn * lab.count(TURNS, 1)])
    watching.cancel()
    share, backlog = await shift.share(), await system.backlog()
    cleared_s = await _cleared(system)
    least = _least(waiting)
    wrong = _wrong(played)
    figures = []
    for label, words, limit_ms in (
        (STEADY, f"{rate} messages/s, {agents} agents", STEADY_MS_MAX),
        (BURST, f"bursts of {rate * PEAK} messages/s", BURST_MS_MAX),
    ):
        found_ms = _ms(played, label)
        p99_ms = percentile(found_ms, 0.99)
        figures.append(
            Figure(
                f"{words}: visitor's post → agent's frame, p99", round(p99_ms, 1), "ms", round(p99_ms / limit_ms, 2),
                f"median {percentile(found_ms, 0.5):.3g} ms", f"≤ {limit_ms} ms", p99_ms <= limit_ms and not wrong,
                f"{len(found_ms):,} posts{wrong}; the generator took {share:.0%} of a core",
            )
        )  # fmt: skip
    figures.append(
        Figure(
            "the same: after the last message, until nothing waits", round(cleared_s, 1), "s",
            round(cleared_s / CLEARED_S_MAX, 2), "", f"≤ {CLEARED_S_MAX:g} s", cleared_s <= CLEARED_S_MAX,
            f"at the end {backlog.records} records to be consumed, the oldest outbox row {backlog.outbox_s:.1f} s old",
        )
    )  # fmt: skip
    grown = least[-1] - least[0]
    figures.append(
        Figure(
            "the same: by how much the backlog grows from the first turn to the last", grown, "records",
            round(grown / GROWN_MAX, 2), "", f"≤ {GROWN_MAX}", grown <= GROWN_MAX,
            f"at best {', '.join(map(str, least))} records wait in each third of the time",
        )
    )  # fmt: skip
    return figures


async def _watch(system: System, after_s: float, found: list[int]) -> None:
    """Notes how many records wait, once a second, until cancelled; before there is a load, none wait."""
    await asyncio.sleep(after_s)
    while True:
        found.append((await system.backlog()).records)
        await asyncio.sleep(1)


def _least(found: Sequence[int]) -> list[int]:
    """The least of each third: a burst's backlog has to be gone before the next."""
    third = max(1, len(found) // 3)
    return [min(found[first : first + third], default=0) for first in (0, third, 2 * third)]


async def _levels(lab: Lab, system: System, shift: Generator) -> list[Figure]:
    """Rates step by step until one is not held; the highest that is held for longer; then some shares of that."""
    broke = "the highest tried"

    async def is_held(rate: float, seconds: float) -> bool:
        nonlocal broke
        played = await shift.ask(parts=[(rate, seconds / lab.count(1, 8), STEADY)])
        await _cleared(system)
        p99_ms = percentile(_ms(played, STEADY), 0.99)
        fits = (p99_ms <= BURST_MS_MAX and not _wrong(played)) or lab.quick
        if not fits:
            broke = f"at {rate}/s for {seconds:g} s p99 was {p99_ms:,.0f} ms{_wrong(played)}"
        return fits

    rates = RATES[: lab.count(len(RATES), 2)]
    steps = 0
    while steps < len(rates) and await is_held(rates[steps], STEP_S):
        steps += 1
    while steps and not await is_held(rates[steps - 1], HELD_S):
        steps -= 1
    held = rates[steps - 1] if steps else 0
    figures = [
        Figure("highest rate held", held, "messages/s", None, f"p99 ≤ {BURST_MS_MAX} ms", "", True, broke),
    ]
    for level in LEVELS if held else ():
        await shift.share()
        seconds = min(LEVEL_S_MAX, max(LEVEL_S, LEVEL_MESSAGES / (held * level)))
        played = await shift.ask(parts=[(held * level, seconds / lab.count(1, 12), STEADY)])
        share, found_ms = await shift.share(), _ms(played, STEADY)
        await _cleared(system)
        figures.append(
            Figure(
                f"at {level:.0%} of it: visitor's post → agent's frame, p99", round(percentile(found_ms, 0.99), 1),
                "ms", None, f"median {percentile(found_ms, 0.5):.3g} ms", "", True,
                f"{len(found_ms):,} posts{_wrong(played)}; the generator took {share:.0%} of a core",
            )
        )  # fmt: skip
    return figures


def _ms(played: dict[str, Any], label: str) -> list[float]:
    """Delays in milliseconds; of nothing, one without end."""
    return [delay_s * 1e3 for delay_s in played["delays_s"].get(label, ())] or [float("inf")]


def _wrong(played: dict[str, Any]) -> str:
    never = f", {played['never']} never seen" if played["never"] else ""
    return never + (f", refused: {played['refused'][0]}" if played["refused"] else "")


async def _cost(lab: Lab, system: System, keys: Keys) -> Figure:
    """CPU time of whole conversations, without what the services use when nobody asks for anything."""

    def used_s() -> dict[str, float]:
        return {"services": system.cpu_s(), **servers_cpu_s(lab)}

    task: dict[str, Any] = {"bases": system.bases, "private": keys.private}
    async with generating("tests.bench.lives", **task) as lives:
        count = lab.count(CONVERSATIONS, 3)
        await lives.ask(conversations=max(1, count // 10))
        await _cleared(system)
        at_rest, rested_s = used_s(), time.monotonic()
        await asyncio.sleep(IDLE_S)
        before, began_s = used_s(), time.monotonic()
        await lives.share()
        await lives.ask(conversations=count)
        share, took_s = await lives.share(), time.monotonic() - began_s
        await _cleared(system)
        after, ended_s = used_s(), time.monotonic()
    idle = (before["services"] - at_rest["services"]) / (began_s - rested_s)
    whole_s = {name: (after[name] - before[name]) / count * 1e3 for name in before}
    services_s = whole_s.pop("services") - idle * (ended_s - began_s) / count * 1e3
    beside = ", ".join(f"{name} {used:,.0f} s" for name, used in whole_s.items())
    return Figure(
        "CPU time of the six services for 1,000 conversations", round(services_s, 1), "s", None,
        f"beside them, rest included, {beside}" if beside else "", "", True,
        f"{count} whole lives through public HTTP, {count / took_s:.1f} a second; at rest the services take "
        f"{idle:.0%} of a core, which is not in it; the generator took {share:.0%} of a core",
    )  # fmt: skip
