"""Runs the benchmarks, prints the table and writes build/bench.json; ends with 1 where one could not run."""

import argparse
import asyncio
import gc
import os
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from services.chassis.observe import configure_logs
from tests.bench import suite
from tests.bench.figures import BENCHMARKS, Figure, machine_load
from tests.bench.lab import Lab, running_lab
from tests.bench.report import table, write

OUTPUT, QUICK_OUTPUT = Path("build/bench.json"), Path("build/bench-quick.json")


def main() -> int:
    """All benchmarks, or those that were named."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=suite.__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; all if none"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small counts: shows that they run, measures little"
    )
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    configure_logs(level="WARNING")
    gc.freeze()  # What all benchmarks together import is no part of what one of them measures.
    load_before = os.getloadavg()[0]
    with running_lab(asked.quick) as lab:
        try:
            figures, failed = _run(lab, asked.names or list(BENCHMARKS))
        finally:
            asyncio.run(lab.remove())
    figures = [machine_load(load_before), *figures]
    print(table(figures))
    write(figures, QUICK_OUTPUT if asked.quick else OUTPUT)
    return 1 if failed else 0


def _run(lab: Lab, names: Sequence[str]) -> tuple[list[Figure], bool]:
    figures: list[Figure] = []
    failed = False
    for name in names:
        began_s = time.perf_counter()
        print(f"{name} …", end="", file=sys.stderr, flush=True)
        try:
            figures += asyncio.run(BENCHMARKS[name](lab.of(name.replace("-", ""))))
        except Exception as error:  # The others are measured all the same.
            failed = True
            traceback.print_exc()
            figures.append(
                Figure(name, 0, "", ok=False, why=f"could not run: {type(error).__name__}: {error}"[:200])
            )
        print(f" {time.perf_counter() - began_s:.0f} s", file=sys.stderr)
    return figures, failed


if __name__ == "__main__":
    sys.exit(main())
