"""What keeps a flow from being published: everything at once, each by the card at which it is."""

from collections import Counter
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from contracts.conditions import CapturedIs
from contracts.flow import (
    STANDARD_FIELDS,
    ActionCard,
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
from services.playbook.decider.paths import backwards, circling, leads_of, reached

FREE_FIELDS_MAX = 10
"""A visit's free fields travel in one event, which like every event has a limit in bytes."""


class FlowProblem(BaseModel):
    """One thing that is wrong, at one card. `code` never changes for the same problem; `detail` is for people."""

    model_config = ConfigDict(frozen=True)

    card_id: str
    code: str
    detail: str


def problems(flow: Flow) -> list[FlowProblem]:
    """All of them; empty for a flow that can be walked from its start, asks or ends everywhere, and can end."""
    by_place = list(_of_places(flow))
    found = [(card_id, code) for card_id in flow.cards for at, code in by_place if at == card_id]
    found += [(card_id, code) for card_id, card in flow.cards.items() for code in _of_card(flow, card)]
    found += [(card_id, "too_many_fields") for card_id in list(_fields(flow).values())[FREE_FIELDS_MAX:]]
    return [FlowProblem(card_id=card_id, code=code, detail=_TOLD[code]) for card_id, code in found]


_TOLD = {
    "circle": "This card leads round in a circle without asking anything.",
    "asks_again": "This card asks again what was answered already, without a choice of the visitor's.",
    "own_offline_flow": "The offline flow leads back to its Live Chat card without a choice of the visitor's.",
    "unreachable": "No path leads to this card.",
    "dead_end": "From this card no path leads to an end.",
    "impatient": "The offline flow leads to a Live Chat card without asking anything.",
    "empty_text": "A text of this card says nothing.",
    "double_choice": "Two choices of this question have the same id or the same label.",
    "no_currency": "A deal's value needs its currency.",
    "unknown_field": "This card needs a detail that no card asks for.",
    "too_many_fields": f"A playbook asks for at most {FREE_FIELDS_MAX} free fields.",
}


def _of_places(flow: Flow) -> Iterator[tuple[str, str]]:
    """What is wrong with where cards stand. A circle is the visitor's own where a question is on it."""
    silent = circling(leads_of(flow, without=(QuestionCard, CaptureCard, LiveChatCard)))
    asking = circling(leads_of(flow, without=(QuestionCard, LiveChatCard))) - silent
    leads, chosen = leads_of(flow), circling(leads_of(flow, without=(QuestionCard,)))
    ends = (card_id for card_id, card in flow.cards.items() if isinstance(card, EndCard))
    yield from ((card_id, "circle") for card_id in silent)
    yield from ((card_id, "asks_again") for card_id in asking if isinstance(flow.cards[card_id], CaptureCard))
    yield from ((id_, "own_offline_flow") for id_ in chosen if isinstance(flow.cards[id_], LiveChatCard))
    yield from ((card_id, "dead_end") for card_id in leads.keys() - reached(ends, backwards(leads)) - silent)
    yield from ((card_id, "unreachable") for card_id in leads.keys() - reached([flow.start], leads))
    yield from ((card_id, "impatient") for card_id in _impatient(flow) if card_id not in chosen)


def _impatient(flow: Flow) -> Iterator[str]:
    """Between two requests for a person the visitor is asked something: the first is mostly not settled before."""
    unasked = leads_of(flow, without=(QuestionCard, CaptureCard))
    people = {card_id for card_id, card in flow.cards.items() if isinstance(card, LiveChatCard)}
    onwards = {card_id: [] if card_id in people else to for card_id, to in unasked.items()}
    for card_id in people:
        if people & reached(unasked[card_id], onwards):
            yield card_id


def _of_card(flow: Flow, card: Card) -> Iterator[str]:
    if not all(text.strip() for text in _texts(card)):
        yield "empty_text"
    match card:
        case QuestionCard(choices=choices):
            ids, labels = Counter(c.choice_id for c in choices), Counter(c.label.strip() for c in choices)
            if max(*ids.values(), *labels.values()) > 1:
                yield "double_choice"
        case ActionCard(currency=None) if (card.deal_value_minor, card.deal_value_field) != (None, None):
            yield "no_currency"
    if _needed(card) - {*STANDARD_FIELDS, *_fields(flow)}:
        yield "unknown_field"


def _texts(card: Card) -> tuple[str, ...]:
    match card:
        case QuestionCard():
            return (card.text, *(choice.label for choice in card.choices))
        case CaptureCard():
            return (card.text, card.retry_text, *card.options, *([card.label] if card.label else []))
        case LiveChatCard():
            outside = card.outside_hours.model_dump().values() if card.outside_hours else ()
            return (
                card.online_message,
                card.offline_message,
                *(text for text in outside if text is not None),
            )
        case ActionCard():
            return (card.title,) if card.title else ()
        case MessageCard() | EndCard():
            return (card.text,)
        case QualifyCard() | ConditionCard():
            return ()


def _needed(card: Card) -> set[str]:
    """The captured fields by which the card decides or of which it makes something."""
    match card:
        case ConditionCard(cases=cases):
            conditions = [condition for case in cases for condition in case.when]
            return {condition.field for condition in conditions if isinstance(condition, CapturedIs)}
        case ActionCard():
            return {field for field in (card.deal_value_field, card.due_field) if field is not None}
        case _:
            return set()


def _fields(flow: Flow) -> dict[str, str]:
    """The free fields, each by the first card that asks for it."""
    first: dict[str, str] = {}
    for card_id, card in flow.cards.items():
        if isinstance(card, CaptureCard) and card.key is not None:
            first.setdefault(card.key, card_id)
    return first
