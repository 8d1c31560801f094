"""How a flow is walked, and what counts as a valid detail: pure rules over cards."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from contracts.details import is_email, is_name, is_phone, plain
from contracts.flow import CaptureCard, Card, EndCard, Flow, LiveChatCard, QuestionCard

FREE_CHARS_MAX = 200

_PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def run_from(flow: Flow, card_id: str) -> Iterator[tuple[str, Card]]:
    """The cards from this one up to and with the first at which the walk stops.

    It stops at a question, a capture card, a Live Chat card and an end. A run is no longer than the flow, so that it
    ends even in a flow that could not be published.
    """
    for _ in flow.cards:
        card = flow.cards[card_id]
        yield card_id, card
        if isinstance(card, QuestionCard | CaptureCard | LiveChatCard | EndCard):
            return
        card_id = card.next


def filled(text: str | None, details: Mapping[str, str], chars_max: int) -> str | None:
    """A text with details in its places, as in "Call {name}"; a place without a detail is left empty.

    None where nothing is left to be read; cut to `chars_max`, which details may exceed.
    """
    told = _PLACE.sub(lambda place: details.get(place[1], ""), text or "").strip()
    return told[:chars_max] or None


def valid_detail(card: CaptureCard, value: str) -> str | None:
    """The detail in the form in which it is kept; None where it cannot be what the card asks for."""
    told = plain(value)
    if told is None:
        return None
    return _FORMS[card.field if card.field != "free" else card.type](card, told)


def _name(card: CaptureCard, told: str) -> str | None:
    return told if is_name(told) else None


def _email(card: CaptureCard, told: str) -> str | None:
    return told if is_email(told) else None


def _phone(card: CaptureCard, told: str) -> str | None:
    return told if is_phone(told) else None


def _text(card: CaptureCard, told: str) -> str | None:
    return told if 1 <= len(told) <= FREE_CHARS_MAX else None


def _number(card: CaptureCard, told: str) -> str | None:
    return told.replace(",", ".").lstrip("+") if _NUMBER.fullmatch(told) else None


def _date(card: CaptureCard, told: str) -> str | None:
    try:
        return date.fromisoformat(told).isoformat() if _DATE.fullmatch(told) else None
    except ValueError:
        return None


def _choice(card: CaptureCard, told: str) -> str | None:
    """Capitals and spaces do not matter; what is kept is the option as the card has it."""
    wanted = told.casefold()
    return next((option for option in card.options if " ".join(option.split()).casefold() == wanted), None)


_FORMS: Mapping[str, Callable[[CaptureCard, str], str | None]] = {
    "name": _name,
    "company": _name,
    "email": _email,
    "phone": _phone,
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
}
