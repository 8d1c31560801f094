"""`python -m tests.simulation --seed N --runs M`: M runs from seed N on. Ends with 1 where something is wrong."""

import argparse
import sys
import time

from services.chassis.consumer import collect_seldom
from services.chassis.observe import configure_logs
from tests.simulation.report import Totals
from tests.simulation.run import simulate

COMPLETE_RUNS_MIN = 150
"""From this many runs on, everything that can happen has to happen."""


def main(arguments: list[str]) -> int:
    """Runs, reports, and judges."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--stop", action="store_true", help="stop at the first run that goes wrong")
    parser.add_argument("--trace", action="store_true", help="print each run's trace")
    asked = parser.parse_args(arguments)
    configure_logs(level="CRITICAL")
    collect_seldom()
    totals, begun = Totals(), time.monotonic()
    for seed in range(asked.seed, asked.seed + asked.runs):
        outcome = simulate(seed)
        totals.add(outcome)
        if asked.trace:
            print(seed, outcome.trace, flush=True)
        if outcome.wrong:
            print(f"SEED={seed} RUNS=1: {outcome.wrong[0]}", flush=True)
            if asked.stop:
                break
    for line in totals.lines(time.monotonic() - begun):
        print(line)
    return 1 if totals.wrong or (totals.runs >= COMPLETE_RUNS_MIN and totals.never) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
