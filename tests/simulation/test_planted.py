"""Mistakes that were made on purpose are found, each within a minute, where the code without them passes."""

from pathlib import Path

import pytest

from tests.proof import count
from tests.simulation.planting import PLANTED, apply, copy_of_the_code, simulation
from tests.simulation.run import simulate

RUNS = min(count(2_000), 1_000)
"""A minute has room for as many."""
FIRST, FOUND_WITHIN_S = 1, 60
TOLD = {
    "circle_of_merges": ("who was not known before",),
    "doubled_consumer": ("read once more", "is there 2 times"),
    "late_bot_message": ("the bot spoke after an agent had joined",),
    "lost_outbox_row": ("of which Kafka tells",),
    "missing_workspace_filter": ("of another company",),
    "skipped_position": (
        "was decided on 0 times",
        "was never",
        "did not begin",
        "read once more",
        "are kept",
    ),
    "stale_presence": ("by presence that never was",),
    "timer_fired_twice": ("although nobody waited any more",),
}
"""The mistakes that were asked for, and what is to be said of them: a run that only breaks off has found nothing."""


def test_the_mistakes_that_were_asked_for_are_there() -> None:
    assert {patch.stem for patch in PLANTED} >= TOLD.keys()


@pytest.mark.parametrize("patch", PLANTED, ids=lambda patch: patch.stem)
def test_a_planted_mistake_is_found(patch: Path, tmp_path: Path) -> None:
    copy_of_the_code(tmp_path)
    apply(patch, tmp_path)

    code, told = simulation(tmp_path, FIRST, RUNS, "--stop", within_s=FOUND_WITHIN_S)

    assert code == 1, told
    (found,) = [line for line in told.splitlines() if line.startswith("SEED=") and ": " in line]
    seed = int(found.partition("=")[2].partition(" ")[0])
    assert any(reason in told for reason in TOLD.get(patch.stem, ("",))), told
    assert not simulate(seed).wrong
