"""The walk: a run of cards as the events that it leaves in the visit."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, assert_never

from contracts.flow import (
    NOTE_CHARS_MAX,
    ActionCard,
    CaptureCard,
    Card,
    EndCard,
    Flow,
    LiveChatCard,
    MessageCard,
    QualifyCard,
    QuestionCard,
)
from contracts.ids import derived_id
from contracts.playbook import (
    CardShown,
    FollowUpRequested,
    LiveChatRequested,
    Option,
    VisitEnded,
    VisitEvent,
    VisitorDisqualified,
    VisitorQualified,
)
from services.chassis.decider import Refused
from services.playbook.cards import filled, run_from
from services.playbook.decider.visit_state import Visit, evolve


class Heading(TypedDict):
    """What every event of a visit begins with."""

    at: datetime
    visit_id: str
    visitor_id: str


def heading(visit: Visit, at: datetime) -> Heading:
    """The heading of this visit's next event."""
    return {"at": at, "visit_id": visit.visit_id, "visitor_id": visit.visitor_id}


def after(visit: Visit, events: Sequence[VisitEvent]) -> Visit:
    """The visit once these events have happened."""
    for event in events:
        state = evolve(visit, event)
        assert isinstance(state, Visit)
        visit = state
    return visit


def walked(visit: Visit, flow: Flow, card_id: str, at: datetime) -> list[VisitEvent]:
    """The events of the run that begins at a card. Raises Refused where it leads to a second request for a person."""
    events: list[VisitEvent] = []
    for id_, card in run_from(flow, card_id):
        new = _arrived(visit, id_, card, at)
        visit = after(visit, new)
        events += new
    return events


def _arrived(visit: Visit, card_id: str, card: Card, at: datetime) -> list[VisitEvent]:
    head = heading(visit, at)
    match card:
        case QuestionCard() | CaptureCard() | MessageCard():
            return [_shown(visit, card_id, card, at)]
        case EndCard():
            ended = VisitEnded(**head, reason="end_card", conversation_id=visit.conversation_id)
            return [_shown(visit, card_id, card, at), ended]
        case QualifyCard(qualified=qualified):
            return [(VisitorQualified if qualified else VisitorDisqualified)(**head, card_id=card_id)]
        case ActionCard():
            return [_follow_up(visit, card_id, card, at)]
        case LiveChatCard():
            return [_request(visit, card_id, card, at)]
        case _:
            assert_never(card)


def _shown(
    visit: Visit, card_id: str, card: QuestionCard | CaptureCard | MessageCard | EndCard, at: datetime
) -> CardShown:
    asks = card if isinstance(card, CaptureCard) else None
    return CardShown(
        **heading(visit, at),
        card_id=card_id,
        kind=card.kind,
        arrival=visit.shown + 1,
        text=card.text,
        options=_options(card),
        field=asks.captures if asks else None,
        detail_type=asks.type if asks and asks.field == "free" else None,
        conversation_id=visit.conversation_id,
    )


def _options(card: Card) -> tuple[Option, ...]:
    match card:
        case QuestionCard(choices=choices):
            return tuple(Option(choice_id=choice.choice_id, label=choice.label) for choice in choices)
        case CaptureCard(options=labels):
            return tuple(
                Option(choice_id=f"option-{place}", label=label) for place, label in enumerate(labels, 1)
            )
        case _:
            return ()


def _follow_up(visit: Visit, card_id: str, card: ActionCard, at: datetime) -> FollowUpRequested:
    # A card that is not shown has the arrival of the next one shown. No card is passed twice between two that are
    # shown, because flows with such a circle are not published: (card, arrival) names this arrival alone.
    details = {known.field: known.value for known in visit.captured}
    return FollowUpRequested(
        **heading(visit, at),
        card_id=card_id,
        arrival=visit.shown + 1,
        follow_up=card.follow_up,
        title=filled(card.title, details, NOTE_CHARS_MAX),
        note=filled(card.note, details, NOTE_CHARS_MAX),
        deal_value_minor=card.deal_value_minor,
        currency=card.currency,
        due_in_days=card.due_in_days,
        captured=visit.captured,
        conversation_id=visit.conversation_id,
    )


def _request(visit: Visit, card_id: str, card: LiveChatCard, at: datetime) -> LiveChatRequested:
    if visit.conversation_id is not None:
        raise Refused("live_chat_open", "A person was already asked for, and that is not settled yet.")
    request_id = derived_id("request", visit.visit_id, visit.shown + 1)
    return LiveChatRequested(
        **heading(visit, at),
        request_id=request_id,
        conversation_id=derived_id("conversation", request_id),
        playbook_id=visit.playbook_id,
        card_id=card_id,
        online_message=card.online_message,
        wait_time_s=card.wait_time_s,
        offline_message=card.offline_message,
        walk=visit.walk,
        captured=visit.captured,
        identified=visit.identified,
    )
