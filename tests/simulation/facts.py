"""What must hold of the streams of every run, whatever came first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from contracts.conversation import (
    Assigned,
    BotPosted,
    Closed,
    ConversationEvent,
    ConversationStarted,
    Evidence,
    LiveChatDeclined,
    MessagePosted,
    Reassigned,
    Released,
    WaitExpired,
)
from contracts.crm import OutcomeEvent, PersonsMerged
from contracts.envelope import Event
from contracts.ids import id_of, stream
from contracts.playbook import FollowUpRequested, LiveChatRequested, OfflineFlowStarted
from contracts.presence import AgentWentOffline
from tests.simulation import acks, identities, leavings, verdicts
from tests.simulation.flows import OFFLINE_MESSAGES
from tests.simulation.heard import LEASE_S
from tests.simulation.history import History
from tests.simulation.outside_hours import outside_hours
from tests.simulation.replies import replies
from tests.simulation.switches import switches
from tests.simulation.unfinished import unfinished
from tests.simulation.world import START, World


def holders(world: World, history: History) -> Iterator[str]:
    """One holder at each version, and only who was online by the evidence. Closed is the end."""
    for name, events in history.conversations():
        holder: str | None = None
        for place, event in enumerate(events):
            match event:
                case Assigned() if holder is not None:
                    yield f"{name} was assigned while {holder} held it"
                case Reassigned() if holder != event.previous_agent_id:
                    yield f"{name} was reassigned from {event.previous_agent_id}, held by {holder}"
                case Released() if holder != event.previous_agent_id:
                    yield f"{name} was released from {event.previous_agent_id}, held by {holder}"
                case MessagePosted(author="agent") if holder != event.author_id:
                    yield f"{event.author_id} wrote in {name}, held by {holder}"
                case Closed() if place != len(events) - 1:
                    yield f"{name} goes on after it was closed"
                case _:
                    pass
            if isinstance(event, Assigned | Reassigned):
                holder = event.agent_id
                if event.evidence is None or not event.evidence.online:
                    yield f"{name} went to {holder}, who was not online"
            elif isinstance(event, Released):
                holder = None


def waits(world: World, history: History) -> Iterator[str]:
    """Missed once, and then the offline message once; never while somebody holds it, and never forgotten."""
    now = world.host.clock.now()
    for name, events in history.conversations():
        waiting, taken, missed, owed, told = False, False, False, 0, 0
        for event in events:
            match event:
                case ConversationStarted() | Released():
                    waiting = True
                case WaitExpired():
                    if not waiting:
                        yield f"{name} was missed although nobody waited any more"
                    if taken != (event.offline_message is not None):
                        yield f"{name} was missed {'with' if event.offline_message else 'without'} a message"
                    waiting, missed = False, True
                    owed += event.reason == "wait_time" and not taken
                case BotPosted(text=text, card_id=None) if text in OFFLINE_MESSAGES:
                    told += 1
                    if told > owed:
                        yield f"{name} tells the offline message before it was missed"
                case BotPosted(text=text) if text in OFFLINE_MESSAGES and not missed:
                    yield f"{name} tells a card's offline message before it was missed"
                case Assigned():
                    waiting, taken = False, True
                case Closed():
                    waiting = False
                case _:
                    pass
        if told != owed:
            yield f"{name} tells the offline message {told} times, not {owed}"
        dues = [event.answer_by for event in events if isinstance(event, ConversationStarted | Released)]
        if waiting and dues[-1] < now - timedelta(seconds=5):
            yield f"{name} waits although its wait is over"


def bots(world: World, history: History) -> Iterator[str]:
    """After an agent joined, the bot is silent; and nothing is said twice."""
    for name, events in history.conversations():
        joined = False
        for event in events:
            joined = joined or isinstance(event, Assigned)
            if joined and isinstance(event, BotPosted):
                yield f"{name}: the bot spoke after an agent had joined"
        said = Counter(event.message_id for event in events if isinstance(event, BotPosted | MessagePosted))
        yield from (
            f"{name}: message {id_} is there {count} times" for id_, count in said.items() if count > 1
        )
        lines = [(event.text, event.card_id) for event in events if isinstance(event, BotPosted)]
        cards = Counter(_arrivals(history, events))
        for line, count in Counter(lines).items():
            if line[1] is not None and count > max(1, cards[line[1]]):
                yield f"{name}: the bot's card {line[1]} is there {count} times, shown {cards[line[1]]} times"


def _arrivals(history: History, events: Sequence[ConversationEvent]) -> list[str]:
    """The cards that the visit showed, once for each time."""
    visits = [event.visit_id for event in events if isinstance(event, ConversationStarted)]
    shown = history.events(stream("visit", visits[0])) if visits else []
    return [str(getattr(event, "card_id", "")) for event in shown if event.TYPE == "playbook.card_shown.v1"]


def requests(world: World, history: History) -> Iterator[str]:
    """Every request for a person is decided once, and leads to the offline flow once, where nobody came."""
    for name, recorded in history.of("visit"):
        events = [one.event for one in recorded]
        begun = [event for event in events if isinstance(event, OfflineFlowStarted)]
        for request in (event for event in events if isinstance(event, LiveChatRequested)):
            decided = history.events(stream("conversation", request.conversation_id))
            if not decided or not isinstance(decided[0], ConversationStarted | LiveChatDeclined):
                yield f"{name}: a request for a person was never decided"
                continue
            offline = [event.reason for event in begun if event.request_id == request.request_id]
            if len(offline) > 1:
                yield f"{name}: offline flow begun {len(offline)} times"
            elif not offline and _came_to_nothing(decided):
                yield f"{name}: nobody came, and the offline flow did not begin"
            elif offline == ["nobody_online"] and not isinstance(decided[0], LiveChatDeclined):
                yield f"{name}: the offline flow began as if nobody had been online"
            elif offline == ["wait_expired"] and not _came_to_nothing(decided):
                yield f"{name}: the offline flow began before the wait was over"


def _came_to_nothing(events: Sequence[Event]) -> bool:
    """Whether the request was declined, or its wait was over before anybody came."""
    for event in events:
        if isinstance(event, LiveChatDeclined | WaitExpired):
            return True
        if isinstance(event, Assigned):
            return False
    return False


def outcomes(world: World, history: History) -> Iterator[str]:
    """Nothing is made twice of one cause, and what a card asks for is made."""
    made = [
        one.event for kind in ("lead", "deal", "activity") for _, all_ in history.of(kind) for one in all_
    ]
    keys = Counter(event.outcome_key for event in made if isinstance(event, OutcomeEvent))
    yield from (f"outcome {key} was made {count} times" for key, count in keys.items() if count > 1)
    for name, recorded in history.of("visit"):
        for event in (one.event for one in recorded if isinstance(one.event, FollowUpRequested)):
            if not keys[f"{event.visit_id}/{event.card_id}/{event.arrival}"]:
                yield f"{name}: the {event.follow_up} that card {event.card_id} asked for was never made"


def persons(world: World, history: History) -> Iterator[str]:
    """Who turned out to be somebody else did so once, and that one was known before: there is no circle."""
    known = {id_of(name): (events[0].event.at, id_of(name)) for name, events in history.of("person")}
    for name in known:
        events = history.events(stream("person", name))
        merges = [event for event in events if isinstance(event, PersonsMerged)]
        if len(merges) > 1:
            yield f"person {name} was merged {len(merges)} times"
        for merge in merges:
            if merge.into not in known or known[merge.into] >= known[name]:
                yield f"person {name} was merged into {merge.into}, who was not known before"


def companies(world: World, history: History) -> Iterator[str]:
    """A stream is of one workspace, and so is everybody whom it names."""
    for name, events in history.streams.items():
        workspace_id = events[0].metadata.workspace_id
        for one in events:
            named = [getattr(one.event, field, None) for field in ("agent_id", "previous_agent_id", "by")]
            named += [evidence.agent_id for evidence in _evidence(one.event)]
            for agent_id in named:
                if agent_id is not None and history.workspaces.get(agent_id, workspace_id) != workspace_id:
                    yield f"{name} names an agent of another company"
            if one.metadata.workspace_id != workspace_id:
                yield f"{name} is of two companies"
    for call in world.calls:
        theirs = history.streams.get(call.stream)
        if call.told and theirs and theirs[0].metadata.workspace_id != call.caller.workspace_id:
            yield f"{call.name} reached another company's conversation"


def _evidence(event: object) -> list[Evidence]:
    if isinstance(event, ConversationStarted):
        return list(event.online)
    if isinstance(event, Assigned | Reassigned) and event.evidence:
        return [event.evidence]
    return []


def presence(world: World, history: History) -> Iterator[str]:
    """Evidence says what the agent's stream says; who is silent goes offline, who is heard does not."""
    for name, events in history.conversations():
        for evidence in (one for event in events for one in _evidence(event)):
            if evidence.online != history.is_online(evidence.agent_id, evidence.version):
                yield f"{name} was decided by presence that never was"
    silent = {screen.caller.id for screen in world.screens if not screen.is_open}
    for name, recorded in history.of("agent"):
        agent_id = name.partition("-")[2]
        if agent_id in silent and history.is_online(agent_id):
            yield f"{name} is online without any screen"
        for one in recorded:
            if isinstance(one.event, AgentWentOffline) and one.event.reason == "connection_lost":
                at_s = (one.event.at - START).total_seconds()
                heard = world.host.signals.heard.get(agent_id, ())
                if any(at_s - LEASE_S + 0.01 < beat_s < at_s for beat_s in heard):
                    yield f"{name} was taken offline although it was heard"


FACTS = (
    acks.commands,
    holders,
    waits,
    bots,
    requests,
    outcomes,
    persons,
    companies,
    presence,
    verdicts.notices,
    verdicts.devices,
    replies,
    leavings.files,
    leavings.removed,
    leavings.devices,
    switches,
    identities.visitors,
    identities.known,
    identities.keys,
    unfinished,
    outside_hours,
)
