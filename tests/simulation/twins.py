"""The in-memory twins with a seeded pause around each of their promises, at which others go on and processes die."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from datetime import datetime, timedelta
from random import Random
from typing import Any

from contracts.envelope import Fact, Recorded
from contracts.signals import Heartbeat
from contracts.topics import Naming, Topic
from contracts.wire import read_event
from services.chassis.kafka import partition_of
from services.chassis.memory import MemoryStore, MovedClock
from services.chassis.memory_host import BATCH_MAX, MemoryLog, MemoryRecord, _content
from services.chassis.memory_rows import MemoryBatch, MemoryReader, MemoryRows
from services.chassis.models import Key
from services.chassis.ports import Append, Firing, Listener, Loaded, Row
from tests.simulation.loop import OUTSIDE, Loop, Process, current

LEASE_S = 25.0
PLACES = ("load", "append", "appended", "batch", "committed", "read", "relay", "timer", "tail")
"""Where a process may be told to die: before or after what its neighbours in the code take for one step."""


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

    async def pause(self, place: str) -> None:
        """Mostly nothing; sometimes others go first, sometimes time passes, and sometimes this is the end."""
        if self._doomed is not None and self._doomed[0] == place and (process := current()) is not OUTSIDE:
            self._doomed = (place, self._doomed[1] - 1) if self._doomed[1] > 1 else None
            if self._doomed is None:
                self.victim = process
                await asyncio.sleep(0)
        luck = self.rng.random()
        if luck < self._pauses:
            await asyncio.sleep(0 if luck > self._pauses / 10 else self.rng.choice((0.004, 0.05, 0.4)))

    async def delay(self) -> None:
        """The way between two places: short, now and then seconds, seldom longer than anybody waits."""
        if self._pauses == 0.0:
            return
        luck = self.rng.random()
        if luck < 0.1:
            return
        if luck < 0.8:
            await asyncio.sleep(self.rng.random() * 0.25)
        elif luck < 0.99:
            await asyncio.sleep(self.rng.random() * 1.5)
        else:
            await asyncio.sleep(self.rng.uniform(5, 17))


class LoopClock(MovedClock):
    """The loop's time as the time of day."""

    def __init__(self, start: datetime, loop: Loop) -> None:
        super().__init__(start)
        self._start, self._loop = start, loop

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._loop.time())


class PausingStore(MemoryStore):
    """Before a load or an append others may write; after an append its process may die before it tells."""

    def __init__(self, clock: MovedClock, chance: Chance, published: Callable[[Any], None]) -> None:
        super().__init__(clock, published)
        self._chance = chance
        self.firing = False

    async def load(self, workspace_id: str, stream: str, command_id: str) -> Loaded:
        if self.firing:
            return await super().load(workspace_id, stream, command_id)
        await self._chance.pause("load")
        loaded = await super().load(workspace_id, stream, command_id)
        await self._chance.pause("load")
        return loaded

    async def append(self, append: Append) -> int:
        if self.firing:
            return await super().append(append)
        await self._chance.pause("append")
        version = await super().append(append)
        await self._chance.pause("appended")
        return version

    async def fire_due(self, firing: Firing, limit: int) -> int:
        """One transaction a timer: nobody else goes on in between."""
        await self._chance.pause("timer")
        self.firing = True
        try:
            return await super().fire_due(firing, limit)
        finally:
            self.firing = False


class PausingBatch(MemoryBatch):
    """Pauses before anything is written; what is written is seen when all of it is there, as after a commit."""

    chance: Chance

    async def lock_offsets(self, consumer: str, topic: str, partitions: Collection[int]) -> dict[int, int]:
        await self.chance.pause("batch")
        return await super().lock_offsets(consumer, topic, partitions)

    async def load(self, keys: Collection[Key]) -> dict[Key, Row | None]:
        await self.chance.pause("batch")
        return await super().load(keys)


class PausingRows(MemoryRows):
    """Batches that pause, and a pause after each commit, of which `committed` is told."""

    def __init__(self, models: Any, chance: Chance, committed: Callable[[], None]) -> None:
        super().__init__(models)
        self._chance, self._committed = chance, committed

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[MemoryBatch]:
        async with self._one:
            batch = PausingBatch(self)
            batch.chance = self._chance
            try:
                yield batch
            except BaseException:
                batch.undo()
                raise
        if self.outbox:
            self._committed()
        await self._chance.pause("committed")


class PausingReader(MemoryReader):
    """A read takes its time."""

    def __init__(self, store: MemoryRows, topics: Mapping[str, str], chance: Chance) -> None:
        super().__init__(store, topics)
        self._chance = chance

    async def get(self, workspace_id: str, table: Any, *key: object) -> Row | None:
        await self._chance.pause("read")
        return await super().get(workspace_id, table, *key)

    async def find(self, *args: Any, **more: Any) -> list[Row]:
        await self._chance.pause("read")
        return await super().find(*args, **more)


def read_once(record: Any, header: Any = None) -> Recorded:
    """What `read_event` makes of a record, made once: a record's bytes never change."""
    try:
        read: Recorded = record.read
    except AttributeError:
        read = read_event(record, header)
        object.__setattr__(record, "read", read)
    return read


class WakingLog(MemoryLog):
    """Wakes whoever waits for news of a topic."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}

    def append(self, topic: str, key: str, value: bytes | None, headers: Any = ()) -> None:
        super().append(topic, key, value, headers)
        for future in self._waiting.pop(topic, ()):
            if not future.done():
                future.set_result(None)

    def after(self, topic: str, positions: Mapping[int, int]) -> dict[int, Sequence[MemoryRecord]]:
        """As its parent, without looking at partitions that nobody wrote to."""
        found = {}
        for number, at in positions.items():
            part = self.records.get((topic, number))
            if part and len(part) > at:
                found[number] = part[at : at + BATCH_MAX]
        return found

    def news(self, topics: Collection[str]) -> Awaitable[None]:
        """Done at the next record of any of these topics."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for topic in topics:
            self._waiting.setdefault(topic, []).append(future)
        return future


class LateTail:
    """ports.Tail of one process: it hears each partition in order, and partitions in any."""

    def __init__(self, log: WakingLog, naming: Naming, topics: Collection[Topic], chance: Chance) -> None:
        self._log, self._chance = log, chance
        self._topics = {naming.of(topic): topic for topic in topics}
        self._ends = {place: len(part) for place, part in log.records.items() if place[0] in self._topics}
        self._listeners: dict[Topic, list[Listener]] = {}
        self._names = {topic: name for name, topic in self._topics.items()}

    def listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        heard = self._listeners.setdefault(topic, [])
        heard.append(listener)
        return lambda: heard.remove(listener)

    async def end(self, topic: Topic, key: str) -> tuple[int, int]:
        number = partition_of(key)
        return number, self._ends.get((self._names[topic], number), 0)

    def behind(self) -> list[tuple[str, int]]:
        """The partitions of which something was not heard yet."""
        return [
            place
            for place, part in self._log.records.items()
            if place[0] in self._topics and self._ends.get(place, 0) < len(part)
        ]

    async def run(self) -> None:
        """Until its process dies."""
        while True:
            behind = self.behind()
            if not behind:
                await self._log.news(self._topics)
                await self._chance.delay()
                continue
            place = self._chance.rng.choice(behind)
            self._tell(self._log.records[place][self._ends.get(place, 0)])
            await self._chance.pause("tail")

    def _tell(self, record: MemoryRecord) -> None:
        self._ends[record.topic, record.partition] = record.offset + 1
        topic = self._topics[record.topic]
        if listeners := self._listeners.get(topic):
            content = _content(topic, record)
            for listener in tuple(listeners):
                listener(content)


class LateSignals:
    """ports.Signals: heard a moment later by whoever lives, and by a new listener from one lease ago on."""

    def __init__(self, loop: Loop, chance: Chance) -> None:
        self._loop, self._chance = loop, chance
        self._listeners: dict[int, tuple[Process, Listener]] = {}
        self._kept: list[tuple[float, Fact]] = []
        self.heard: dict[str, list[float]] = {}
        """When each agent's signs of life arrived, in seconds: agent id → times."""
        self._count = 0

    def of(self, process: Process) -> "SignalsOf":
        """The port of one process."""
        return SignalsOf(self, process)

    def send(self, signal: Fact) -> None:
        """To everybody who listens when it arrives."""
        now = self._loop.time()
        self._kept = [kept for kept in self._kept if kept[0] > now - LEASE_S]
        self._kept.append((now, signal))
        wait_s = 0.0 if self._chance.is_calm else self._chance.rng.random() * 0.2
        self._loop.call_later(wait_s, self._arrive, signal, context=Context())

    def _arrive(self, signal: Fact) -> None:
        for process, listener in list(self._listeners.values()):
            if process.alive:
                listener(signal)
                if isinstance(signal, Heartbeat):
                    self.heard.setdefault(signal.agent_id, []).append(self._loop.time())

    def listen(self, process: Process, listener: Listener) -> Callable[[], None]:
        """The listener hears what is not older than a lease, and all that comes."""
        self._count += 1
        number = self._count
        self._listeners[number] = process, listener
        for at, signal in self._kept:
            if at > self._loop.time() - LEASE_S:
                listener(signal)
        return lambda: self._listeners.pop(number, None) and None


class SignalsOf:
    """ports.Signals of one process."""

    def __init__(self, signals: LateSignals, process: Process) -> None:
        self._signals, self._process = signals, process

    async def send(self, key: str, signal: Fact) -> None:
        self._signals.send(signal)

    def listen(self, listener: Listener) -> Callable[[], None]:
        return self._signals.listen(self._process, listener)
