"""What follows from a stream's events, as a command would have written it with them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.ids import category_of
from contracts.personal import Keyring
from services.chassis.decider import CancelTimer, Decider, SetTimer, TakeClaim
from services.chassis.execution import cipher_of, frozen, opened
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


async def follows(
    service: Service, keyring: Keyring, stored: Sequence[StoredEvent], since: int = 0
) -> Follows:
    """Folds a whole stream, from its first event on. Raises BrokenStream."""
    proven(stored)
    stream, decider = stored[0].stream, _decider(service, stored[0].stream)
    state, commands = decider.initial, dict[str, int]()
    timers, claims = dict[str, SetTimer | CancelTimer](), dict[tuple[str, str], bool]()
    for one in stored:
        event = (await opened(keyring, one)).event
        state = decider.evolve(state, event)
        if one.version > since:
            commands[one.metadata.command_id] = one.version
            timers |= {change.name: change for change in decider.timers(event)}
            claims |= {
                (change.scope, change.key): isinstance(change, TakeClaim) for change in decider.claims(event)
            }
    snapshot = frozen(decider, state, await cipher_of(keyring, decider.subject(state)), stream)
    fired = {name for name, change in timers.items() if _has_fired(stream, change, commands)}
    return Follows(
        stored[0].metadata.workspace_id,
        stream,
        stored[-1].version,
        snapshot,
        commands,
        {name: CancelTimer(name) if name in fired else change for name, change in timers.items()},
        claims,
    )


def proven(stored: Sequence[StoredEvent]) -> None:
    """Every version is there, each hash is made of its event's bytes and of the hash before. Raises BrokenStream."""
    before = b""
    for version, one in enumerate(stored, start=1):
        if one.version != version:
            raise BrokenStream(f"{one.stream} has no version {version}")
        before = hashlib.sha256(before + (one.event_id + one.type).encode() + one.data).digest()
        if one.hash != before:
            raise BrokenStream(f"{one.stream} version {version} is not what its hash says")


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
