"""How flows are walked, what may be published, and what counts as a detail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.flow import Card, Flow
from services.playbook.cards import filled, obstacles, run_from, valid_detail
from services.playbook.template import live_chat
from tests.unit.playbook.examples import LONG, TEMPLATE, capture, end, flow, message, person, question


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


def test_the_template_can_be_published_and_has_the_wait_time_asked_for() -> None:
    card = live_chat(300).cards["live_chat"]

    assert obstacles(TEMPLATE) == {}
    assert card.kind == "live_chat"
    assert card.wait_time_s == 300


def test_a_way_back_to_a_question_is_no_circle() -> None:
    assert obstacles(LONG) == {}


def test_a_circle_that_asks_nothing_is_an_obstacle_wherever_it_is() -> None:
    circle = flow(
        "ask", ask=question(a="one"), one=message("two"), two=message("one"), alone=message("alone")
    )

    assert obstacles(circle).keys() == {"one", "two", "alone"}


def test_an_offline_flow_that_asks_for_a_person_at_once_is_an_obstacle() -> None:
    impatient = flow("chat", chat=person("sorry"), sorry=message("chat"))
    patient = flow("chat", chat=person("name"), name=capture("name", "chat"))

    assert obstacles(impatient).keys() == {"chat"}
    assert obstacles(patient) == {}


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
        if not obstacles(walked):
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
    assert valid_detail(field, value) == kept


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


@given(st.sampled_from(["name", "company", "email", "phone"]), st.text(max_size=300))
def test_a_kept_detail_is_valid_and_stays_as_it_is(field: str, value: str) -> None:
    kept = valid_detail(field, value)

    assert kept is None or valid_detail(field, kept) == kept
