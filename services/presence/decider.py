"""An agent is online or offline until they leave, and each change is told once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, UtcTime
from contracts.presence import (
    AgentLeft,
    AgentNamed,
    AgentSwitchedOnElsewhere,
    AgentSwitchesEnded,
    AgentWentOffline,
    AgentWentOnline,
    PresenceEvent,
)
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


class Place(BaseModel):
    """Where the agent switched on: in a tab of a session, at a time. Of a session the tab that was first counts."""

    model_config = ConfigDict(frozen=True)

    tab: str
    session_id: str | None = None
    at: UtcTime


class Known(Present):
    """An agent who switched on in one place or more, the first one first, and never switched off since."""

    agent_id: str
    name: str
    places: tuple[Place, ...]
    since: UtcTime


class Lost(Known):
    """The agent takes no chats since a time, because the connections of all tabs were lost."""


class Online(Known):
    """The agent takes chats since a time."""


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
    """Online, if not yet; whoever is, is so in another session as well, whose end is then waited for too.

    A token may say a name of up to five minutes ago: where the account was heard to have another one, that counts.
    """
    if isinstance(state, Gone):
        raise NotFound("agent")
    if isinstance(state, Online):
        return _as_well(c, state)
    name = state.renamed or c.name
    return [
        AgentWentOnline(at=c.at, agent_id=c.agent_id, name=name, tab=c.tab, session_id=c.session_id),
    ]


def _as_well(c: GoOnline, state: Online) -> Events:
    """A session that is not told ends nowhere: it adds nothing to what the agent is."""
    if c.session_id is None or c.session_id in [place.session_id for place in state.places]:
        return []
    return [AgentSwitchedOnElsewhere(at=c.at, agent_id=c.agent_id, tab=c.tab, session_id=c.session_id)]


def go_offline(c: GoOffline, state: State) -> Events:
    """Offline, if online, and in the time online that is meant, unless they switched on where nothing has ended.

    Whoever was lost and is then switched off by themselves or signed out comes back no more by being heard, which is
    told too.
    """
    if isinstance(state, Offline | Gone) or c.online_since not in (None, state.since):
        return []
    if isinstance(state, Lost) and c.reason == "connection_lost":
        return []
    ended = tuple(place.session_id for place in state.places if _is_meant(c, place))
    if not ended:
        return []
    if len(ended) < len(state.places):
        return [AgentSwitchesEnded(at=c.at, agent_id=state.agent_id, session_ids=ended)]
    return [AgentWentOffline(at=c.at, agent_id=state.agent_id, reason=c.reason)]


def _is_meant(c: GoOffline, place: Place) -> bool:
    is_everywhere = c.session_id is None and c.tab is None
    is_there = is_everywhere or c.session_id == place.session_id is not None or c.tab == place.tab
    return is_there and (c.online_before is None or place.at <= c.online_before)


def revive(c: Revive, state: State) -> Events:
    """Online again by itself: only a tab that switched on, only after its connection was lost, only for a while."""
    if not isinstance(state, Lost) or c.at - state.since > timedelta(seconds=REVIVED_WITHIN_S):
        return []
    place = next((place for place in state.places if place.tab == c.tab), None)
    if place is None:
        return []
    who: dict[str, Any] = {"agent_id": state.agent_id, "name": state.name}
    return [AgentWentOnline(at=c.at, **who, tab=place.tab, session_id=place.session_id, revived=True)]


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


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    if isinstance(state, Gone):
        return state
    match event, state:
        case AgentWentOnline(revived=True), Lost():
            return Online(**{**_known(state), "since": event.at})
        case AgentWentOnline(), _:
            here = Place(tab=event.tab, session_id=event.session_id, at=event.at)
            who: dict[str, Any] = {"agent_id": event.agent_id, "name": event.name, "renamed": state.renamed}
            return Online(**who, places=(here,), since=event.at)
        case AgentWentOffline(reason="connection_lost"), Online():
            return Lost(**{**_known(state), "since": event.at})
        case AgentWentOffline(), _:
            return Offline(renamed=state.renamed)
        case AgentSwitchedOnElsewhere(), Online():
            there = Place(tab=event.tab, session_id=event.session_id, at=event.at)
            return state.model_copy(update={"places": (*state.places, there)})
        case AgentSwitchesEnded(session_ids=ended), Lost() | Online():
            left = tuple(place for place in state.places if place.session_id not in ended)
            return state.model_copy(update={"places": left})
        case AgentNamed(name=name), Offline():
            return Offline(renamed=name)
        case AgentNamed(name=name), Lost() | Online():
            return state.model_copy(update={"name": name, "renamed": name})
        case AgentLeft(), _:
            return Gone()
        case _:
            return state


def _known(state: Known) -> dict[str, Any]:
    return {name: getattr(state, name) for name in Known.model_fields}


DECIDER: Decider[Command, State] = Decider(
    category="agent",
    decide=decide,
    evolve=evolve,
    initial=Offline(),
    states=(Offline, Lost, Online, Gone),
    schema=6,
)
