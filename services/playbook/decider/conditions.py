"""How a condition card is decided: by what the visit knows and what its command brings, and by nothing else."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, assert_never

from contracts.conditions import (
    CapturedIs,
    Condition,
    HoursAre,
    LocaleIs,
    PageIs,
    SomebodyOnline,
    UtmIs,
    VisitorReturns,
    measured,
)
from contracts.deciding import Weighed
from contracts.flow import ConditionCard
from contracts.page_rules import PageCondition
from services.playbook.commands.visit import Facts
from services.playbook.decider.pages import utm_of
from services.playbook.decider.visit_state import Visit


class Somewhere(Protocol):
    """Where somebody is, as far as conditions ask for it."""

    @property
    def page(self) -> str | None: ...

    @property
    def landing(self) -> str | None: ...

    @property
    def locale(self) -> str: ...


class Asked(Somewhere, Protocol):
    """A visit, as far as conditions ask for it."""

    def detail(self, field: str) -> str | None:
        """What was captured under this name."""


def decided(card: ConditionCard, visit: Asked, facts: Facts) -> tuple[int, str]:
    """The number of the first case that holds, and the card to which it leads; 0 where none does."""
    for number, case in enumerate(card.cases, 1):
        if all(_holds(condition, visit, facts) for condition in case.when):
            return number, case.next
    return 0, card.otherwise


def weighed(card: ConditionCard, visit: Visit, facts: Facts) -> Weighed:
    """What the card asked for, as it was then."""
    asked = {condition.of for case in card.cases for condition in case.when}
    told: Mapping[str, object] = {
        "page": visit.page if "page" in asked else None,
        "utm": visit.landing if "utm" in asked else None,
        "locale": visit.locale if "locale" in asked else None,
        "hours": facts.hours if "hours" in asked else None,
        "online": facts.online if "online" in asked else None,
        "returning": facts.returning if "returning" in asked else None,
    }
    return Weighed.model_validate(told, from_attributes=True)


def holds_at(condition: PageCondition, there: Somewhere) -> bool:
    """Whether a condition about the page or the browser holds for somebody who is there."""
    match condition:
        case PageIs():
            return _compares(condition.compare, there.page, condition.value)
        case UtmIs(parameter=parameter):
            told = utm_of(there.landing or "").get(parameter)
            return _compares(condition.compare, told, condition.value)
        case LocaleIs(locales=locales):
            return any(_speaks(there.locale, locale) for locale in locales)
        case _:
            assert_never(condition)


def _holds(condition: Condition, visit: Asked, facts: Facts) -> bool:
    match condition:
        case CapturedIs(field=field):
            return _compares(condition.compare, visit.detail(field), condition.value)
        case PageIs() | UtmIs() | LocaleIs():
            return holds_at(condition, visit)
        case HoursAre(open=wanted):
            return facts.hours.open == wanted
        case SomebodyOnline(online=wanted):
            return bool(facts.online) == wanted
        case VisitorReturns(returning=wanted):
            return facts.returning == wanted
        case _:
            assert_never(condition)


def _compares(how: str, told: str | None, value: str) -> bool:
    return bool(told) and _WAYS[how](_flat(told or ""), _flat(value))


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())


def _measures(told: str, value: str, *, at_least: bool) -> bool:
    """A number compares with a number, a date with a date; anything else with nothing."""
    one, other = measured(told), measured(value)
    if one is None or other is None or one[0] != other[0]:
        return False
    return one >= other if at_least else one <= other


_WAYS: Mapping[str, Callable[[str, str], bool]] = {
    "known": lambda told, _: True,
    "is": lambda told, value: told == value,
    "contains": lambda told, value: value in told,
    "starts_with": lambda told, value: told.startswith(value),
    "at_least": partial(_measures, at_least=True),
    "at_most": partial(_measures, at_least=False),
}


def _speaks(locale: str, wanted: str) -> bool:
    return f"{locale}-".casefold().startswith(f"{wanted}-".casefold())
