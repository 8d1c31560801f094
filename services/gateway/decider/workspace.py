"""A workspace: made once, under one name; of its owners the last one stays, and two identity keys count at once.

Its business hours are whatever was set last, by who knew what was there.
"""

from collections.abc import Mapping, Sequence
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, UtcTime
from contracts.gateway import (
    BusinessHoursSet,
    IdentityKeyEnded,
    IdentityKeyMade,
    OwnerAppointed,
    OwnerDismissed,
    WorkspaceCreated,
)
from contracts.hours import BusinessHours
from services.chassis.decider import Decider, NotFound, Refused
from services.gateway.commands import (
    AppointOwner,
    CreateWorkspace,
    DismissOwner,
    EndIdentityKey,
    MakeIdentityKey,
    SetBusinessHours,
    WorkspaceCommand,
)

IDENTITY_KEYS_MAX = 2
"""One that signs, and one that is about to: more would be forgotten ones."""
ENDED_KEYS_KEPT = 50


class NoWorkspace(BaseModel):
    """There is no such workspace."""

    model_config = ConfigDict(frozen=True)


class IdentityKey(BaseModel):
    """A key that counts; its secret is kept under `secret_id`."""

    model_config = ConfigDict(frozen=True)

    secret_id: str
    made_at: UtcTime
    by: str


class Workspace(BaseModel):
    """A workspace that was made.

    `owners` are the accounts that count as owners, with their term; `dismissed` those that did once, with the last
    term in which that was. So late news of an owner appoints nobody again. `ended_keys` are the last keys that were
    ended, so that the repeat of such an end is known for one. `hours_revision` counts how often the hours were set.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    owners: Mapping[str, int] = {}
    dismissed: Mapping[str, int] = {}
    identity_keys: Mapping[str, IdentityKey] = {}
    ended_keys: tuple[str, ...] = ()
    hours: BusinessHours | None = None
    hours_revision: int = 0


class LastOwner(Refused):
    """The workspace would be left without an owner."""

    def __init__(self) -> None:
        super().__init__("last_owner", "A workspace keeps at least one owner: make somebody else one first.")


class HoursChanged(Refused):
    """Somebody has set the hours since they were read."""

    status = 412

    def __init__(self, revision: int) -> None:
        super().__init__(
            "hours_changed", "Somebody has changed the hours: read them again.", revision=revision
        )


State = NoWorkspace | Workspace


def decide(command: WorkspaceCommand, state: State) -> Sequence[Event]:
    """What the command adds to the workspace's stream; repeated, nothing. Raises Refused."""
    match command:
        case CreateWorkspace():
            return _create(command, state)
        case AppointOwner():
            return _appoint(command, state)
        case DismissOwner():
            return _dismiss(command, state)
        case MakeIdentityKey():
            return _make_key(command, state)
        case EndIdentityKey():
            return _end_key(command, state)
        case SetBusinessHours():
            return _set_hours(command, state)
        case _:
            assert_never(command)


def _create(c: CreateWorkspace, state: State) -> Sequence[Event]:
    match state:
        case NoWorkspace():
            return [WorkspaceCreated(workspace_id=c.workspace_id, name=c.name, at=c.at)]
        case Workspace(name=c.name):
            return []
        case Workspace():
            raise Refused("workspace_exists", "This workspace was made under another name.")


def _appoint(c: AppointOwner, state: State) -> Sequence[Event]:
    if isinstance(state, NoWorkspace):
        raise NotFound("workspace")
    if c.agent_id in state.owners or c.term <= state.dismissed.get(c.agent_id, 0):
        return []
    return [OwnerAppointed(agent_id=c.agent_id, term=c.term, at=c.at)]


def _dismiss(c: DismissOwner, state: State) -> Sequence[Event]:
    if isinstance(state, NoWorkspace):
        raise NotFound("workspace")
    if not state.owners.keys() - {c.agent_id}:
        raise LastOwner
    if state.dismissed.get(c.agent_id, 0) >= c.term:
        return []
    return [OwnerDismissed(agent_id=c.agent_id, term=c.term, at=c.at)]


def _make_key(c: MakeIdentityKey, state: State) -> Sequence[Event]:
    if isinstance(state, NoWorkspace):
        raise NotFound("workspace")
    if c.kid in state.identity_keys or c.kid in state.ended_keys:
        return []
    if len(state.identity_keys) >= IDENTITY_KEYS_MAX:
        raise Refused(
            "too_many_identity_keys", f"At most {IDENTITY_KEYS_MAX} identity keys count: end one first."
        )
    return [IdentityKeyMade(kid=c.kid, secret_id=c.secret_id, by=c.by, at=c.at)]


def _end_key(c: EndIdentityKey, state: State) -> Sequence[Event]:
    if isinstance(state, Workspace) and c.kid in state.ended_keys:
        return []
    if isinstance(state, NoWorkspace) or c.kid not in state.identity_keys:
        raise NotFound("identity key")
    return [IdentityKeyEnded(kid=c.kid, by=c.by, at=c.at)]


def _set_hours(c: SetBusinessHours, state: State) -> Sequence[Event]:
    if isinstance(state, NoWorkspace):
        raise NotFound("workspace")
    if c.hours == state.hours:
        return []
    if c.revision not in (None, state.hours_revision):
        raise HoursChanged(state.hours_revision)
    return [BusinessHoursSet(revision=state.hours_revision + 1, hours=c.hours, by=c.by, at=c.at)]


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case WorkspaceCreated(), NoWorkspace():
            return Workspace(name=event.name)
        case OwnerAppointed(agent_id=agent_id, term=term), Workspace():
            return state.model_copy(update={"owners": {**state.owners, agent_id: term}})
        case OwnerDismissed(agent_id=agent_id, term=term), Workspace():
            owners = {owner: since for owner, since in state.owners.items() if owner != agent_id}
            dismissed = {**state.dismissed, agent_id: term}
            return state.model_copy(update={"owners": owners, "dismissed": dismissed})
        case IdentityKeyMade(kid=kid), Workspace():
            key = IdentityKey(secret_id=event.secret_id, made_at=event.at, by=event.by)
            return state.model_copy(update={"identity_keys": {**state.identity_keys, kid: key}})
        case IdentityKeyEnded(kid=kid), Workspace():
            keys = {name: key for name, key in state.identity_keys.items() if name != kid}
            ended = (*state.ended_keys, kid)[-ENDED_KEYS_KEPT:]
            return state.model_copy(update={"identity_keys": keys, "ended_keys": ended})
        case BusinessHoursSet(), Workspace():
            return state.model_copy(update={"hours": event.hours, "hours_revision": event.revision})
        case _:
            return state


DECIDER: Decider[WorkspaceCommand, State] = Decider(
    category="workspace",
    decide=decide,
    evolve=evolve,
    initial=NoWorkspace(),
    states=(NoWorkspace, Workspace),
    schema=4,
)
