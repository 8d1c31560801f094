"""`python -m tests.simulation --seed N --runs M`: M runs from seed N on. Ends with 1 where something is wrong."""

import argparse
import gc
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context

from services.chassis.observe import configure_logs
from tests.simulation.report import Totals
from tests.simulation.run import Outcome, simulate

RUNS_AT_A_TIME = 5
COMPLETE_RUNS_MIN = 150
"""From this many runs on, everything that can happen has to happen."""


def main(arguments: list[str]) -> int:
    """Runs, reports, and judges."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--stop", action="store_true", help="stop at the first run that goes wrong")
    parser.add_argument("--trace", action="store_true", help="print each run's trace")
    asked = parser.parse_args(arguments)
    totals, begun = Totals(), time.monotonic()
    prepare()
    for outcome in outcomes(range(asked.seed, asked.seed + asked.runs), asked.processes):
        totals.add(outcome)
        if asked.trace:
            print(outcome.seed, outcome.trace, flush=True)
        if outcome.wrong:
            print(f"SEED={outcome.seed} RUNS=1: {outcome.wrong[0]}", flush=True)
            if asked.stop:
                break
    for line in totals.lines(time.monotonic() - begun):
        print(line)
    return 1 if totals.wrong or (totals.runs >= COMPLETE_RUNS_MIN and totals.never) else 0


def prepare() -> None:
    """A process that simulates logs nothing, and looks for garbage between runs: not among what a first run makes for
    all that come after it."""
    configure_logs(level="CRITICAL")
    simulate(0)
    gc.collect()
    gc.freeze()
    gc.disable()


def played(seed: int) -> Outcome:
    """The run of a seed; nothing of it is left but what came out."""
    outcome = simulate(seed)
    gc.collect()
    return outcome


def outcomes(seeds: range, processes: int) -> Iterator[Outcome]:
    """The runs of these seeds, in their order, by so many processes; leaving early ends them."""
    if processes == 1 or len(seeds) <= RUNS_AT_A_TIME:
        yield from map(played, seeds)
        return
    with get_context("fork").Pool(processes) as pool:  # What is imported once is there for all.
        yield from pool.imap(played, seeds, RUNS_AT_A_TIME)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
