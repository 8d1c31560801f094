"""How flows are walked, and what counts as a detail."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.flow import CaptureCard, Card, Flow
from services.playbook.cards import filled, run_from, valid_detail
from services.playbook.decider.problems import problems
from tests.unit.playbook.examples import TEMPLATE, capture, end, flow, free, message, person


def ids(flow_: Flow, card_id: str) -> list[str]:
    return [id_ for id_, _ in run_from(flow_, card_id)]


@pytest.mark.parametrize(
    ("card_id", "run"),
    [
        ("welcome", ["welcome"]),
        ("live_chat", ["live_chat"]),
        ("goodbye", ["goodbye"]),
        ("leave_details", ["leave_details", "name"]),
        ("qualified", ["qualified", "lead", "thanks"]),
    ],
)
def test_a_run_goes_up_to_the_first_card_that_stops_the_walk(card_id: str, run: list[str]) -> None:
    assert ids(TEMPLATE, card_id) == run


NAMES = [f"c{number}" for number in range(6)]
_named = st.sampled_from(NAMES)
_cards: st.SearchStrategy[Card] = st.one_of(
    st.builds(message, _named),
    st.builds(person, _named),
    st.builds(capture, st.just("name"), _named),
    st.just(end),
)


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, _cards)))
def test_every_run_is_finite_and_stops_where_there_is_no_obstacle(cards: dict[str, Card]) -> None:
    walked = flow("c0", **cards)

    for card_id in NAMES:
        *_, (_, last) = run_from(walked, card_id)

        assert len(ids(walked, card_id)) <= len(NAMES)
        if all(problem.code != "circle" for problem in problems(walked)):
            assert last.kind in ("question", "capture", "live_chat", "end")


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
