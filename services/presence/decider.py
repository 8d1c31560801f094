"""An agent is online or offline until they leave, and each change is told once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, UtcTime
from contracts.presence import AgentLeft, AgentNamed, AgentWentOffline, AgentWentOnline, PresenceEvent
from services.chassis.decider import Decider, NotFound
from services.presence.commands import Command, GoOffline, GoOnline, Leave, Rename, Revive

REVIVED_WITHIN_S = 600

Events = Sequence[PresenceEvent]


class Present(BaseModel):
    """An agent of the workspace. `renamed`: the last name that their account was heard to have changed to."""

    model_config = ConfigDict(frozen=True)

    renamed: str | None = None


class Offline(Present):
    """The agent takes no chats."""


class Lost(Present):
    """The agent, online from `online_since` on, takes no chats since a time, because the connection of the tab that
    counts was lost."""

    agent_id: str
    name: str
    tab: str
    online_since: UtcTime
    since: UtcTime
    session_id: str | None = None


class Online(Present):
    """The agent takes chats since a time, switched on in a tab and a session."""

    agent_id: str
    name: str
    tab: str
    since: UtcTime
    session_id: str | None = None


class Gone(BaseModel):
    """Nobody of the workspace any more, for good."""

    model_config = ConfigDict(frozen=True)


State = Offline | Lost | Online | Gone


def decide(command: Command, state: State) -> Events:
    """The events of a command."""
    match command:
        case GoOnline():
            return go_online(command, state)
        case GoOffline():
            return go_offline(command, state)
        case Revive():
            return revive(command, state)
        case Rename():
            return rename(command, state)
        case Leave():
            return leave(command, state)
        case _:
            assert_never(command)


def go_online(c: GoOnline, state: State) -> Events:
    """Online, if not yet; the tab, and the session, that switched first stay the ones that count.

    A token may say a name of up to five minutes ago: where the account was heard to have another one, that counts.
    """
    if isinstance(state, Gone):
        raise NotFound("agent")
    if isinstance(state, Online):
        return []
    name = state.renamed or c.name
    return [
        AgentWentOnline(at=c.at, agent_id=c.agent_id, name=name, tab=c.tab, session_id=c.session_id),
    ]


def go_offline(c: GoOffline, state: State) -> Events:
    """Offline, if online, and in the time online, or the session, that is meant. Whoever was lost and is then switched
    off by themselves or signed out comes back no more by being heard, which is told too."""
    if isinstance(state, Offline | Gone) or c.online_since not in (None, state.since):
        return []
    if c.session_id not in (None, state.session_id):
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
    return [AgentWentOnline(at=c.at, **_who(state), revived=True)]


def rename(c: Rename, state: State) -> Events:
    """Another name from now on, also of who has gone online under it already: a token from before may still come."""
    if isinstance(state, Gone) or state.renamed == c.name:
        return []
    return [AgentNamed(at=c.at, agent_id=c.agent_id, name=c.name)]


def leave(c: Leave, state: State) -> Events:
    """Gone, once, whether they ever were online or not: a token from before the removal may still come."""
    match state:
        case Gone():
            return []
        case Offline():
            return [AgentLeft(at=c.at, agent_id=c.agent_id)]
        case Lost() | Online():
            offline = AgentWentOffline(at=c.at, agent_id=c.agent_id, reason="removed")
            return [offline, AgentLeft(at=c.at, agent_id=c.agent_id)]


def _who(known: Online | Lost | AgentWentOnline) -> dict[str, Any]:
    """Who is or was online, and where they switched on."""
    return {
        "agent_id": known.agent_id,
        "name": known.name,
        "tab": known.tab,
        "session_id": known.session_id,
    }


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    if isinstance(state, Gone):
        return state
    match event, state:
        case AgentWentOnline(), _:
            return Online(**_who(event), since=event.at, renamed=state.renamed)
        case AgentWentOffline(reason="connection_lost"), Online():
            return Lost(**_who(state), online_since=state.since, since=event.at, renamed=state.renamed)
        case AgentWentOffline(), _:
            return Offline(renamed=state.renamed)
        case AgentNamed(name=name), Offline():
            return Offline(renamed=name)
        case AgentNamed(name=name), Lost() | Online():
            return state.model_copy(update={"name": name, "renamed": name})
        case AgentLeft(), _:
            return Gone()
        case _:
            return state


DECIDER: Decider[Command, State] = Decider(
    category="agent",
    decide=decide,
    evolve=evolve,
    initial=Offline(),
    states=(Offline, Lost, Online, Gone),
    schema=5,
)
