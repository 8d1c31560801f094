"""Mistakes that were made on purpose are found, each within a minute, where the code without them passes."""

from pathlib import Path

import pytest

from tests.proof import count
from tests.simulation.planting import PLANTED, apply, copy_of_the_code, simulation
from tests.simulation.run import simulate

RUNS = count(2_000)
FIRST = 1
NAMES = {
    "circle_of_merges",
    "doubled_consumer",
    "late_bot_message",
    "lost_outbox_row",
    "missing_workspace_filter",
    "skipped_position",
    "stale_presence",
    "timer_fired_twice",
}


def test_the_mistakes_that_were_asked_for_are_there() -> None:
    assert {patch.stem for patch in PLANTED} >= NAMES


@pytest.mark.parametrize("patch", PLANTED, ids=lambda patch: patch.stem)
def test_a_planted_mistake_is_found(patch: Path, tmp_path: Path) -> None:
    copy_of_the_code(tmp_path)
    apply(patch, tmp_path)

    code, told = simulation(tmp_path, FIRST, RUNS, "--stop")

    assert code == 1, told
    (found,) = [line for line in told.splitlines() if line.startswith("SEED=") and ": " in line]
    seed = int(found.partition("=")[2].partition(" ")[0])
    assert not simulate(seed).wrong
