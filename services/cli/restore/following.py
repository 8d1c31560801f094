"""What follows from a stream's events, as a command would have written it with them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.ids import category_of
from contracts.personal import Keyring
from services.chassis.decider import CancelTimer, Decider, SetTimer, TakeClaim
from services.chassis.execution import cipher_of, frozen, recorded
from services.chassis.ports import Snapshot, StoredEvent
from services.chassis.service import Service
from services.chassis.timers import firing_id


class BrokenStream(Exception):
    """An event is missing in a stream, or is not what its hash says: nothing that follows from it can be trusted."""


@dataclass(frozen=True, slots=True)
class Follows:
    """What is beside a stream's events after the last of them.

    `commands`: the version that each led to. `timers` and `claims` by name, and by scope and key: set or not, taken or
    not, as the last event about each has left it. All but the snapshot are of the events after a version that the store
    had them for.
    """

    workspace_id: str
    stream: str
    version: int
    snapshot: Snapshot
    commands: Mapping[str, int]
    timers: Mapping[str, SetTimer | CancelTimer]
    claims: Mapping[tuple[str, str], bool]


class Following:
    """A stream that is folded from its first event on, one event after the other: none is kept."""

    def __init__(self, service: Service, keyring: Keyring, stream: str, since: int = 0) -> None:
        self.stream, self._keyring, self._since = stream, keyring, since
        self._decider = _decider(service, stream)
        self._state, self._workspace_id, self._version, self._hash = self._decider.initial, "", 0, b""
        self._commands = dict[str, int]()
        self._timers, self._claims = dict[str, SetTimer | CancelTimer](), dict[tuple[str, str], bool]()

    async def add(self, one: StoredEvent) -> None:
        """The stream's next event. Raises BrokenStream."""
        self._prove(one)
        event = (await recorded(self._keyring, one)).event
        self._state = self._decider.evolve(self._state, event)
        if one.version > self._since:
            self._commands[one.metadata.command_id] = one.version
            self._timers |= {change.name: change for change in self._decider.timers(event)}
            for change in self._decider.claims(event):
                self._claims[change.scope, change.key] = isinstance(change, TakeClaim)

    async def end(self) -> Follows:
        """What follows from all of it."""
        cipher = await cipher_of(self._keyring, self._decider.subject(self._state))
        timers = {
            name: CancelTimer(name) if _has_fired(self.stream, change, self._commands) else change
            for name, change in self._timers.items()
        }
        return Follows(
            self._workspace_id,
            self.stream,
            self._version,
            frozen(self._decider, self._state, cipher, self.stream),
            self._commands,
            timers,
            self._claims,
        )

    def _prove(self, one: StoredEvent) -> None:
        """Every version is there, and each hash is made of its event's bytes and of the hash before."""
        if one.version != self._version + 1:
            raise BrokenStream(f"{one.stream} has no version {self._version + 1}")
        told = hashlib.sha256(self._hash + (one.event_id + one.type).encode() + one.data).digest()
        if one.hash != told:
            raise BrokenStream(f"{one.stream} version {one.version} is not what its hash says")
        self._workspace_id, self._version, self._hash = one.metadata.workspace_id, one.version, told


def _decider(service: Service, stream: str) -> Decider[Any, Any]:
    try:
        return service.decider(category_of(stream))
    except StopIteration:
        raise BrokenStream(
            f"{stream} is of a kind that this version of {service.name} does not know"
        ) from None


def _has_fired(stream: str, change: SetTimer | CancelTimer, commands: Mapping[str, int]) -> bool:
    """Whether the timer's own command is among the stream's."""
    if isinstance(change, CancelTimer):
        return False
    return firing_id(stream, change.name, change.due_at) in commands
