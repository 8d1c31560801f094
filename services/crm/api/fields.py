"""The texts and amounts that bodies of this service may hold."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from services.crm.commands import CURRENCIES, NOTE_CHARS_MAX, TITLE_CHARS_MAX, VALUE_MINOR_MAX

YEAR_MIN, YEAR_MAX = 2000, 2200


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("a currency is one of ISO 4217's codes, such as EUR")
    return code


def _told_as_text(time: object) -> object:
    if not isinstance(time, str):
        raise ValueError("a time is a text with its offset, such as 2026-03-04T10:00:00Z")
    return time


def _near(time: datetime) -> datetime:
    if not YEAR_MIN <= time.year <= YEAR_MAX:
        raise ValueError(f"a time lies in the years {YEAR_MIN} to {YEAR_MAX}")
    return time


def _text(chars_max: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=chars_max)


Name = Annotated[str, _text(200)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9 ()./-]{3,40}$")]
Website = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=500, pattern=r"^(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?$"
    ),
]
Title = Annotated[str, _text(TITLE_CHARS_MAX)]
NoteText = Annotated[str, _text(NOTE_CHARS_MAX)]
ValueMinor = Annotated[int, Field(ge=0, le=VALUE_MINOR_MAX)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_currency)]
DueAt = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_told_as_text), AfterValidator(_near)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
