"""Simulated days go right, whatever happens in them; everything happens; and a seed is the whole story."""

import os
from pathlib import Path

import pytest

from tests.proof import count
from tests.simulation.planting import ROOT, simulation
from tests.simulation.run import simulate

RUNS = count(3_000)
FIRST = 1


@pytest.mark.timeout(7_200)
def test_simulated_days_go_right_and_everything_happens_in_them() -> None:
    code, told = simulation(ROOT, FIRST, RUNS)

    assert code == 0, told


def test_a_seed_tells_the_same_story_twice() -> None:
    once, again = simulate(7), simulate(7)

    assert once.trace == again.trace
    assert (once.events, once.refusals, once.races) == (again.events, again.refusals, again.races)
    assert once.trace != simulate(8).trace


def test_a_seed_tells_the_same_story_in_every_process(tmp_path: Path) -> None:
    told = [
        simulation(ROOT, 3, 6, "--trace", PYTHONHASHSEED=seed, HOME=os.fspath(tmp_path))
        for seed in ("0", "12345")
    ]

    traces = [[line for line in out.splitlines() if line[:1].isdigit()][:6] for _, out in told]
    assert traces[0] == traces[1]
    assert len(traces[0]) == 6


def test_a_day_has_as_much_in_it_as_it_should() -> None:
    days = [simulate(seed) for seed in range(20, 30)]

    assert all(day.commands >= 40 for day in days)
    assert all(day.crashes >= 1 for day in days)
    assert all(day.visitors >= 3 and day.agents >= 2 for day in days)
    assert not [day.wrong for day in days if day.wrong]
