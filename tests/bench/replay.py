"""The typed replay client over a whole topic, beside bare aiokafka that only reads."""

from contracts.replay import Replay
from contracts.topics import CONVERSATION_EVENTS
from tests.bench.figures import Figure, Stopwatch, benchmark, side_by_side, stopwatch
from tests.bench.filled import bare_read, filled
from tests.bench.lab import Lab

TARGET = 0.35


@benchmark("replay")
async def measure(lab: Lab) -> list[Figure]:
    """Every event comes as its own class, in order, without gaps."""
    watches: list[Stopwatch] = []
    full, written = await filled(lab)
    found = await side_by_side(lambda: _replayed(full, written, watches), lambda: bare_read(full, written))
    return [
        Figure(
            f"typed replay of {written:,} events", round(found.ours), "events/s", round(found.ratio, 2),
            f"bare getmany: {found.peer:,.0f}/s", f"≥ {TARGET}×", found.ratio >= TARGET,
            watches[-1].cpu_us(written),
        )
    ]  # fmt: skip


async def _replayed(lab: Lab, events: int, watches: list[Stopwatch]) -> float:
    read = 0
    async with Replay(lab.servers.kafka, lab.kafka.naming) as replay:
        with stopwatch() as watch:
            async for batch in replay.batches([CONVERSATION_EVENTS], stop_at_end=True):
                read += len(batch)
    if read != events:
        raise RuntimeError(f"{read} events came of {events}")
    watches.append(watch)
    return read / watch.seconds
