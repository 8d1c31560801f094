"""What a benchmark tells: figures with their limits, and how two things are measured beside each other."""

import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.lab import Lab

ROUNDS = 3


@dataclass(frozen=True)
class Figure:
    """One line of the table. `against` names the limit or peer, `ratio` compares with it, `why` explains a miss."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    target: str = ""
    ok: bool = True
    why: str = ""


Benchmark = Callable[["Lab"], Coroutine[object, object, list[Figure]]]
BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Benchmark], Benchmark]:
    """Registers a benchmark under the name by which it is asked for."""

    def register(measure: Benchmark) -> Benchmark:
        BENCHMARKS[name] = measure
        return measure

    return register


@dataclass(frozen=True)
class Compared:
    """Medians of both sides, and the median of the rounds' ratios: a busy moment hits both of a round."""

    ours: float
    peer: float
    ratio: float


Measure = Callable[[], Awaitable[float]]


async def side_by_side(ours: Measure, peer: Measure, rounds: int = ROUNDS) -> Compared:
    """Measures both in turn, the one that begins changing from round to round."""
    pairs: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            second = await peer()
            pairs.append((await ours(), second))
        else:
            first = await ours()
            pairs.append((first, await peer()))
    return Compared(
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
        median(one / other for one, other in pairs),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-round(share * 10_000) * len(ordered) // 10_000) - 1)]


class Stopwatch:
    """How long the context took, and the CPU time that this process spent in it."""

    seconds = 0.0
    cpu_s = 0.0

    def cpu_us(self, count: int) -> str:
        """The CPU time for each of so many things, for the last column."""
        cpu_us, all_us = self.cpu_s / count * 1e6, self.seconds / count * 1e6
        return f"{cpu_us:.0f} µs of this process's CPU time each, {all_us:.0f} µs in all"


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measures the context."""
    watch, began_s, began_cpu_s = Stopwatch(), time.perf_counter(), time.process_time()
    try:
        yield watch
    finally:
        watch.seconds, watch.cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s


def machine_load(before: float) -> Figure:
    """How busy the machine was: with more load than cores, absolute figures are worth little."""
    after, cores = os.getloadavg()[0], os.cpu_count() or 1
    most = max(before, after)
    return Figure(
        "machine load", round(most, 2), "load", round(most / cores, 2), f"{cores} cores",
        why=f"load over a minute: {before:.2f} at the start, {after:.2f} at the end (the benchmarks' own included)",
    )  # fmt: skip
