"""An agent is online or offline, and each change is told once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, UtcTime
from contracts.presence import AgentWentOffline, AgentWentOnline, PresenceEvent
from services.chassis.decider import Decider
from services.presence.commands import Command, GoOffline, GoOnline, Revive

REVIVED_WITHIN_S = 600

Events = Sequence[PresenceEvent]


class Offline(BaseModel):
    """The agent takes no chats."""

    model_config = ConfigDict(frozen=True)


class Lost(BaseModel):
    """The agent, online from `online_since` on, takes no chats since a time, because the connection of the tab that
    counts was lost."""

    model_config = ConfigDict(frozen=True)

    agent_id: str
    name: str
    tab: str
    online_since: UtcTime
    since: UtcTime


class Online(BaseModel):
    """The agent takes chats since a time, switched on in a tab."""

    model_config = ConfigDict(frozen=True)

    agent_id: str
    name: str
    tab: str
    since: UtcTime


State = Offline | Lost | Online


def decide(command: Command, state: State) -> Events:
    """The events of a command."""
    match command:
        case GoOnline():
            return go_online(command, state)
        case GoOffline():
            return go_offline(command, state)
        case Revive():
            return revive(command, state)
        case _:
            assert_never(command)


def go_online(c: GoOnline, state: State) -> Events:
    """Online, if not yet; the tab that switched first stays the one that counts."""
    if isinstance(state, Online):
        return []
    return [AgentWentOnline(at=c.at, agent_id=c.agent_id, name=c.name, tab=c.tab)]


def go_offline(c: GoOffline, state: State) -> Events:
    """Offline, if online, and in the time online that is meant. Whoever was lost and is then switched off by
    themselves, signed out or removed comes back no more by being heard, which is told too."""
    if isinstance(state, Offline) or c.online_since not in (None, state.since):
        return []
    if isinstance(state, Lost) and c.reason == "connection_lost":
        return []
    began_at = state.online_since if isinstance(state, Lost) else state.since
    if c.online_before is not None and began_at > c.online_before:
        return []
    return [AgentWentOffline(at=c.at, agent_id=state.agent_id, reason=c.reason)]


def revive(c: Revive, state: State) -> Events:
    """Online again by itself: only the same tab, only after its connection was lost, only for a while."""
    if not isinstance(state, Lost) or c.tab != state.tab:
        return []
    if c.at - state.since > timedelta(seconds=REVIVED_WITHIN_S):
        return []
    return [AgentWentOnline(at=c.at, agent_id=state.agent_id, name=state.name, tab=state.tab, revived=True)]


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case AgentWentOnline(), _:
            return Online(agent_id=event.agent_id, name=event.name, tab=event.tab, since=event.at)
        case AgentWentOffline(reason="connection_lost"), Online():
            known = {"agent_id": state.agent_id, "name": state.name, "tab": state.tab}
            return Lost(**known, online_since=state.since, since=event.at)
        case AgentWentOffline(), _:
            return Offline()
        case _:
            return state


DECIDER: Decider[Command, State] = Decider(
    category="agent",
    decide=decide,
    evolve=evolve,
    initial=Offline(),
    states=(Offline, Lost, Online),
    schema=3,
)
