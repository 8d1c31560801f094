"""What a condition card may ask: what is known of the visitor, where they are, and who is there for them."""

from datetime import date
from math import isfinite
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from contracts.envelope import Fact

VALUE_CHARS_MAX = 200
LOCALES_MAX = 20

FieldKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Value = Annotated[str, StringConstraints(max_length=VALUE_CHARS_MAX)]
Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]


class _Compared(Fact):
    compare: str
    value: Value = ""

    @model_validator(mode="after")
    def _with_what(self) -> "_Compared":
        if (self.compare == "known") == bool(self.value.strip()):
            raise ValueError("only `known` compares with nothing: every other way needs a value")
        if self.compare in ("at_least", "at_most") and measured(self.value) is None:
            raise ValueError("only a number or a date (2026-03-31) can be at least or at most something")
        return self


class CapturedIs(_Compared):
    """What a capture card asked for: a name, an e-mail, or a free field's key. Capitals do not matter."""

    of: Literal["captured"] = "captured"
    field: FieldKey
    compare: Literal["known", "is", "contains", "at_least", "at_most"]


class PageIs(_Compared):
    """The address of the page that the visitor sees."""

    of: Literal["page"] = "page"
    compare: Literal["is", "contains", "starts_with"]


class UtmIs(_Compared):
    """A UTM parameter of the last page that the visitor came to with any."""

    of: Literal["utm"] = "utm"
    parameter: Literal["source", "medium", "campaign", "term", "content"]
    compare: Literal["known", "is", "contains"]


class LocaleIs(Fact):
    """The browser's locale is one of these; `pt` stands for all of its regions, `pt-BR` for one."""

    of: Literal["locale"] = "locale"
    locales: tuple[Locale, ...] = Field(min_length=1, max_length=LOCALES_MAX)


class HoursAre(Fact):
    """Whether it is within the workspace's business hours; one that has set none is always open."""

    of: Literal["hours"] = "hours"
    open: bool = True


class SomebodyOnline(Fact):
    """Whether an agent is online. It opens no conversation: the Live Chat card asks that for itself."""

    of: Literal["online"] = "online"
    online: bool = True


class VisitorReturns(Fact):
    """Whether the visitor has been in a visit before this one."""

    of: Literal["returning"] = "returning"
    returning: bool = True


Condition = Annotated[
    CapturedIs | PageIs | UtmIs | LocaleIs | HoursAre | SomebodyOnline | VisitorReturns,
    Field(discriminator="of"),
]


def measured(value: str) -> tuple[str, float] | None:
    """What can be more or less than another of its kind: a number, or a date; None for anything else."""
    told = value.strip()
    try:
        if told.count("-") == 2:
            return "date", float(date.fromisoformat(told).toordinal())
        number = float(told.replace(",", "."))
    except ValueError:
        return None
    return ("number", number) if isfinite(number) else None
