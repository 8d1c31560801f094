"""What must hold of files and of who left: nothing is kept that nobody names, and nobody works who is not there."""

from collections import Counter
from collections.abc import Iterator

from contracts.conversation import Assigned, Closed, MessagePosted, Reassigned, Released
from contracts.gateway import AgentRemoved, FileDropped, SessionEnded, SessionsEnded
from contracts.ids import id_of, stream
from contracts.notifier import DeviceAllowed
from contracts.presence import AgentLeft
from services.gateway.outbound import place_of
from tests.simulation.history import History
from tests.simulation.world import World


def files(world: World, history: History) -> Iterator[str]:
    """A file is named by one message and kept, or by none and dropped, with its bytes."""
    named = Counter(
        event.attachment.file_id
        for _, events in history.conversations()
        for event in events
        if isinstance(event, MessagePosted) and event.attachment
    )
    places = set()
    for name, recorded in history.of("file"):
        is_dropped = any(isinstance(one.event, FileDropped) for one in recorded)
        place = place_of(recorded[0].metadata.workspace_id, id_of(name))
        places.add(place)
        if named[id_of(name)] != (0 if is_dropped else 1):
            told = "dropped" if is_dropped else "kept"
            yield f"{name} is {told} and named by {named[id_of(name)]} messages"
        if (place in world.files.kept) == is_dropped:
            yield f"the bytes of {name} are {'kept' if is_dropped else 'lost'}"
    yield from (f"{place} is kept and nobody knows it" for place in world.files.kept.keys() - places)


def removed(world: World, history: History) -> Iterator[str]:
    """Who was removed holds no conversation, is offline and in no list of agents, and sees nothing."""
    gone = {
        id_of(name)
        for name, recorded in history.of("account")
        if any(isinstance(one.event, AgentRemoved) for one in recorded)
    }
    for name, events in history.conversations():
        told = [event for event in events if isinstance(event, Assigned | Reassigned | Released)]
        is_held = bool(told) and not isinstance(told[-1], Released) and told[-1].agent_id in gone
        if is_held and not isinstance(events[-1], Closed):
            yield f"{name} is held by an agent who was removed"
    for agent_id in gone:
        if history.is_online(agent_id):
            yield f"agent {agent_id} was removed and is online"
        if not any(isinstance(event, AgentLeft) for event in history.events(stream("agent", agent_id))[-1:]):
            yield f"agent {agent_id} was removed and has not left"
    yield from (
        f"agent {screen.caller.id} was removed and has an open screen"
        for screen in world.screens
        if screen.caller.id in gone and screen.is_open
    )


def devices(world: World, history: History) -> Iterator[str]:
    """Whoever was removed, or whose sessions ended, keeps no device that was allowed before; an ended session keeps
    none."""
    ends = {
        one.event.agent_id: one.event.at
        for _, recorded in history.of("account")
        for one in recorded
        if isinstance(one.event, AgentRemoved | SessionsEnded)
    }
    over = {
        one.event.session_id
        for _, recorded in history.of("account")
        for one in recorded
        if isinstance(one.event, SessionEnded)
    }
    for name, recorded in history.of("device"):
        last = recorded[-1].event
        if isinstance(last, DeviceAllowed) and last.agent_id in ends and last.at <= ends[last.agent_id]:
            yield f"{name} is still allowed to agent {last.agent_id}, whose sessions ended after that"
        if isinstance(last, DeviceAllowed) and last.session_id in over:
            yield f"{name} is still allowed in a session that was ended"
