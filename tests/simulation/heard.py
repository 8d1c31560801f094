"""Twins of what comes from Kafka: the log, its live end and signals, each heard late and in its own order."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextvars import Context
from typing import Any

from contracts.envelope import Fact, Malformed, Recorded
from contracts.signals import Heartbeat
from contracts.topics import PARTITIONS, Naming, Topic
from contracts.wire import read_event
from services.chassis.kafka import partition_of
from services.chassis.memory_host import BATCH_MAX, MemoryLog, MemoryRecord, _content
from services.chassis.ports import Listener
from tests.simulation.chance import Chance
from tests.simulation.loop import Loop, Process

LEASE_S = 25.0


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
        self.counts: Counter[str] = Counter()
        """How many records each topic has."""
        self.parts: dict[str, dict[int, list[MemoryRecord]]] = {}
        """The partitions of each topic that somebody wrote to."""

    def append(self, topic: str, key: str, value: bytes | None, headers: Any = ()) -> None:
        super().append(topic, key, value, headers)
        self.counts[topic] += 1
        if len(parts := self.parts.setdefault(topic, {})) < PARTITIONS:
            number = partition_of(key)
            parts[number] = self.records[topic, number]
        for future in self._waiting.pop(topic, ()):
            if not future.done():
                future.set_result(None)

    def after(self, topic: str, positions: Mapping[int, int]) -> dict[int, Sequence[MemoryRecord]]:
        """As its parent, without looking at partitions that nobody wrote to."""
        found: dict[int, Sequence[MemoryRecord]] = {}
        if sum(positions.values()) == self.counts[topic]:
            return found
        for number, part in self.parts[topic].items():
            if len(part) > (at := positions[number]):
                found[number] = part[at : at + BATCH_MAX]
        return dict(sorted(found.items())) if len(found) > 1 else found

    def news(self, topics: Collection[str]) -> Awaitable[None]:
        """Done at the next record of any of these topics."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for topic in topics:
            self._waiting.setdefault(topic, []).append(future)
        return future


def _hand_over(listener: Listener, content: Any) -> None:
    """What a listener raises harms no other, and is a fault of the run."""
    try:
        listener(content)
    except Exception as error:
        fault("a listener failed", error)


def fault(message: str, error: Exception) -> None:
    """Something is wrong that harms nobody else: the run's judge is told."""
    asyncio.get_running_loop().call_exception_handler({"message": message, "exception": error})


class LateTail:
    """ports.Tail of one process: it hears each partition in order, and partitions in any."""

    def __init__(self, log: WakingLog, naming: Naming, topics: Collection[Topic], chance: Chance) -> None:
        self._log, self._chance = log, chance
        self._topics = {naming.of(topic): topic for topic in topics}
        self._ends = {place: len(part) for place, part in log.records.items() if place[0] in self._topics}
        self._listeners: dict[Topic, list[Listener]] = {}
        self._names = {topic: name for name, topic in self._topics.items()}
        self._heard = sum(self._ends.values())

    def listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        heard = self._listeners.setdefault(topic, [])
        heard.append(listener)
        return lambda: heard.remove(listener)

    async def end(self, topic: Topic, key: str) -> tuple[int, int]:
        number = partition_of(key)
        return number, self._ends.get((self._names[topic], number), 0)

    def behind(self) -> list[tuple[str, int]]:
        """The partitions of which something was not heard yet."""
        if self._heard == sum(self._log.counts[name] for name in self._topics):
            return []
        return [
            (name, number)
            for name in self._topics
            for number, part in self._log.parts.get(name, {}).items()
            if self._ends.get((name, number), 0) < len(part)
        ]

    async def run(self) -> None:
        """Until its process dies."""
        while True:
            behind = self.behind()
            if not behind:
                await self._log.news(self._topics)
                await self._chance.delay(0.2)
                continue
            place = self._chance.rng.choice(behind)
            self._tell(self._log.records[place][self._ends.get(place, 0)])
            await self._chance.pause("tail")

    def _tell(self, record: MemoryRecord) -> None:
        topic = self._topics[record.topic]
        if listeners := self._listeners.get(topic):
            try:
                content = _content(topic, record)
            except (Malformed, AssertionError) as unreadable:
                fault("a record that nobody can read", unreadable)
            else:
                for listener in tuple(listeners):
                    _hand_over(listener, content)
        self._ends[record.topic, record.partition] = record.offset + 1
        self._heard += 1


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
                _hand_over(listener, signal)
                if isinstance(signal, Heartbeat):
                    self.heard.setdefault(signal.agent_id, []).append(self._loop.time())

    def listen(self, process: Process, listener: Listener) -> Callable[[], None]:
        """The listener hears what is not older than a lease, and all that comes."""
        self._count += 1
        number = self._count
        self._listeners[number] = process, listener
        for at, signal in self._kept:
            if at > self._loop.time() - LEASE_S:
                _hand_over(listener, signal)
        return lambda: self._listeners.pop(number, None) and None


class SignalsOf:
    """ports.Signals of one process."""

    def __init__(self, signals: LateSignals, process: Process) -> None:
        self._signals, self._process = signals, process

    async def send(self, key: str, signal: Fact) -> None:
        if self._process.alive:  # The dead say no farewell.
            self._signals.send(signal)

    def listen(self, listener: Listener) -> Callable[[], None]:
        return self._signals.listen(self._process, listener)
