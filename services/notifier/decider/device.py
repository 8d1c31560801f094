"""A device shows notices of one agent at most; another agent who allows it takes it over."""

from collections.abc import Sequence
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, UtcTime
from contracts.notifier import DeviceAllowed, DeviceEvent, DeviceExpired
from services.chassis.decider import Decider, NotFound, Refused
from services.notifier.commands import AllowDevice, DeviceCommand, ExpireDevice, RemoveDevice

Events = Sequence[DeviceEvent]


class Barred(BaseModel):
    """Who may not allow the device: an agent in one session, in all until `until`, or, without both, ever."""

    model_config = ConfigDict(frozen=True)

    agent_id: str
    session_id: str | None = None
    until: UtcTime | None = None


class Silent(BaseModel):
    """The device shows nothing."""

    model_config = ConfigDict(frozen=True)

    barred: Barred | None = None


class Allowed(BaseModel):
    """The device shows notices of this agent."""

    model_config = ConfigDict(frozen=True)

    device_id: str
    agent_id: str
    session_id: str | None = None
    barred: Barred | None = None


State = Silent | Allowed


class SessionIsOver(Refused):
    """The session in which the device was to be allowed has ended meanwhile."""

    status = 401

    def __init__(self) -> None:
        super().__init__("unauthorised", "The session is over: sign in again.")


def decide(command: DeviceCommand, state: State) -> Events:
    """The events of a command."""
    match command:
        case AllowDevice():
            return allow(command, state)
        case ExpireDevice():
            return expire(command, state)
        case RemoveDevice():
            return remove(command, state)
        case _:
            assert_never(command)


def allow(c: AllowDevice, state: State) -> Events:
    """Allowed for the agent; whoever had it before has it no more. Raises SessionIsOver."""
    if state.barred is not None and _is_meant(state.barred, c):
        raise SessionIsOver
    allowed = DeviceAllowed(
        at=c.at, device_id=c.device_id, agent_id=c.agent_id, label=c.label, session_id=c.session_id
    )
    match state:
        case Silent():
            return [allowed]
        case Allowed(agent_id=agent_id) if agent_id == c.agent_id:
            # In another session it is allowed anew: it no longer goes with the one before.
            return [] if c.session_id in (None, state.session_id) else [allowed]
        case Allowed():
            before = DeviceExpired(at=c.at, device_id=c.device_id, agent_id=state.agent_id, reason="replaced")
            return [before, allowed]


def _is_meant(barred: Barred, c: AllowDevice) -> bool:
    if barred.agent_id != c.agent_id:
        return False
    if barred.session_id is not None:
        return barred.session_id == c.session_id
    return barred.until is None or c.at <= barred.until


def expire(c: ExpireDevice, state: State) -> Events:
    """Silent from now on, if it is not yet and is still the agent's, and of the session, that is meant."""
    if isinstance(state, Silent) or c.agent_id != state.agent_id:
        return _before_it_is_allowed(c, state)
    if c.session_id not in (None, state.session_id):
        return []
    return [_expired(c, state.device_id, state.agent_id)]


def _before_it_is_allowed(c: ExpireDevice, state: State) -> Events:
    if c.device_id is None:
        return []
    told = _expired(c, c.device_id, c.agent_id)
    return [] if evolve(state, told) == state else [told]


def _expired(c: ExpireDevice, device_id: str, agent_id: str) -> DeviceExpired:
    return DeviceExpired(
        at=c.at, device_id=device_id, agent_id=agent_id, reason=c.reason, session_id=c.session_id
    )


def remove(c: RemoveDevice, state: State) -> Events:
    """Silent from now on. Raises NotFound where it is not, or no longer, this agent's."""
    if isinstance(state, Silent) or c.agent_id != state.agent_id:
        raise NotFound("device")
    return [DeviceExpired(at=c.at, device_id=state.device_id, agent_id=state.agent_id, reason="removed")]


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event:
        case DeviceAllowed(device_id=device_id, agent_id=agent_id, session_id=session_id):
            return Allowed(device_id=device_id, agent_id=agent_id, session_id=session_id, barred=state.barred)
        case DeviceExpired():
            barred = _barred(event) or state.barred
            if isinstance(state, Allowed) and state.agent_id != event.agent_id:
                return state.model_copy(update={"barred": barred})
            return Silent(barred=barred)
        case _:
            return state


def _barred(event: DeviceExpired) -> Barred | None:
    match event.reason:
        case "agent_removed":
            return Barred(agent_id=event.agent_id)
        case "signed_out" if event.session_id is not None:
            return Barred(agent_id=event.agent_id, session_id=event.session_id)
        case "signed_out":
            return Barred(agent_id=event.agent_id, until=event.at)
        case _:
            return None


DECIDER: Decider[DeviceCommand, State] = Decider(
    category="device",
    decide=decide,
    evolve=evolve,
    initial=Silent(),
    states=(Silent, Allowed),
    schema=4,
    subject=lambda state: state.agent_id if isinstance(state, Allowed) else None,
)
