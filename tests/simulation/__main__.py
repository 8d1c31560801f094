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

RUNS_AT_A_TIME, RUNS_OF_A_PROCESS = 5, 100
"""A process does not look for garbage, which would be a tenth of its work: it ends with it, about 250 MB, and a new one
goes on."""
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
    """A process that simulates logs nothing, and what a first run makes is there for all that come after it."""
    configure_logs(level="CRITICAL")
    simulate(0)
    gc.collect()
    gc.freeze()
    gc.disable()


def outcomes(seeds: range, processes: int) -> Iterator[Outcome]:
    """The runs of these seeds, in their order, by so many processes; leaving early ends them."""
    if len(seeds) <= RUNS_AT_A_TIME:
        yield from map(simulate, seeds)
        return
    chunks = RUNS_OF_A_PROCESS // RUNS_AT_A_TIME
    with get_context("fork").Pool(
        processes, maxtasksperchild=chunks
    ) as pool:  # What is imported is there for all.
        yield from pool.imap(simulate, seeds, RUNS_AT_A_TIME)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
