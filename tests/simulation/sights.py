"""What must hold of screens: all of them show what is true, as a fresh one would, and nothing of another company."""

from collections.abc import Iterator, Sequence

from contracts.conversation import (
    Assigned,
    Closed,
    ConversationEvent,
    ConversationStarted,
    Reassigned,
    Released,
)
from contracts.ids import id_of, stream
from services.chassis.ports import Ports
from tests.simulation.history import History
from tests.simulation.screens import Screen
from tests.simulation.world import World


async def screens(world: World, history: History) -> list[str]:
    """Foreign things on any screen, and what an open one shows otherwise than the log and a fresh fetch do."""
    wrong: list[str] = []
    gateway = world.host.servers["gateway"].ports
    for screen in world.screens:
        wrong += _foreign(screen, history)
        if screen.is_open:
            wrong += [*_streams(screen, history), *_folders(screen, history)]
            wrong += await _unlike_a_fresh_one(screen, gateway)
    return wrong


def _foreign(screen: Screen, history: History) -> Iterator[str]:
    for key in (*screen.rows, *screen.streams):
        known = history.streams.get(key)
        owner = history.workspaces.get(id_of(key)) or (known[0].metadata.workspace_id if known else None)
        if owner not in (None, screen.caller.workspace_id):
            yield f"a screen shows {key} of another company"


def _streams(screen: Screen, history: History) -> Iterator[str]:
    """Each version of what is followed is there; a visitor's screen follows the visit and all that came of it."""
    for name, shown in screen.streams.items():
        if len(shown) != len(history.events(name)):
            yield f"a screen shows {len(shown)} versions of {name}, which has {len(history.events(name))}"
    if screen.caller.kind == "visitor":
        visit_id = screen.caller.visit_id or ""
        chats = [name for name, events in history.conversations() if _visit_of(events) == visit_id]
        for name in (stream("visit", visit_id), *chats):
            if name not in screen.streams:
                yield f"a visitor's screen does not show {name}"


def _visit_of(events: Sequence[ConversationEvent]) -> str | None:
    return next((event.visit_id for event in events if isinstance(event, ConversationStarted)), None)


def _folders(screen: Screen, history: History) -> Iterator[str]:
    """An agent's screen lists every conversation of the company where its stream says that it is."""
    if screen.caller.kind != "agent":
        return
    for name, events in history.conversations():
        started = history.streams[name][0]
        if _visit_of(events) is None or started.metadata.workspace_id != screen.caller.workspace_id:
            continue
        row = screen.rows.get(name)
        if row is None or row[1] != _folder(events):
            yield f"a screen lists {name} in {row and row[1]}, and it is in {_folder(events)}"


def _folder(events: Sequence[ConversationEvent]) -> str:
    folder = "unassigned"
    for event in events:
        match event:
            case Assigned() | Reassigned():
                folder = event.agent_id
            case Released():
                folder = "unassigned"
            case Closed():
                folder = "closed"
            case _:
                pass
    return folder


async def _unlike_a_fresh_one(screen: Screen, gateway: Ports) -> list[str]:
    wrong = []
    if screen.caller.kind == "agent" and (fresh := await screen.fresh_lists(gateway)) != screen.rows:
        other = sorted(key for key in {*screen.rows, *fresh} if screen.rows.get(key) != fresh.get(key))
        told = f"{screen.rows.get(other[0])}, a fresh one {fresh.get(other[0])}"
        wrong.append(f"a screen lists {other[0]} as {told}")
    for name, shown in screen.streams.items():
        if (fresh_stream := await screen.fresh_stream(gateway, name)) != shown:
            wrong.append(f"a screen shows {len(shown)} versions of {name}, fresh {len(fresh_stream)}")
    return wrong
