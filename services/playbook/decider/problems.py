"""What keeps a flow from being published: everything at once, each by the card at which it is."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from pydantic import BaseModel, ConfigDict

from contracts.flow import (
    ActionCard,
    CaptureCard,
    Card,
    EndCard,
    Flow,
    LiveChatCard,
    MessageCard,
    QualifyCard,
    QuestionCard,
    following,
)
from services.playbook.cards import run_from

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
    circling = {card_id for card_id in flow.cards if _last(flow, card_id) not in _STOPS}
    reached = _reached({flow.start}, {card_id: following(card) for card_id, card in flow.cards.items()})
    ends = {card_id for card_id, card in flow.cards.items() if isinstance(card, EndCard)}
    ending = _reached(ends, _backwards(flow))
    found = [
        FlowProblem(card_id=card_id, code=code, detail=_TOLD[code])
        for card_id, card in flow.cards.items()
        for code in _of_place(card_id, circling, reached, ending)
    ]
    found += [
        FlowProblem(card_id=card_id, code=code, detail=_TOLD[code])
        for card_id, card in flow.cards.items()
        for code in _of_card(flow, card)
    ]
    return found + list(_too_many_fields(flow))


_STOPS = ("question", "capture", "live_chat", "end")
_TOLD = {
    "circle": "This card leads round in a circle without asking anything.",
    "unreachable": "No path leads to this card.",
    "dead_end": "From this card no path leads to an end.",
    "impatient": "The offline flow leads to a Live Chat card without asking anything.",
    "empty_text": "A text of this card says nothing.",
    "double_choice": "Two choices of this question have the same id or the same label.",
    "no_currency": "A deal's value needs its currency.",
    "too_many_fields": f"A playbook asks for at most {FREE_FIELDS_MAX} free fields.",
}


def _of_place(
    card_id: str, circling: Collection[str], reached: Collection[str], ending: Collection[str]
) -> Iterator[str]:
    if card_id in circling:
        yield "circle"
    elif card_id not in ending:
        yield "dead_end"
    if card_id not in reached:
        yield "unreachable"


def _of_card(flow: Flow, card: Card) -> Iterator[str]:
    if not all(text.strip() for text in _texts(card)):
        yield "empty_text"
    match card:
        case LiveChatCard(offline_flow=first) if _last(flow, first) == "live_chat":
            yield "impatient"
        case QuestionCard(choices=choices):
            ids, labels = Counter(c.choice_id for c in choices), Counter(c.label.strip() for c in choices)
            if max(*ids.values(), *labels.values()) > 1:
                yield "double_choice"
        case ActionCard(deal_value_minor=int(), currency=None):
            yield "no_currency"


def _texts(card: Card) -> tuple[str, ...]:
    match card:
        case QuestionCard():
            return (card.text, *(choice.label for choice in card.choices))
        case CaptureCard():
            return (card.text, card.retry_text, *card.options, *([card.label] if card.label else []))
        case LiveChatCard():
            return (card.online_message, card.offline_message)
        case ActionCard():
            return (card.title,) if card.title else ()
        case MessageCard() | EndCard():
            return (card.text,)
        case QualifyCard():
            return ()


def _too_many_fields(flow: Flow) -> Iterator[FlowProblem]:
    first: dict[str, str] = {}
    for card_id, card in flow.cards.items():
        if isinstance(card, CaptureCard) and card.key is not None:
            first.setdefault(card.key, card_id)
    for card_id in list(first.values())[FREE_FIELDS_MAX:]:
        yield FlowProblem(card_id=card_id, code="too_many_fields", detail=_TOLD["too_many_fields"])


def _last(flow: Flow, card_id: str) -> str:
    *_, (_, card) = run_from(flow, card_id)
    return card.kind


def _reached(begin: Collection[str], leads_to: Mapping[str, Collection[str]]) -> set[str]:
    """The cards that can be reached from these ones, themselves among them."""
    reached, left = set(begin), list(begin)
    while left:
        new = set(leads_to[left.pop()]) - reached
        reached |= new
        left += new
    return reached


def _backwards(flow: Flow) -> Mapping[str, Collection[str]]:
    before: dict[str, list[str]] = {card_id: [] for card_id in flow.cards}
    for card_id, card in flow.cards.items():
        for next_ in following(card):
            before[next_].append(card_id)
    return before
