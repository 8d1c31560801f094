"""What must hold of what people were told: done means there, once and whole; refused means not there."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from contracts.conversation import (
    Assigned,
    CannedReplyRemoved,
    MessagesRead,
    Reassigned,
    VisitorBlocked,
    VisitorUnblocked,
)
from contracts.crm import NoteRemoved, OrganizationSet, PersonSet, PersonsMerged
from contracts.envelope import Event, Recorded
from contracts.gateway import AgentLanguageChosen, AgentRemoved, BusinessHoursSet, IdentityKeyEnded
from contracts.notifier import DeviceAllowed, NoticeChoicesSet
from contracts.playbook import (
    AnswerGiven,
    DetailCaptured,
    FlowEdited,
    PageViewed,
    PlaybookCreated,
    PlaybookPublished,
    PlaybookRolledBack,
    VisitEnded,
)
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.shown import ShownEvent, shown_to_visitor
from services.chassis.http import Accepted
from services.playbook.api.visits import Walked
from tests.simulation.history import History
from tests.simulation.switches import places_after
from tests.simulation.world import Call, World

GONE = ("unauthorised", "not_found")
"""Refusals of a command that was carried out when it was first sent: by now its sender may be gone, or what it was
about."""


def commands(world: World, history: History) -> Iterator[str]:
    """Acknowledged means: there once, whole, in one stream. Refused means: not there."""
    for call in world.calls:
        events = history.commands.get(call.command_id, [])
        if call.told is None and call.refused is None:
            yield f"{call.name} was never answered"
        elif events:
            yield from _append(call, events)
        elif call.told is not None:
            yield from _nothing(call, history)
    for command_id, events in history.commands.items():
        if len({event.stream for event in events}) > 1:
            yield f"command {command_id} wrote to several streams"


def _append(call: Call, events: Sequence[Recorded]) -> Iterator[str]:
    places = [(event.stream, event.version) for event in events]
    name, first = places[0]
    if places != [(name, first + place) for place in range(len(places))]:
        yield f"{call.name} was carried out more than once: {places}"
    if isinstance(call.told, Accepted) and (call.told.stream, call.told.version) != places[-1]:
        yield f"{call.name} was told {call.told.stream} {call.told.version}, and wrote {places[-1]}"
    if isinstance(call.told, Walked) and call.told.frames != [_frame(event) for event in events]:
        yield f"{call.name} was told other events than it wrote"
    if call.refused is not None and (call.sends == 1 or call.refused.code not in GONE):
        yield f"{call.name} was refused ({call.refused.code}) and is in the log"
    if call.name == "post_message" and len(places) != 1:
        yield f"one message is {len(places)} events"


def _frame(recorded: Recorded) -> ShownEvent:
    """As the visitor's socket tells it."""
    shown = shown_to_visitor(recorded.event)
    return ShownEvent(stream=recorded.stream, version=recorded.version, event=shown)


def _nothing(call: Call, history: History) -> Iterator[str]:
    """A command may change nothing where what it asks for is so already."""
    is_so, told = ALREADY.get(call.name), call.told
    if is_so is None or not isinstance(told, Accepted):
        yield f"{call.name} was acknowledged and is not in the log"
        return
    events = history.events(told.stream)
    if len(events) < told.version:
        yield f"{call.name} was told version {told.version} of {told.stream}, which has {len(events)}"
    elif not is_so(call, events[: told.version]):
        yield f"{call.name} was acknowledged, changed nothing, and is not so"


def _holds(agent_id: str, events: Sequence[Event]) -> bool:
    holding = [event for event in events if isinstance(event, Assigned | Reassigned)]
    return bool(holding) and holding[-1].agent_id == agent_id


def _answered(call: Call, events: Sequence[Event]) -> bool:
    """The last answer is this one: the screen has not shown it yet."""
    body, given = call.about["body"], [one for one in events if isinstance(one, AnswerGiven | DetailCaptured)]
    return bool(given) and given[-1].card_id == body.card_id


def _looked_at(call: Call, events: Sequence[Event]) -> bool:
    pages = [event.url for event in events if isinstance(event, PageViewed)]
    return pages[-1:] == [call.about["body"].url] or any(isinstance(event, VisitEnded) for event in events)


def _is_known(call: Call, events: Sequence[Event]) -> bool:
    """What the panel shows of the person or the organization is what was said of them."""
    group = PersonSet if call.name == "set_person" else OrganizationSet
    told = [event for event in events if isinstance(event, group)]
    body = call.about["body"]
    said = {field: getattr(body, field) for field in body.model_fields_set - {"expected_version"}}
    return bool(told) and all(getattr(told[-1], field) == value for field, value in said.items())


def _off(events: Sequence[Event]) -> set[str]:
    """The kinds of notices that the agent's last choice switches off."""
    chosen = [event for event in events if isinstance(event, NoticeChoicesSet)]
    return set(chosen[-1].off) if chosen else set()


def _is_published(events: Sequence[Event]) -> bool:
    """New visits walk the draft already, as after an edit and its undoing."""
    flows = {event.published: event.flow for event in events if isinstance(event, PlaybookPublished)}
    walked = [one.published for one in events if isinstance(one, PlaybookPublished | PlaybookRolledBack)]
    drafts = [event.flow for event in events if isinstance(event, PlaybookCreated | FlowEdited)]
    return bool(walked) and flows[walked[-1]] == drafts[-1]


def _presence(events: Sequence[Event]) -> Event | None:
    """The last event that took the agent online or offline."""
    return next((e for e in reversed(events) if isinstance(e, AgentWentOnline | AgentWentOffline)), None)


ALREADY: Mapping[str, Callable[[Call, Sequence[Event]], bool]] = {
    "take": lambda call, events: _holds(call.caller.id, events),
    "assign": lambda call, events: _holds(call.about["body"].agent_id, events),
    "go_online": lambda call, events: (
        isinstance(_presence(events), AgentWentOnline)
        and call.caller.session_id in {None, *places_after(events)}
    ),
    "go_offline": lambda call, events: not isinstance(_presence(events), AgentWentOnline),
    "give_answer": _answered,
    "give_detail": _answered,
    "view_page": _looked_at,
    "allow": lambda call, events: (
        isinstance(events[-1], DeviceAllowed) and events[-1].agent_id == call.caller.id
    ),
    "end_identity_key": lambda call, events: any(
        isinstance(event, IdentityKeyEnded) and event.kid == call.about["kid"] for event in events
    ),
    "set_hours": lambda call, events: (
        next((event.hours for event in reversed(events) if isinstance(event, BusinessHoursSet)), None)
        == call.about["body"].hours
    ),
    "choose_language": lambda call, events: (
        next((event.language for event in reversed(events) if isinstance(event, AgentLanguageChosen)), None)
        == call.about["body"].language
    ),
    "post_removal": lambda call, events: any(isinstance(event, AgentRemoved) for event in events),
    "read": lambda call, events: any(
        isinstance(event, MessagesRead) and event.reader_id == call.caller.id for event in events
    ),
    "block": lambda call, events: isinstance(events[-1], VisitorBlocked),
    "unblock": lambda call, events: isinstance(events[-1], VisitorUnblocked),
    "remove_note": lambda call, events: any(
        isinstance(event, NoteRemoved) and event.note_id == call.about["note_id"] for event in events
    ),
    "remove_reply": lambda call, events: isinstance(events[-1], CannedReplyRemoved),
    "set_choices": lambda call, events: _off(events) == set(call.about["body"].off),
    "set_person": _is_known,
    "set_organization": _is_known,
    "merge_person": lambda call, events: any(
        isinstance(event, PersonsMerged) and event.into == call.about["body"].into for event in events
    ),
    "publish_playbook": lambda call, events: _is_published(events),
    "put_card": lambda call, events: any(isinstance(event, FlowEdited) for event in events),
}
"""What may be acknowledged without an event of its own, and what the stream then shows at the version that was told."""
