"""Simulated days go right, whatever happens in them; everything happens; and a seed is the whole story."""

import os
from pathlib import Path

import pytest

from tests.proof import count
from tests.simulation.planting import ROOT, simulation
from tests.simulation.run import simulate

RUNS, REPLAYED = count(3_000), count(800)
FIRST = 1
pytestmark = pytest.mark.timeout(7_200)


@pytest.fixture(scope="module")
def played() -> tuple[int, str]:
    """Many days, played once for whoever asks about them: the exit code and what was printed."""
    return simulation(ROOT, FIRST, RUNS, "--trace", PYTHONHASHSEED="0")


def traces(told: str) -> list[str]:
    """The seed and the trace of each run."""
    return [line for line in told.splitlines() if line[:1].isdigit() and len(line.partition(" ")[2]) == 64]


def test_simulated_days_go_right_and_everything_happens_in_them(played: tuple[int, str]) -> None:
    code, told = played

    assert code == 0, told


def test_a_seed_tells_the_same_story_twice() -> None:
    once, again = simulate(7), simulate(7)

    assert once.trace == again.trace
    assert (once.events, once.refusals, once.races) == (again.events, again.refusals, again.races)
    assert once.trace != simulate(8).trace


def test_a_seed_tells_the_same_story_after_others_and_in_every_process(
    played: tuple[int, str], tmp_path: Path
) -> None:
    alone = ("--trace", "--processes", "1")

    _, told = simulation(
        ROOT, FIRST + RUNS - REPLAYED, REPLAYED, *alone, PYTHONHASHSEED="12345", HOME=os.fspath(tmp_path)
    )

    assert len(traces(told)) == REPLAYED
    assert traces(told) == traces(played[1])[-REPLAYED:]


def test_a_day_has_as_much_in_it_as_it_should() -> None:
    days = [simulate(seed) for seed in range(20, 30)]

    assert all(day.commands >= 40 for day in days)
    assert all(day.crashes >= 1 for day in days)
    assert all(day.visitors >= 3 and day.agents >= 2 for day in days)
    assert not [day.wrong for day in days if day.wrong]
