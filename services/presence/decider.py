"""An agent is online or offline, and each change is told once."""

from collections.abc import Sequence
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, UtcTime
from contracts.presence import AgentWentOffline, AgentWentOnline, PresenceEvent
from services.chassis.decider import Decider
from services.presence.commands import Command, GoOffline, GoOnline

Events = Sequence[PresenceEvent]


class Offline(BaseModel):
    """The agent takes no chats."""

    model_config = ConfigDict(frozen=True)


class Online(BaseModel):
    """The agent takes chats since a time, switched on in a tab."""

    model_config = ConfigDict(frozen=True)

    agent_id: str
    tab: str
    since: UtcTime


State = Offline | Online


def decide(command: Command, state: State) -> Events:
    """The events of a command."""
    match command:
        case GoOnline():
            return go_online(command, state)
        case GoOffline():
            return go_offline(command, state)
        case _:
            assert_never(command)


def go_online(c: GoOnline, state: State) -> Events:
    """Online, if not yet; the tab that switched first stays the one that counts."""
    if isinstance(state, Online):
        return []
    return [AgentWentOnline(at=c.at, agent_id=c.agent_id, name=c.name, tab=c.tab)]


def go_offline(c: GoOffline, state: State) -> Events:
    """Offline, if online, and in the time online that is meant."""
    if isinstance(state, Offline) or c.online_since not in (None, state.since):
        return []
    if c.online_before is not None and state.since > c.online_before:
        return []
    return [AgentWentOffline(at=c.at, agent_id=state.agent_id, reason=c.reason)]


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event:
        case AgentWentOnline():
            return Online(agent_id=event.agent_id, tab=event.tab, since=event.at)
        case AgentWentOffline():
            return Offline()
        case _:
            return state


DECIDER: Decider[Command, State] = Decider(
    category="agent",
    decide=decide,
    evolve=evolve,
    initial=Offline(),
    states=(Offline, Online),
    schema=1,
)
