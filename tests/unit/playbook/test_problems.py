"""What keeps a flow from being published, by the card at which it is."""

from collections.abc import Set
from typing import get_args

import pytest

from contracts.conditions import CapturedIs, SomebodyOnline
from contracts.flow import ActionCard, CaptureCard, Card, Choice, Flow, QuestionCard
from contracts.look import Language
from services.playbook.decider.problems import FREE_FIELDS_MAX, problems
from services.playbook.template import Template, flow_of
from tests.unit.playbook.examples import LONG, capture, condition, end, flow, free, message, person, question


def found(flow_: Flow) -> Set[tuple[str, str]]:
    return {(problem.card_id, problem.code) for problem in problems(flow_)}


@pytest.mark.parametrize("template", get_args(Template))
@pytest.mark.parametrize("language", get_args(Language))
def test_every_template_can_be_published_in_every_language(template: Template, language: Language) -> None:
    assert problems(flow_of(template, 300, language)) == []


def test_the_live_chat_template_has_the_wait_time_asked_for() -> None:
    card = flow_of("live_chat", 300).cards["live_chat"]

    assert card.kind == "live_chat"
    assert card.wait_time_s == 300


def test_a_way_back_to_a_question_is_no_circle() -> None:
    assert problems(LONG) == []


def test_a_circle_that_asks_nothing_is_told_wherever_it_is() -> None:
    circle = flow(
        "ask",
        ask=question(a="one", b="end"),
        one=message("two"),
        two=message("one"),
        alone=message("alone"),
        end=end,
    )

    assert found(circle) == {
        *(("one", "circle"), ("two", "circle")),
        *(("alone", "circle"), ("alone", "unreachable")),
    }


def test_a_card_to_which_no_path_leads_is_told() -> None:
    assert found(flow("hello", hello=message("end"), end=end, left=message("end"))) == {
        ("left", "unreachable")
    }


def test_a_walk_that_can_never_end_is_told_at_each_of_its_cards() -> None:
    endless = flow("ask", ask=question(a="name", b="end"), name=capture("name", "name"), end=end)

    assert found(endless) == {("name", "dead_end"), ("name", "asks_again")}


def test_an_offline_flow_that_asks_for_another_person_at_once_is_impatient() -> None:
    first = question(a="chat", b="other")
    impatient = flow(
        "ask", ask=first, chat=person("sorry"), sorry=message("other"), other=person("end"), end=end
    )
    patient = flow(
        "ask", ask=first, chat=person("name"), name=capture("name", "other"), other=person("end"), end=end
    )

    assert found(impatient) == {("chat", "impatient")}
    assert problems(patient) == []


def test_a_live_chat_card_within_its_own_offline_flow_is_told_unless_the_visitor_chose_that() -> None:
    at_once = flow(
        "ask", ask=question(a="chat", b="end"), chat=person("sorry"), sorry=message("chat"), end=end
    )
    captured = flow(
        "ask", ask=question(a="chat", b="end"), chat=person("name"), name=capture("name", "chat"), end=end
    )
    chosen = flow("chat", chat=person("again"), again=question(a="chat", b="end"), end=end)

    assert ("chat", "own_offline_flow") in found(at_once)
    assert ("chat", "own_offline_flow") in found(captured)
    assert problems(chosen) == []


def test_what_is_asked_again_without_a_choice_of_the_visitor_is_told() -> None:
    known = CapturedIs(field="name", compare="is", value="Ada")
    again = flow(
        "name", name=capture("name", "known"), known=condition(known, "end", otherwise="name"), end=end
    )
    chosen = flow("name", name=capture("name", "right"), right=question(a="end", b="name"), end=end)

    assert found(again) == {("name", "asks_again")}
    assert problems(chosen) == []


def test_a_circle_through_a_condition_is_one_whatever_it_may_decide() -> None:
    circle = flow(
        "anybody", anybody=condition(SomebodyOnline(), "end", otherwise="hm"), hm=message("anybody"), end=end
    )

    assert found(circle) == {("anybody", "circle"), ("hm", "circle")}


def test_a_detail_that_no_card_asks_for_is_told_where_it_is_needed() -> None:
    size = CapturedIs(field="size", compare="known")
    needs = condition(size, "deal", otherwise="end")
    deal = ActionCard(
        follow_up="deal", deal_value_field="budget", due_field="name", currency="EUR", next="end"
    )

    assert found(flow("needs", needs=needs, deal=deal, end=end)) == {
        ("needs", "unknown_field"),
        ("deal", "unknown_field"),
    }
    asks = {"size": free(next_="budget"), "budget": free("number", "budget", "needs")}
    asked = flow("size", **asks, needs=needs, deal=deal, end=end)
    assert problems(asked) == []


@pytest.mark.parametrize(
    "card",
    [
        message("end", "  "),
        question(" \n ", a="end"),
        QuestionCard(text="?", choices=(Choice(choice_id="a", label=" ", next="end"),)),
        CaptureCard(text="?", field="name", retry_text=" ", next="end"),
        person("end", text="\t"),
        ActionCard(follow_up="lead", title=" ", next="end"),
    ],
)
def test_a_text_that_says_nothing_is_told(card: Card) -> None:
    assert found(flow("card", card=card, end=end)) == {("card", "empty_text")}


def test_two_choices_that_cannot_be_told_apart_are_told() -> None:
    def offering(*choices: tuple[str, str]) -> Flow:
        offered = tuple(Choice(choice_id=id_, label=label, next="end") for id_, label in choices)
        return flow("ask", ask=QuestionCard(text="?", choices=offered), end=end)

    assert found(offering(("a", "One"), ("a", "Two"))) == {("ask", "double_choice")}
    assert found(offering(("a", "One"), ("b", "One "))) == {("ask", "double_choice")}
    assert problems(offering(("a", "One"), ("b", "Two"))) == []


def test_a_value_without_its_currency_is_told() -> None:
    deal = ActionCard(follow_up="deal", deal_value_minor=1, next="end")

    assert found(flow("deal", deal=deal, end=end)) == {("deal", "no_currency")}
    assert problems(flow("deal", deal=deal.model_copy(update={"currency": "BRL"}), end=end)) == []


def test_more_free_fields_than_a_visit_can_carry_are_told() -> None:
    last = FREE_FIELDS_MAX
    cards = {f"c{place}": free(key=f"key_{place}", next_=f"c{place + 1}") for place in range(last)}
    again = free(key="key_0", next_="end")

    assert problems(flow("c0", **cards, **{f"c{last}": again}, end=end)) == []
    assert found(flow("c0", **cards, **{f"c{last}": free(key="more")}, end=end)) == {
        (f"c{last}", "too_many_fields")
    }
