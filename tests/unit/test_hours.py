"""When it is within business hours: by the wall clocks of the team's time zone, whatever is done to them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.hours import BusinessHours, Opening, OpenInterval, SpecialDay, Week, is_open, next_opening

LONDON, NEW_YORK, SAO_PAULO = "Europe/London", "America/New_York", "America/Sao_Paulo"
DAYS = tuple(Week.model_fields)


def every_day(*intervals: tuple[str, str]) -> Week:
    told = [{"opens": opens, "closes": closes} for opens, closes in intervals]
    return Week.model_validate(dict.fromkeys(DAYS, told))


def hours(zone: str, *intervals: tuple[str, str]) -> BusinessHours:
    return BusinessHours(time_zone=zone, week=every_day(*intervals))


def utc(told: str) -> datetime:
    return datetime.fromisoformat(told).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-03-02T11:59:59", False),
        ("2026-03-02T12:00", True),
        ("2026-03-02T20:59:59", True),
        ("2026-03-02T21:00", False),
        ("2026-03-08T15:00", False),
    ],
)
def test_an_interval_begins_with_its_first_minute_and_ends_before_its_last(at: str, open_: bool) -> None:
    nine = (OpenInterval(opens="09:00", closes="18:00"),)
    week = Week(monday=nine)

    assert is_open(BusinessHours(time_zone=SAO_PAULO, week=week), utc(at)) is open_


def test_an_interval_until_midnight_goes_on_in_that_of_the_next_day() -> None:
    late = (OpenInterval(opens="22:00", closes="24:00"),)
    early = (OpenInterval(opens="00:00", closes="02:00"),)
    night = BusinessHours(time_zone="UTC", week=Week(monday=late, tuesday=early))

    found = [is_open(night, utc(f"2026-03-0{at}")) for at in ("2T21:59", "2T23:59:59", "3T00:00", "3T02:00")]

    assert found == [False, True, True, False]


def test_a_special_day_has_its_own_intervals_and_no_others() -> None:
    noon = (OpenInterval(opens="12:00", closes="13:00"),)
    special = (SpecialDay(date="2026-12-25"), SpecialDay(date="2026-12-31", intervals=noon))
    told = BusinessHours(time_zone="UTC", week=every_day(("09:00", "17:00")), special_days=special)

    found = [is_open(told, utc(f"2026-12-{at}")) for at in ("24T10:00", "25T10:00", "31T10:00", "31T12:30")]

    assert found == [True, False, False, True]


def test_the_date_is_that_of_the_team_and_not_of_the_server() -> None:
    closed = BusinessHours(
        time_zone="Pacific/Auckland",
        week=every_day(("00:00", "24:00")),
        special_days=(SpecialDay(date="2026-01-01"),),
    )

    assert is_open(closed, utc("2025-12-31T10:59"))
    assert not is_open(closed, utc("2025-12-31T11:00"))
    assert is_open(closed, utc("2026-01-01T11:00"))


def test_where_clocks_go_forward_hours_keep_to_the_wall() -> None:
    told = hours(LONDON, ("00:30", "01:30"), ("08:00", "09:00"))

    # On 29 March 2026 the clocks of London go from 01:00 to 02:00.
    before, after = utc("2026-03-29T00:59:59"), utc("2026-03-29T01:00")
    assert (is_open(told, before), is_open(told, after)) == (True, False)
    assert [is_open(told, utc(f"2026-03-{at}")) for at in ("28T08:00", "29T08:00", "29T07:00")] == [
        True,
        False,
        True,
    ]


def test_an_hour_that_clocks_leave_out_opens_nothing() -> None:
    told = hours(NEW_YORK, ("02:00", "03:00"))

    minutes = [utc("2026-03-08T05:00") + timedelta(minutes=minute) for minute in range(240)]

    assert not any(is_open(told, at) for at in minutes)


def test_an_hour_that_clocks_go_through_twice_is_open_twice() -> None:
    told = hours(NEW_YORK, ("01:00", "02:00"))

    # On 1 November 2026 the clocks of New York go from 02:00 back to 01:00.
    found = [is_open(told, utc(f"2026-11-01T{at}")) for at in ("04:59", "05:00", "06:00", "06:59", "07:00")]

    assert found == [False, True, True, True, False]


MINUTES = st.integers(0, 24 * 60)


@st.composite
def days(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Minutes between which a day is open, some of which touch."""
    edges = sorted(draw(st.lists(MINUTES, max_size=8, unique=True)))
    return list(zip(edges[::2], edges[1::2], strict=False))


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@given(
    days(), st.sampled_from((LONDON, NEW_YORK, SAO_PAULO, "Asia/Kathmandu", "Australia/Lord_Howe")), st.data()
)
def test_it_is_open_where_the_clock_on_the_wall_lies_within(
    told: list[tuple[int, int]], zone: str, data: st.DataObject
) -> None:
    kept = hours(zone, *((clock(opens), clock(closes)) for opens, closes in told))
    at = utc("2026-01-01T00:00") + timedelta(minutes=data.draw(st.integers(0, 365 * 24 * 60)))

    there = at.astimezone(ZoneInfo(zone))
    minute = there.hour * 60 + there.minute
    assert is_open(kept, at) is any(opens <= minute < closes for opens, closes in told)


@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=6))
def test_intervals_are_kept_in_order_and_never_overlap(told: list[tuple[int, int]]) -> None:
    overlapping = any(
        one != other and told[one][0] < told[other][1] and told[other][0] < told[one][1]
        for one in range(len(told))
        for other in range(len(told))
    )
    wrong = overlapping or any(opens >= closes for opens, closes in told)
    try:
        week = every_day(*((clock(opens), clock(closes)) for opens, closes in told))
    except ValidationError:
        assert wrong
    else:
        assert not wrong
        assert [one.opens for one in week.monday] == sorted(clock(opens) for opens, _ in told)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-03-02T11:59", ("2026-03-02", "09:00")),
        ("2026-03-02T12:00", ("2026-03-02", "14:00")),
        ("2026-03-02T23:59", ("2026-03-09", "09:00")),
    ],
)
def test_the_next_opening_is_later_by_the_clocks_of_the_team(at: str, opening: tuple[str, str]) -> None:
    monday = (OpenInterval(opens="09:00", closes="12:00"), OpenInterval(opens="14:00", closes="18:00"))
    told = next_opening(BusinessHours(time_zone=SAO_PAULO, week=Week(monday=monday)), utc(at))

    assert told == Opening(day=opening[0], clock=opening[1])


def test_special_days_close_and_open_and_without_any_interval_there_is_no_opening() -> None:
    noon = (OpenInterval(opens="12:00", closes="13:00"),)
    closed = tuple(SpecialDay(date=f"2026-03-{day:02}") for day in range(2, 32))
    later = (*closed, SpecialDay(date="2027-01-01", intervals=noon))
    at = utc("2026-03-01T20:00")

    assert next_opening(BusinessHours(time_zone="UTC", week=Week()), at) is None
    assert next_opening(
        BusinessHours(time_zone="UTC", week=every_day(("09:00", "17:00")), special_days=closed), at
    ) == (Opening(day="2026-04-01", clock="09:00"))
    assert next_opening(BusinessHours(time_zone="UTC", week=Week(), special_days=later), at) == (
        Opening(day="2027-01-01", clock="12:00")
    )
