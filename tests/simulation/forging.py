"""Days that were played, and hands that forge what they left behind: for tests of the judge."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from functools import cache
from typing import Any

from tests.simulation.checks import violations
from tests.simulation.history import History
from tests.simulation.run import play, without_chance
from tests.simulation.world import World

SOMEBODY = "00000000-0000-4000-8000-000000000000"
SEEDS = range(1, 101)

Which = Callable[[Any], object]
Fact = Callable[[World, History], Iterator[str]]
Forging = Callable[["Forger"], object]


class CannotForge(Exception):
    """This day has nothing to forge."""


def played(seed: int) -> World:
    """A day that has come to rest."""
    world = World(seed)
    with without_chance(seed):
        world.loop.play(play(world))
    return world


def judged(world: World) -> list[str]:
    """The whole judgement, as of every run."""
    with without_chance(world.seed):
        return list(world.loop.play(violations(world)))


kept = cache(played)
"""A day that many look at, and nobody changes."""


class Forger:
    """What a day left behind, to be changed at will: the day itself stays as it is."""

    def __init__(self, world: World) -> None:
        self.world = copy(world)
        self.world.calls = [copy(call) for call in world.calls]
        self.world.screens = [copy(screen) for screen in world.screens]
        self.world.push, self.world.files = copy(world.push), copy(world.files)
        self.world.push.given, self.world.files.kept = list(world.push.given), dict(world.files.kept)
        self.history = History(world)

    def all(self, kinds: Any, where: Which = lambda one: True) -> list[Any]:
        """All records of events of these kinds, stream by stream. Raises CannotForge where there is none."""
        found = [
            one
            for events in self.history.streams.values()
            for one in events
            if isinstance(one.event, kinds) and where(one)
        ]
        if not found:
            raise CannotForge
        return found

    def find(self, kinds: Any, where: Which = lambda one: True) -> Any:
        """The first of them."""
        return self.all(kinds, where)[0]

    def has(self, stream: str, kinds: Any) -> bool:
        """Whether the stream has such an event."""
        return any(isinstance(event, kinds) for event in self.history.events(stream))

    def is_last(self, one: Any) -> bool:
        """Whether the stream ends with it."""
        return bool(len(self.history.streams[one.stream]) == one.version)

    def put(self, one: Any, place: int, **changed: Any) -> None:
        """The event once more at this place of its stream, with some fields changed."""
        self.history.streams[one.stream].insert(place, _changed(one, changed))
        self._number(one.stream)

    def append(self, one: Any, **changed: Any) -> None:
        """The event once more at the end of its stream."""
        self.put(one, len(self.history.streams[one.stream]), **changed)

    def change(self, one: Any, **changed: Any) -> None:
        """Other fields in the event."""
        self.history.streams[one.stream][one.version - 1] = _changed(one, changed)

    def drop(self, kinds: Any, where: Which = lambda one: True) -> None:
        """These events never were."""
        gone = {one.event_id for one in self.all(kinds, where)}
        for name, events in list(self.history.streams.items()):
            self.history.streams[name] = [one for one in events if one.event_id not in gone]
            self._number(name)

    def _number(self, name: str) -> None:
        events = self.history.streams[name]
        self.history.streams[name] = [replace(one, version=place) for place, one in enumerate(events, 1)]


def _changed(one: Any, fields: dict[str, Any]) -> Any:
    return replace(one, event=one.event.model_copy(update=fields))


def found(fact: Fact, forge: Forging) -> list[str]:
    """What the fact says of the first day that can be forged so."""
    for seed in SEEDS:
        forger = Forger(kept(seed))
        try:
            forge(forger)
        except CannotForge:
            continue
        return list(fact(forger.world, forger.history))
    raise CannotForge
