"""What a Live Chat card says outside the business hours: texts of its own, where it has some.

Hours take nobody online or offline: they choose among texts, and never between a live chat and the offline flow.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from contracts.flow import OPENS, TEXT_CHARS_MAX, LiveChatCard
from contracts.hours import Opening
from contracts.look import Language
from services.playbook.commands.visit import Facts

WEEK = timedelta(days=7)
_DAYS: Mapping[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "pt-BR": (
        "segunda-feira",
        "terça-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
        "sábado",
        "domingo",
    ),
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "pt-BR": (
        *("janeiro", "fevereiro", "março", "abril", "maio", "junho"),
        *("julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
    ),
}


def in_words(opening: Opening, today: date, language: Language) -> str:
    """When the team is back, as the bot says it; the name of one of the next days is right tomorrow as well."""
    day = date.fromisoformat(opening.day)
    name, clock = _DAYS[language][day.weekday()], opening.clock.removeprefix("0")
    if day < today + WEEK:
        return f"{name}, {clock}"
    month = _MONTHS[language][day.month - 1]
    return (
        f"{name}, {day.day} {month}, {clock}"
        if language == "en"
        else f"{name}, {day.day} de {month}, {clock}"
    )


def said_outside(text: str | None, facts: Facts) -> str | None:
    """This text, where it is outside the hours now; None where the usual one is said.

    So it is also where the text names the next opening and the hours know of none.
    """
    if text is None or facts.hours.open or (OPENS in text and facts.opens is None):
        return None
    return text.replace(OPENS, facts.opens or "")[:TEXT_CHARS_MAX]


def note_of(card: LiveChatCard, facts: Facts) -> str | None:
    """What is said before the offline flow of somebody who did not wait for it; None where nothing is."""
    return said_outside(card.outside_hours.note, facts) if card.outside_hours else None
