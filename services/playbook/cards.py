"""What counts as a valid detail, and what is made of details: pure rules over cards."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from contracts.details import is_email, is_name, is_phone, plain
from contracts.flow import DEAL_VALUE_MINOR_MAX, DUE_IN_DAYS_MAX, CaptureCard

FREE_CHARS_MAX = 200

_PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,6})?")
_WITHOUT_MINOR = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"}
    | {"XAF", "XOF", "XPF"}
)
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def filled(text: str | None, details: Mapping[str, str], chars_max: int) -> str | None:
    """A text with details in its places, as in "Call {name}"; a place without a detail is left empty.

    None where nothing is left to be read; cut to `chars_max`, which details may exceed.
    """
    told = _PLACE.sub(lambda place: details.get(place[1], ""), text or "").strip()
    return told[:chars_max] or None


def minor_units(told: str | None, currency: str | None) -> int | None:
    """A captured number of whole units in the currency's minor ones (ISO 4217); None where it is no such value."""
    if told is None or currency is None or not _NUMBER.fullmatch(told):
        return None
    places = 0 if currency in _WITHOUT_MINOR else 3 if currency in _THOUSANDTHS else 2
    value = round(Decimal(told.replace(",", ".")).scaleb(places))
    return value if 0 <= value <= DEAL_VALUE_MINOR_MAX else None


def days_until(told: str | None, today: date) -> int | None:
    """How many days there are from today to a captured date; None where it is no date to come, or too far away."""
    try:
        days = (date.fromisoformat(told or "") - today).days
    except ValueError:
        return None
    return days if 0 <= days <= DUE_IN_DAYS_MAX else None


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
    return told if 1 <= len(told) <= FREE_CHARS_MAX and _within(card, Decimal(len(told))) else None


def _number(card: CaptureCard, told: str) -> str | None:
    number = told.replace(",", ".").lstrip("+")
    return number if _NUMBER.fullmatch(told) and _within(card, Decimal(number)) else None


def _within(card: CaptureCard, value: Decimal) -> bool:
    return (card.least is None or value >= card.least) and (card.most is None or value <= card.most)


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
