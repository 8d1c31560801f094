"""What the seed decides about time: who waits, for how long, and who dies where."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.chassis.memory import MovedClock
from tests.simulation.loop import OUTSIDE, Loop, Process, current, pass_time

PLACES = ("load", "append", "appended", "batch", "committed", "read", "relay", "timer", "tail", "credentials")
"""Where a process may be told to die: before or after what its neighbours in the code take for one step."""


class _Nothing:
    """What is awaited at once: most pauses are none, and there are thousands in a run."""

    def __await__(self) -> Any:
        return iter(())


_NOTHING = _Nothing()


class Chance:
    """What the seed decides about time. After `calm` nothing waits any more than it must."""

    def __init__(self, rng: Random) -> None:
        self.rng, self._pauses = rng, rng.choice((0.05, 0.15, 0.4))
        self._doomed: tuple[str, int] | None = None
        self.victim: Process | None = None
        """The process that has come to the place at which it dies, until it is killed."""

    def calm(self) -> None:
        """From now on everything goes as it should."""
        self._pauses, self._doomed = 0.0, None

    def doom(self, place: str, times: int) -> None:
        """Whoever comes to this place for the n-th time from now on dies there."""
        self._doomed = place, times

    @property
    def is_calm(self) -> bool:
        return self._pauses == 0.0

    def pause(self, place: str) -> Awaitable[None]:
        """Mostly nothing; sometimes others go first, sometimes time passes, and sometimes this is the end."""
        if self._doomed is not None and self._doomed[0] == place and (process := current()) is not OUTSIDE:
            self._doomed = (place, self._doomed[1] - 1) if self._doomed[1] > 1 else None
            if self._doomed is None:
                return self._die(process)
        if (luck := self.rng.random()) < self._pauses:
            return pass_time(0 if luck > self._pauses / 10 else self.rng.choice((0.004, 0.05, 0.4)))
        return _NOTHING

    async def _die(self, process: Process) -> None:
        self.victim = process
        asyncio.get_running_loop().look_at = 0  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    def tempo(self) -> float:
        """How long somebody usually takes at most, in seconds; in another run it is another one."""
        return self.rng.choice((0.05, 0.3, 1.0, 2.0))

    async def delay(self, tempo_s: float) -> None:
        """The way between two places: short, now and then seconds, seldom longer than anybody waits."""
        if self._pauses == 0.0:
            return
        luck = self.rng.random()
        if luck < 0.9:
            await pass_time(luck * tempo_s)
        elif luck > 0.99:
            await pass_time(self.rng.uniform(5, 17))


def calm() -> Chance:
    """For whom everything goes as it should."""
    chance = Chance(Random(0))
    chance.calm()
    return chance


class LoopClock(MovedClock):
    """The loop's time as the time of day."""

    def __init__(self, start: datetime, loop: Loop) -> None:
        super().__init__(start)
        self._start, self._loop, self._told_s = start, loop, 0.0

    def now(self) -> datetime:
        if (now_s := self._loop.time()) != self._told_s:
            self._told_s, self._now = now_s, self._start + timedelta(seconds=now_s)
        return self._now
