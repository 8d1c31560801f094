"""Length does not cost: a command on a short and on a long stream."""

import time
from statistics import median

from services.chassis.execution import execute
from services.chassis.ports import Ports
from services.conversation.decider import DECIDER
from tests.bench.conversations import Talk, begin, lengthen, new_talk, opened, say, told
from tests.bench.figures import Figure, benchmark
from tests.bench.lab import Lab

SHORT, LONG = 10, 10_000
TARGET = 1.2
BATCHES, EACH = 12, 40


@benchmark("stream-length")
async def measure(lab: Lab) -> list[Figure]:
    """A whole command (load, decide, append), on short and long streams in turn."""
    urls = await lab.database("conversation")
    length = lab.count(LONG, 200)
    short: list[float] = []
    long: list[float] = []
    async with opened(urls, connections_max=1) as service:
        ports = service.ports
        lengthy = await _talk(ports, length)
        for _ in range(lab.count(BATCHES, 2)):
            # Streams grow while they are measured: the short one is a new one each time.
            brief = await _talk(ports, SHORT)
            for _ in range(lab.count(EACH, 5)):
                short.append(await _command(ports, brief))
                long.append(await _command(ports, lengthy))
    ratio = median(long) / median(short)
    return [
        Figure(
            f"command at stream length {length:,}", round(median(long) * 1e3, 3), "ms", round(ratio, 2),
            f"at length {SHORT}: {median(short) * 1e3:.3g} ms", f"≤ {TARGET}×", ratio <= TARGET,
        )
    ]  # fmt: skip


async def _talk(ports: Ports, length: int) -> Talk:
    talk = new_talk()
    await begin(ports, talk)
    await lengthen(ports, talk, length)
    return talk


async def _command(ports: Ports, talk: Talk) -> float:
    began_s = time.perf_counter()
    await execute(ports, DECIDER, talk.stream, say(talk, ports.clock.now()), told(talk))
    return time.perf_counter() - began_s
