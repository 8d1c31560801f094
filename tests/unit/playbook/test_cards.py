"""What counts as a detail, and what is made of details."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.flow import CaptureCard
from services.playbook.cards import days_until, filled, minor_units, valid_detail
from tests.unit.playbook.examples import capture, free


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", "  Ada   Lovelace ", "Ada Lovelace"),
        ("name", "李", "李"),
        ("name", "?!", None),
        ("name", "", None),
        ("name", "x" * 121, None),
        ("name", "a\x00b", None),
        ("company", "ACME & Sons, Ltd.", "ACME & Sons, Ltd."),
        ("email", " ada@example.com", "ada@example.com"),
        ("email", "ada+chat@mail.example.co.uk", "ada+chat@mail.example.co.uk"),
        ("email", "ada@example", None),
        ("email", "ada lovelace@example.com", None),
        ("email", "a@b@example.com", None),
        ("email", "ada@.com", None),
        ("email", "x" * 250 + "@example.com", None),
        ("phone", "+44 (0)20 7946-0018", "+44 (0)20 7946-0018"),
        ("phone", "12", None),
        ("phone", "call me", None),
        ("phone", "1" * 16, None),
    ],
)
def test_a_detail_is_kept_in_one_form_or_not_at_all(field: str, value: str, kept: str | None) -> None:
    assert valid_detail(capture(field, "end"), value) == kept


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Call {name}", "Call Ada"),
        ("Call {name} of {company}!", "Call Ada of !"),
        ("{ name } {Name} {}", "{ name } {Name} {}"),
        (" {company} ", None),
        (None, None),
        ("{name}" * 10, "Ada" * 6 + "Ad"),
    ],
)
def test_details_stand_in_their_places_and_a_place_without_one_is_empty(
    text: str | None, told: str | None
) -> None:
    assert filled(text, {"name": "Ada"}, 20) == told


def test_a_detail_is_not_read_for_places_again() -> None:
    assert filled("{name}", {"name": "{email}", "email": "ada@example.com"}, 100) == "{email}"


@pytest.mark.parametrize(
    ("type_", "value", "kept"),
    [
        ("text", " size  42 ", "size 42"),
        ("text", "x" * 200, "x" * 200),
        ("text", "x" * 201, None),
        ("text", "", None),
        ("number", "42", "42"),
        ("number", "+1,5", "1.5"),
        ("number", "-0.25", "-0.25"),
        ("number", "1.000,50", None),
        ("number", "1e9", None),
        ("number", "٤٢", None),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026-02-30", None),
        ("date", "20260228", None),
        ("date", "2026-W01-1", None),
        ("choice", "  dark   BLUE ", "Dark blue"),
        ("choice", "green", None),
    ],
)
def test_a_free_fields_detail_is_of_its_type(type_: Any, value: str, kept: str | None) -> None:
    assert valid_detail(free(type_), value) == kept


cards_that_capture = st.sampled_from(
    [*(capture(field, "end") for field in ("name", "company", "email", "phone"))]
    + [free(type_) for type_ in ("text", "number", "date", "choice")]
)


@given(cards_that_capture, st.text(max_size=300) | st.from_regex(r"[-+]?[0-9]{1,9}[.,-][0-9]{1,2}"))
def test_a_kept_detail_is_valid_and_stays_as_it_is(card: CaptureCard, value: str) -> None:
    kept = valid_detail(card, value)

    assert kept is None or valid_detail(card, kept) == kept


@pytest.mark.parametrize(
    "fields",
    [
        {"field": "free", "key": "size"},
        {"field": "free", "label": "Size"},
        {"field": "free", "key": "email", "label": "Size"},
        {"field": "free", "key": "Size", "label": "Size"},
        {"field": "free", "key": "size", "label": "Size", "type": "choice"},
        {"field": "free", "key": "size", "label": "Size", "options": ["42"]},
        {"field": "name", "key": "size", "label": "Size"},
        {"field": "email", "type": "number"},
    ],
)
def test_a_free_field_is_described_whole_and_no_other_is(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CaptureCard.model_validate({"text": "?", "retry_text": "?", "next": "end", **fields})


@pytest.mark.parametrize(
    ("type_", "least", "most", "value", "kept"),
    [
        ("number", 1, 10, "10", "10"),
        ("number", 1, 10, "10,5", None),
        ("number", -5, None, "-5", "-5"),
        ("number", -5, None, "-6", None),
        ("text", 3, 5, "abc", "abc"),
        ("text", 3, 5, "ab", None),
        ("text", None, 5, "abcdef", None),
    ],
)
def test_a_free_field_may_have_bounds(
    type_: Any, least: int | None, most: int | None, value: str, kept: str | None
) -> None:
    bounded = CaptureCard.model_validate({**free(type_).model_dump(), "least": least, "most": most})

    assert valid_detail(bounded, value) == kept


@pytest.mark.parametrize(
    "fields", [{"field": "name"}, {"type": "date"}, {"type": "choice", "options": ["A"]}, {"least": 9}]
)
def test_bounds_that_cannot_be_kept_are_no_bounds(fields: dict[str, Any]) -> None:
    card = {**free().model_dump(), "least": 1, "most": 5, **fields}
    if card["field"] == "name":
        card |= {"key": None, "label": None}

    with pytest.raises(ValidationError):
        CaptureCard.model_validate(card)


@pytest.mark.parametrize(
    ("told", "currency", "minor"),
    [
        ("12.5", "EUR", 1_250),
        ("12,50", "BRL", 1_250),
        ("1000", "JPY", 1_000),
        ("1.5", "KWD", 1_500),
        ("-1", "EUR", None),
        ("much", "EUR", None),
        ("1", None, None),
        (None, "EUR", None),
        ("999999999999999", "EUR", None),
    ],
)
def test_a_captured_number_can_be_a_value(told: str | None, currency: str | None, minor: int | None) -> None:
    assert minor_units(told, currency) == minor


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ("2026-03-02", 0),
        ("2026-03-12", 10),
        ("2026-03-01", None),
        ("2036-03-01", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_captured_date_can_be_a_due_date(told: str | None, days: int | None) -> None:
    assert days_until(told, date(2026, 3, 2)) == days
