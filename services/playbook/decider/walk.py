"""The walk: a run of cards as the events that it leaves in the visit."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, assert_never

from contracts.deciding import ConditionDecided
from contracts.flow import (
    NOTE_CHARS_MAX,
    ActionCard,
    Bounds,
    CaptureCard,
    Card,
    ConditionCard,
    EndCard,
    Flow,
    LiveChatCard,
    MessageCard,
    QualifyCard,
    QuestionCard,
)
from contracts.formatted import Body
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
from services.playbook.cards import days_until, filled, minor_units
from services.playbook.commands.visit import Facts
from services.playbook.decider.conditions import decided, weighed
from services.playbook.decider.outside import said_outside
from services.playbook.decider.visit_state import WALK_FORMS_CHARS_MAX, Visit, evolve


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


def walked(visit: Visit, flow: Flow, card_id: str, at: datetime, facts: Facts) -> list[VisitEvent]:
    """The events of the run that begins at a card and stops at the first that asks, wants a person, or ends.

    A run is no longer than the flow, so that it ends even in a flow that could not be published. Where nobody came to
    a conversation in time, it passes Live Chat cards by their offline flows. Raises Refused where it leads to a second
    request while the first is not settled.
    """
    events: list[VisitEvent] = []
    for _ in flow.cards:
        card = flow.cards[card_id]
        missed = visit.missed
        new = _arrived(visit, card_id, card, at, facts)
        visit = after(visit, new)
        events += new
        match card:
            case ConditionCard():
                card_id = _led_to(new)
            case MessageCard() | QualifyCard() | ActionCard():
                card_id = card.next
            case LiveChatCard() if missed:
                card_id = card.offline_flow
            case _:
                break
    return events


def _led_to(events: Sequence[VisitEvent]) -> str:
    return next(event.next for event in events if isinstance(event, ConditionDecided))


def _arrived(visit: Visit, card_id: str, card: Card, at: datetime, facts: Facts) -> list[VisitEvent]:
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
        case LiveChatCard() if visit.missed:
            return [_missed_again(visit, card_id, card, at, facts)]
        case LiveChatCard():
            return [_request(visit, card_id, card, at, facts)]
        case ConditionCard():
            case_, next_ = decided(card, visit, facts)
            seen = weighed(card, visit, facts)
            return [ConditionDecided(**head, card_id=card_id, case=case_, next=next_, weighed=seen)]
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
        body=() if isinstance(card, CaptureCard) else card.body,
        options=_options(card),
        field=asks.captures if asks else None,
        detail_type=asks.type if asks and asks.field == "free" else None,
        bounds=_bounds(asks),
        conversation_id=visit.conversation_id,
    )


def _bounds(asks: CaptureCard | None) -> Bounds | None:
    if asks is None or (asks.least, asks.most) == (None, None):
        return None
    return Bounds(least=asks.least, most=asks.most)


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
    value = minor_units(details.get(card.deal_value_field or ""), card.currency)
    due = days_until(details.get(card.due_field or ""), at.date())
    return FollowUpRequested(
        **heading(visit, at),
        card_id=card_id,
        arrival=visit.shown + 1,
        follow_up=card.follow_up,
        title=filled(card.title, details, NOTE_CHARS_MAX),
        note=filled(card.note, details, NOTE_CHARS_MAX),
        deal_value_minor=card.deal_value_minor if value is None else value,
        currency=card.currency,
        due_in_days=card.due_in_days if due is None else due,
        captured=visit.captured,
        conversation_id=visit.conversation_id,
    )


def note_shown(visit: Visit, card_id: str, text: str, at: datetime, facts: Facts) -> CardShown:
    """A Live Chat card's note before its offline flow, outside the business hours."""
    return CardShown(
        **heading(visit, at),
        card_id=card_id,
        kind="message",
        arrival=visit.shown + 1,
        text=text,
        conversation_id=visit.conversation_id,
        hours=facts.hours,
    )


def _missed_again(visit: Visit, card_id: str, card: LiveChatCard, at: datetime, facts: Facts) -> CardShown:
    """A Live Chat card's offline message, said by the bot while the conversation that nobody took is still open."""
    outside = card.outside_hours
    offline = said_outside(outside.offline_message, facts) if outside else None
    return CardShown(
        **heading(visit, at),
        card_id=card_id,
        kind="message",
        arrival=visit.shown + 1,
        text=offline or card.offline_message,
        body=() if offline else card.offline_body,
        conversation_id=visit.conversation_id,
        hours=facts.hours if offline else None,
        missed=True,
    )


def _request(visit: Visit, card_id: str, card: LiveChatCard, at: datetime, facts: Facts) -> LiveChatRequested:
    if visit.conversation_id is not None:
        raise Refused("live_chat_open", "A person was already asked for, and that is not settled yet.")
    request_id = derived_id("request", visit.visit_id, visit.shown + 1)
    outside = card.outside_hours
    online = said_outside(outside.online_message, facts) if outside else None
    offline = said_outside(outside.offline_message, facts) if outside else None
    return LiveChatRequested(
        **heading(visit, at),
        request_id=request_id,
        conversation_id=derived_id("conversation", request_id),
        playbook_id=visit.playbook_id,
        card_id=card_id,
        online_message=online or card.online_message,
        wait_time_s=card.wait_time_s,
        offline_message=offline or card.offline_message,
        online_body=() if online else _carried(card.online_body),
        offline_body=() if offline else _carried(card.offline_body),
        walk=visit.walk,
        captured=visit.captured,
        identified=visit.identified,
        hours=facts.hours if outside else None,
        show_queue_position=card.show_queue_position,
    )


def _carried(body: Body) -> Body:
    """The form of a Live Chat card's message, if it fits beside the walk; without it the words are told."""
    return body if sum(len(block.model_dump_json()) for block in body) <= WALK_FORMS_CHARS_MAX else ()
