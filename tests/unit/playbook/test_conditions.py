"""What condition cards decide, by what, and what is kept of it."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.conditions import Condition
from contracts.deciding import AgentSeen, ConditionDecided, Weighed
from contracts.flow import Card, Case, ConditionCard
from contracts.hours import HoursSeen
from contracts.ids import derived_id
from contracts.playbook import CardShown, VisitEnded
from services.playbook.commands.visit import NO_FACTS, Facts, GiveDetail, Offer, ViewPage
from services.playbook.decider.visit import DECIDER
from services.playbook.decider.visit_state import Visit
from tests.unit.playbook.examples import AT, Played, capture, condition, end, flow, free, message, start_visit

AGENT = AgentSeen(agent_id=derived_id("agent", 1), version=7)
CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
PAGES = ("https://www.example.com/?utm_source=News&UTM_Campaign=spring", "https://www.example.com/Prices?a=1")


def decided(facts: Facts = NO_FACTS, locale: str = "pt-BR", **about: Any) -> ConditionDecided:
    """How a card with one condition decides at the start of a visit."""
    asked = condition(CONDITION.validate_python(about), "yes", "no")
    walked = flow("asked", asked=asked, yes=end, no=end.model_copy(update={"text": "No."}))
    command = replace(start_visit, offer=Offer(1, walked), pages=PAGES, locale=locale, facts=facts)
    event = DECIDER.decide(command, DECIDER.initial)[1]
    assert isinstance(event, ConditionDecided)
    assert event.next == ("yes" if event.case else "no")
    return event


@pytest.mark.parametrize(
    ("about", "holds"),
    [
        ({"of": "page", "compare": "contains", "value": "/prices"}, True),
        ({"of": "page", "compare": "starts_with", "value": "https://www.example.com/"}, True),
        ({"of": "page", "compare": "starts_with", "value": "/prices"}, False),
        ({"of": "page", "compare": "is", "value": PAGES[1]}, True),
        ({"of": "utm", "parameter": "source", "compare": "is", "value": "news"}, True),
        ({"of": "utm", "parameter": "campaign", "compare": "contains", "value": "PRI"}, True),
        ({"of": "utm", "parameter": "source", "compare": "known"}, True),
        ({"of": "utm", "parameter": "term", "compare": "known"}, False),
        ({"of": "locale", "locales": ["en", "pt"]}, True),
        ({"of": "locale", "locales": ["PT-br"]}, True),
        ({"of": "locale", "locales": ["pt-PT", "ptx"]}, False),
        ({"of": "hours"}, True),
        ({"of": "hours", "open": False}, False),
        ({"of": "online"}, False),
        ({"of": "online", "online": False}, True),
        ({"of": "returning"}, False),
        ({"of": "captured", "field": "name", "compare": "known"}, False),
    ],
)
def test_a_case_is_taken_where_its_condition_holds(about: dict[str, Any], holds: bool) -> None:
    assert bool(decided(**about).case) is holds


def test_what_the_command_brings_decides_and_only_what_was_asked_for_is_kept() -> None:
    closed = HoursSeen(open=False, revision=3)
    facts = Facts(hours=closed, online=(AGENT,), returning=True)

    assert decided(facts, of="online").case == 1
    assert decided(facts, of="hours", open=False).case == 1
    assert decided(facts, of="hours").weighed == Weighed(hours=closed)
    assert decided(facts, of="online").weighed == Weighed(online=(AGENT,))
    assert decided(facts, of="returning").weighed == Weighed(returning=True)
    assert decided(facts, of="locale", locales=["pt"]).weighed == Weighed(locale="pt-BR")
    page = {"of": "page", "compare": "contains", "value": "x"}
    assert decided(facts, **page).weighed == Weighed(page=PAGES[1])
    utm = {"of": "utm", "parameter": "term", "compare": "known"}
    assert decided(facts, **utm).weighed == Weighed(utm=PAGES[0])


@pytest.mark.parametrize(
    ("given", "compare", "value", "holds"),
    [
        ("Acme  Ltd", "is", "acme ltd", True),
        ("Acme", "contains", "CM", True),
        ("20", "at_least", "9", True),
        ("20", "at_most", "9,5", False),
        ("2026-05-01", "at_least", "2026-04-30", True),
        ("2026-05-01", "at_most", "30", False),
        ("many", "at_least", "1", False),
        ("nan", "at_least", "1", False),
    ],
)
def test_what_was_captured_decides(given: str, compare: Any, value: str, holds: bool) -> None:
    known = CONDITION.validate_python({"of": "captured", "field": "size", "compare": compare, "value": value})
    visit = Played(
        flow("size", size=free(next_="known"), known=condition(known, "yes", "no"), yes=end, no=end)
    )

    _, event, *_ = visit.detail("size", given)

    assert isinstance(event, ConditionDecided)
    assert (event.case, event.next) == ((1, "yes") if holds else (0, "no"))


def test_the_first_case_of_which_all_is_so_is_taken() -> None:
    online, back = CONDITION.validate_python({"of": "online"}), CONDITION.validate_python({"of": "returning"})
    card = ConditionCard(
        cases=(
            Case(when=(online, back), next="a"),
            Case(when=(back,), next="b"),
            Case(when=(back,), next="a"),
        ),
        otherwise="c",
    )
    walked = flow("ask", ask=card, a=end, b=end, c=end)

    def case(facts: Facts) -> int:
        command = replace(start_visit, offer=Offer(1, walked), facts=facts)
        return DECIDER.decide(command, DECIDER.initial)[1].case  # type: ignore[attr-defined, no-any-return]

    assert case(Facts(online=(AGENT,), returning=True)) == 1
    assert case(Facts(returning=True)) == 2
    assert case(Facts(online=(AGENT,))) == 0


def test_a_page_seen_later_counts_and_its_utm_parameters_too() -> None:
    term = CONDITION.validate_python({"of": "utm", "parameter": "term", "compare": "is", "value": "chat"})
    cards: dict[str, Card] = {
        "name": capture("name", "term"),
        "term": condition(term, "hi", "end"),
        "hi": message("end"),
    }
    visit = Played(flow("name", **cards, end=end))

    visit.do(ViewPage(url="https://www.example.com/?utm_term=chat", at=AT))
    visit.do(ViewPage(url="https://www.example.com/other", at=AT))
    events = visit.do(GiveDetail(card_id="name", value="Ada", flow=visit.flow, at=AT))

    assert [type(event) for event in events[1:]] == [ConditionDecided, CardShown, CardShown, VisitEnded]


@pytest.mark.parametrize(
    "about",
    [
        {"of": "captured", "field": "name", "compare": "known", "value": "x"},
        {"of": "captured", "field": "name", "compare": "is", "value": " "},
        {"of": "captured", "field": "name", "compare": "at_least", "value": "much"},
        {"of": "captured", "field": "name", "compare": "at_least", "value": "1e999"},
        {"of": "locale", "locales": []},
        {"of": "locale", "locales": ["*"]},
        {"of": "weather"},
    ],
)
def test_what_cannot_be_decided_is_no_condition(about: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CONDITION.validate_python(about)


def test_an_address_made_to_be_costly_tells_nothing() -> None:
    visit = Played(flow("name", name=capture("name", "end"), end=end))

    visit.do(ViewPage(url="https://www.example.com/?utm_source=x" + "&a=b" * 400, at=AT))

    assert isinstance(visit.state, Visit)
    assert visit.state.landing is None
