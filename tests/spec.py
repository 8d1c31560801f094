"""given(events).when(command): a decider's behaviour told in events."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

from contracts.envelope import Event
from services.chassis.decider import Decider


class Given:
    """A stream with a history."""

    def __init__(self, decider: Decider[Any, Any], events: Sequence[Event]) -> None:
        self._decider = decider
        self.state = reduce(decider.evolve, events, decider.initial)

    def when(self, command: Any) -> list[Event]:
        """The events that the command adds. Raises Refused."""
        return list(self._decider.decide(command, self.state))


def given(decider: Decider[Any, Any], *events: Event) -> Given:
    """A stream in which these events happened."""
    return Given(decider, events)
