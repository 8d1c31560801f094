"""What a detail of a person looks like, whoever tells it: the visitor to the bot, or the customer's own server."""

import re

NAME_CHARS_MAX = 120
EMAIL_CHARS_MAX = 254
PHONE_CHARS_MAX = 30
PHONE_DIGITS_MIN = 5
PHONE_DIGITS_MAX = 15

_EMAIL = re.compile(r"[^@\s]{1,64}@(?:[^@\s.]{1,63}\.)+[^@\s.]{2,63}")
_PHONE = re.compile(r"\+?[0-9 ()./-]+")


def plain(value: str) -> str | None:
    """The text on one line, with single spaces; None where a character of it cannot be shown."""
    told = " ".join(value.split())
    return told if told.isprintable() else None


def is_name(told: str, chars_max: int = NAME_CHARS_MAX) -> bool:
    """Whether this may be what somebody, or a company, is called."""
    return len(told) <= chars_max and any(map(str.isalnum, told))


def is_email(told: str) -> bool:
    """Whether this may be an e-mail address."""
    return len(told) <= EMAIL_CHARS_MAX and _EMAIL.fullmatch(told) is not None


def is_phone(told: str) -> bool:
    """Whether this may be a phone number."""
    digits = sum(character.isdigit() for character in told)
    formed = len(told) <= PHONE_CHARS_MAX and _PHONE.fullmatch(told) is not None
    return formed and PHONE_DIGITS_MIN <= digits <= PHONE_DIGITS_MAX
