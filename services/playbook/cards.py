"""How a flow is walked, and what counts as a valid detail: pure rules over cards."""

import re
from collections.abc import Callable, Iterator, Mapping

from contracts.flow import CaptureCard, Card, EndCard, Flow, LiveChatCard, QuestionCard

NAME_CHARS_MAX = 120
EMAIL_CHARS_MAX = 254
PHONE_CHARS_MAX = 40
PHONE_DIGITS_MIN = 5
PHONE_DIGITS_MAX = 15

_PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
_EMAIL = re.compile(r"[^@\s]{1,64}@(?:[^@\s.]{1,63}\.)+[^@\s.]{2,63}")
_PHONE = re.compile(r"\+?[0-9 ()./-]+")


def run_from(flow: Flow, card_id: str) -> Iterator[tuple[str, Card]]:
    """The cards from this one up to and with the first at which the walk stops.

    It stops at a question, a capture card, a Live Chat card and an end. A run is no longer than the flow, so that it
    ends even in a flow that `obstacles` would have refused.
    """
    for _ in flow.cards:
        card = flow.cards[card_id]
        yield card_id, card
        if isinstance(card, QuestionCard | CaptureCard | LiveChatCard | EndCard):
            return
        card_id = card.next


def obstacles(flow: Flow) -> Mapping[str, str]:
    """What keeps a flow from being published: the card → what is wrong there; empty for a flow that can be walked."""
    endless = {
        card_id: "leads round in a circle without asking anything"
        for card_id in flow.cards
        if _circles(flow, card_id)
    }
    impatient = {
        card_id: "leads from its offline flow to a Live Chat card without asking anything"
        for card_id, card in flow.cards.items()
        if isinstance(card, LiveChatCard) and _last(flow, card.offline_flow) == "live_chat"
    }
    return endless | impatient


def _circles(flow: Flow, card_id: str) -> bool:
    return _last(flow, card_id) not in ("question", "capture", "live_chat", "end")


def _last(flow: Flow, card_id: str) -> str:
    *_, (_, card) = run_from(flow, card_id)
    return card.kind


def filled(text: str | None, details: Mapping[str, str], chars_max: int) -> str | None:
    """A text with details in its places, as in "Call {name}"; a place without a detail is left empty.

    None where nothing is left to be read; cut to `chars_max`, which details may exceed.
    """
    told = _PLACE.sub(lambda place: details.get(place[1], ""), text or "").strip()
    return told[:chars_max] or None


def valid_detail(field: str, value: str) -> str | None:
    """The detail in the form in which it is kept; None where it cannot be one."""
    told = " ".join(value.split())
    return told if told.isprintable() and _FORMS[field](told) else None


def _is_name(told: str) -> bool:
    return len(told) <= NAME_CHARS_MAX and any(character.isalnum() for character in told)


def _is_email(told: str) -> bool:
    return len(told) <= EMAIL_CHARS_MAX and _EMAIL.fullmatch(told) is not None


def _is_phone(told: str) -> bool:
    digits = sum(character.isdigit() for character in told)
    formed = len(told) <= PHONE_CHARS_MAX and _PHONE.fullmatch(told) is not None
    return formed and PHONE_DIGITS_MIN <= digits <= PHONE_DIGITS_MAX


_FORMS: Mapping[str, Callable[[str], bool]] = {
    "name": _is_name,
    "company": _is_name,
    "email": _is_email,
    "phone": _is_phone,
}
