"""How many simulated days are played and judged in a minute, on all cores."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from statistics import median

from tests.bench.figures import Figure, benchmark
from tests.bench.lab import Lab

DAYS, ROUNDS, A_MINUTE_MIN = 300, 3, 1_000
_TOLD = re.compile(rb"(\d+) runs a minute\n(?:.*\n)*(\d+) of \d+ runs went wrong")


@benchmark("days")
async def measure(lab: Lab) -> list[Figure]:
    """The simulation as `make simulate` plays it, other days in each round."""
    days = lab.count(DAYS, 20)
    rates, wrong = zip(*[await _played(1 + place * days, days) for place in range(ROUNDS)], strict=True)
    found = median(rates)
    return [
        Figure(
            "simulated days", found, "a minute", round(found / A_MINUTE_MIN, 2), "", f"≥ {A_MINUTE_MIN:,}",
            found >= A_MINUTE_MIN and not any(wrong),
            f"{days} in each of {ROUNDS} rounds, {sum(wrong)} went wrong",
        )
    ]  # fmt: skip


async def _played(seed: int, days: int) -> tuple[int, int]:
    """The rate as the simulation tells it, and how many days went wrong."""
    command = ["-m", "tests.simulation", "--seed", str(seed), "--runs", str(days)]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=PIPE, stderr=STDOUT)
    told, _ = await process.communicate()
    found = _TOLD.search(told)
    if found is None:
        raise RuntimeError(f"the simulation told no rate: {told[-500:]!r}")
    return int(found[1]), int(found[2])
