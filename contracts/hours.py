"""Business hours: when a workspace's team is there, by the wall clocks of its time zone."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from contracts.envelope import Fact

INTERVALS_MAX = 6
"""Of a day."""
SPECIAL_DAYS_MAX = 60
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _day(told: str) -> str:
    date.fromisoformat(told)
    return told


ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{1,63}$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_day)]


class OpenInterval(Fact):
    """From `opens` until just before `closes`, on one day; 24:00 is its end."""

    opens: TimeOfDay
    closes: TimeOfDay

    @model_validator(mode="after")
    def _closes_later(self) -> "OpenInterval":
        if self.opens >= self.closes:
            raise ValueError("an interval closes after it opens, on the same day")
        return self


def _apart(intervals: tuple[OpenInterval, ...]) -> tuple[OpenInterval, ...]:
    ordered = tuple(sorted(intervals, key=lambda one: one.opens))
    if any(earlier.closes > later.opens for earlier, later in pairwise(ordered)):
        raise ValueError("intervals of a day do not overlap")
    return ordered


Intervals = Annotated[tuple[OpenInterval, ...], Field(max_length=INTERVALS_MAX), AfterValidator(_apart)]
"""Of one day, the earliest first; none where it is closed."""


class Week(Fact):
    """The intervals of each day of the week; a day that is not named is closed."""

    monday: Intervals = ()
    tuesday: Intervals = ()
    wednesday: Intervals = ()
    thursday: Intervals = ()
    friday: Intervals = ()
    saturday: Intervals = ()
    sunday: Intervals = ()


class SpecialDay(Fact):
    """A date with intervals of its own, whatever day of the week it is; none: closed."""

    date: Day
    intervals: Intervals = ()


def _each_once(days: tuple[SpecialDay, ...]) -> tuple[SpecialDay, ...]:
    ordered = tuple(sorted(days, key=lambda one: one.date))
    if any(earlier.date == later.date for earlier, later in pairwise(ordered)):
        raise ValueError("each date is special once")
    return ordered


class BusinessHours(Fact):
    """When the team is there, by the wall clocks of `time_zone` (an IANA name), also where clocks are changed."""

    time_zone: ZoneName
    week: Week
    special_days: Annotated[
        tuple[SpecialDay, ...], Field(max_length=SPECIAL_DAYS_MAX), AfterValidator(_each_once)
    ] = ()


class HoursSeen(Fact):
    """Whether it was within business hours, by this `revision` of them; 0: the workspace had set none."""

    open: bool
    revision: int


class Opening(Fact):
    """A moment at which the hours begin: the day and the time, by the wall clocks of their time zone."""

    day: Day
    clock: TimeOfDay


def is_open(hours: BusinessHours, at: datetime) -> bool:
    """Whether it is within the hours at this moment."""
    there = at.astimezone(ZoneInfo(hours.time_zone))
    clock = f"{there:%H:%M}"
    return any(one.opens <= clock < one.closes for one in _intervals(hours, there.date()))


def next_opening(hours: BusinessHours, at: datetime) -> Opening | None:
    """When the next interval begins after this moment; None where no day has any."""
    there = at.astimezone(ZoneInfo(hours.time_zone))
    today, clock = there.date(), f"{there:%H:%M}"
    special = {date.fromisoformat(one.date) for one in hours.special_days}
    # Special days may close every day of the weeks that come: behind them the week repeats itself.
    near = {today + timedelta(days=days) for days in range(8 + SPECIAL_DAYS_MAX)}
    for day in sorted(near | {one for one in special if one >= today}):
        for interval in _intervals(hours, day):
            if day > today or interval.opens > clock:
                return Opening(day=day.isoformat(), clock=interval.opens)
    return None


def _intervals(hours: BusinessHours, day: date) -> tuple[OpenInterval, ...]:
    special = next((one for one in hours.special_days if one.date == day.isoformat()), None)
    found: tuple[OpenInterval, ...] = (
        getattr(hours.week, _DAYS[day.weekday()]) if special is None else special.intervals
    )
    return found
