"""What must hold of where agents switched on: nobody works whose sessions are over, nor is sent away by one of them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from contracts.envelope import Event
from contracts.gateway import SessionEnded, SessionsEnded
from contracts.ids import id_of, stream
from contracts.presence import (
    AgentSwitchedOnElsewhere,
    AgentSwitchesEnded,
    AgentWentOffline,
    AgentWentOnline,
)
from tests.simulation.history import History
from tests.simulation.world import World

Places = dict[str | None, datetime]
"""The sessions in which an agent switched on, and when."""


def places_after(events: Iterable[Event]) -> Places:
    """Where the agent is, or was when their connection was lost, switched on."""
    places: Places = {}
    for event in events:
        match event:
            case AgentWentOnline(revived=False):
                places = {event.session_id: event.at}
            case AgentSwitchedOnElsewhere():
                places[event.session_id] = event.at
            case AgentSwitchesEnded():
                places = {one: at for one, at in places.items() if one not in event.session_ids}
            case AgentWentOffline(reason=reason) if reason != "connection_lost":
                places = {}
    return places


def switches(world: World, history: History) -> Iterator[str]:
    """Whoever is online switched on in a session that goes on; whoever was signed out, in none."""
    over = {
        one.event.session_id
        for _, recorded in history.of("account")
        for one in recorded
        if isinstance(one.event, SessionEnded)
    }
    for name, recorded in history.of("agent"):
        account = history.events(stream("account", id_of(name)))
        all_over = max((event.at for event in account if isinstance(event, SessionsEnded)), default=None)
        events = [one.event for one in recorded]
        for place, event in enumerate(events):
            before = places_after(events[:place])
            going_on = {one for one in before if not _is_over(one, before[one], over, all_over)}
            if isinstance(event, AgentWentOffline) and event.reason == "signed_out" and going_on:
                yield f"{name} was signed out although they switched on in a session that goes on"
            if isinstance(event, AgentSwitchesEnded) and going_on.intersection(event.session_ids):
                yield f"{name} has lost the switch of a session that goes on"
        left = places_after(events)
        if history.is_online(id_of(name)) and all(
            _is_over(one, at, over, all_over) for one, at in left.items()
        ):
            yield f"{name} is still online in a session that was ended"


def _is_over(session_id: str | None, at: datetime, over: set[str], all_over: datetime | None) -> bool:
    return session_id in over or (all_over is not None and at <= all_over)
