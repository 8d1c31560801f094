"""A visitor's walk in events: what each answer leads to, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.flow import ActionCard
from contracts.ids import derived_id
from contracts.playbook import (
    AnswerGiven,
    Captured,
    CardShown,
    DetailCaptured,
    FollowUpRequested,
    PageViewed,
    VisitEnded,
    VisitorDisqualified,
    VisitorQualified,
)
from services.chassis.decider import NotFound, Refused
from services.playbook.commands.visit import (
    CloseVisit,
    GiveAnswer,
    GiveDetail,
    Offer,
    StartVisit,
    ViewPage,
    VisitCommand,
)
from services.playbook.decider.answers import PAGES_VIEWED_MAX
from services.playbook.decider.visit import DECIDER
from services.playbook.decider.visit_state import Visit
from tests.spec import given
from tests.unit.playbook.examples import (
    AT,
    CONVERSATION,
    LONG,
    TEMPLATE,
    VISIT,
    VISITOR,
    Played,
    asked,
    capture,
    chose_chat,
    closed,
    end,
    first_offline_run,
    flow,
    free,
    offline,
    shown,
    start_visit,
    started,
    taken_over,
    waiting,
    welcomed,
)

visit: Any = {"at": AT, "visit_id": VISIT, "visitor_id": VISITOR}
choose_chat = GiveAnswer(card_id="welcome", choice_id="chat", flow=TEMPLATE, at=AT)
declined = (*waiting, offline("nobody_online"), *first_offline_run())


def detail(card_id: str, value: str, arrival: int | None = None) -> GiveDetail:
    return GiveDetail(card_id=card_id, value=value, flow=TEMPLATE, at=AT, arrival=arrival)


def start(**changes: Any) -> StartVisit:
    return replace(start_visit, **changes)


def test_a_visit_begins_with_the_first_run_of_the_offered_version() -> None:
    assert given(DECIDER).when(start_visit) == [started, welcomed]


def test_a_visit_begins_once() -> None:
    assert given(DECIDER, started, welcomed).when(start_visit) == []


def test_a_visit_that_has_begun_needs_no_offer_any_more() -> None:
    assert given(DECIDER, started, welcomed).when(start(offer=None)) == []


def test_a_playbook_that_offers_nothing_takes_no_visits() -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER).when(start(offer=None))

    assert refused.value.code == "playbook_not_active"


def test_somebody_elses_visit_is_not_found() -> None:
    with pytest.raises(NotFound):
        given(DECIDER, started, welcomed).when(start(visitor_id=derived_id("another")))


@pytest.mark.parametrize(
    "command", [choose_chat, detail("name", "Ada"), CloseVisit(conversation_id=CONVERSATION, at=AT)]
)
def test_a_visit_that_has_not_begun_is_not_found(command: VisitCommand) -> None:
    with pytest.raises(NotFound):
        given(DECIDER).when(command)


def test_the_live_chat_answer_asks_for_a_person_with_the_walk_so_far() -> None:
    assert given(DECIDER, started, welcomed).when(choose_chat) == [chose_chat, asked]


def test_a_request_says_whether_the_visitor_is_told_their_place_in_line() -> None:
    card = TEMPLATE.cards["live_chat"].model_copy(update={"show_queue_position": True})
    shows = TEMPLATE.model_copy(update={"cards": {**TEMPLATE.cards, "live_chat": card}})

    told = given(DECIDER, started, welcomed).when(replace(choose_chat, flow=shows))

    assert told == [chose_chat, asked.model_copy(update={"show_queue_position": True})] != [chose_chat, asked]


def test_an_answer_that_leads_to_an_end_ends_the_walk() -> None:
    answer = GiveAnswer(card_id="welcome", choice_id="browse", flow=TEMPLATE, at=AT)

    assert given(DECIDER, started, welcomed).when(answer) == [
        AnswerGiven(**visit, card_id="welcome", arrival=1, choice_id="browse", label="Just browsing"),
        shown("goodbye", 2),
        VisitEnded(**visit, reason="end_card"),
    ]


def test_a_detail_is_captured_in_its_kept_form_and_the_walk_goes_on() -> None:
    assert given(DECIDER, *declined).when(detail("name", " Ada  Lovelace ")) == [
        DetailCaptured(**visit, card_id="name", arrival=3, field="name", value="Ada Lovelace"),
        shown("email", 4),
    ]


def test_the_last_detail_qualifies_follows_up_and_ends() -> None:
    name = DetailCaptured(**visit, card_id="name", arrival=3, field="name", value="Ada")
    captured = (Captured(field="name", value="Ada"), Captured(field="email", value="ada@example.com"))

    told = given(DECIDER, *declined, name, shown("email", 4)).when(detail("email", "ada@example.com"))

    assert told == [
        DetailCaptured(**visit, card_id="email", arrival=4, field="email", value="ada@example.com"),
        VisitorQualified(**visit, card_id="qualified"),
        FollowUpRequested(**visit, card_id="lead", arrival=5, follow_up="lead", captured=captured),
        shown("thanks", 5),
        VisitEnded(**visit, reason="end_card"),
    ]


def test_a_follow_up_says_what_its_card_says_with_the_captured_details_in_their_places() -> None:
    deal = ActionCard(
        follow_up="deal",
        title="Offer for {name}",
        note="{unknown} {company}",
        deal_value_minor=250_000,
        currency="EUR",
        due_in_days=3,
        next="end",
    )
    played = Played(flow("name", name=capture("name", "deal"), deal=deal, end=end))

    asked_for = next(event for event in played.detail("name", "Ada") if isinstance(event, FollowUpRequested))

    assert (asked_for.title, asked_for.note) == ("Offer for Ada", None)
    assert (asked_for.deal_value_minor, asked_for.currency, asked_for.due_in_days) == (250_000, "EUR", 3)


def test_what_happens_while_a_conversation_may_exist_names_it() -> None:
    missed = (*waiting, offline("wait_expired"), *first_offline_run(CONVERSATION))

    captured, email = given(DECIDER, *missed).when(detail("name", "Ada"))

    assert isinstance(captured, DetailCaptured)
    assert captured.conversation_id == CONVERSATION
    assert email == shown("email", 4, CONVERSATION)


def test_a_detail_that_is_not_valid_is_refused_in_the_cards_words() -> None:
    with pytest.raises(Refused, match="Please tell us your name") as refused:
        given(DECIDER, *declined).when(detail("name", "  "))

    facts = {"field": "name", "retry_text": "Please tell us your name."}
    assert (refused.value.code, refused.value.status, refused.value.facts) == ("detail_not_valid", 422, facts)


def test_a_card_can_disqualify() -> None:
    begun = DECIDER.decide(start(offer=Offer(1, LONG)), DECIDER.initial)
    answer = GiveAnswer(card_id="menu", choice_id="more", flow=LONG, at=AT)

    assert VisitorDisqualified(**visit, card_id="poor") in given(DECIDER, *begun).when(answer)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (GiveAnswer(card_id="welcome", choice_id="no", flow=TEMPLATE, at=AT), "no_such_choice"),
        (GiveAnswer(card_id="nowhere", choice_id="chat", flow=TEMPLATE, at=AT), "not_waiting_for_this_card"),
        (
            GiveAnswer(card_id="welcome", choice_id="chat", flow=TEMPLATE, at=AT, arrival=2),
            "not_waiting_for_this_card",
        ),
        (detail("name", "Ada"), "not_waiting_for_this_card"),
        (detail("welcome", "Ada"), "wrong_kind_of_answer"),
    ],
)
def test_a_question_takes_only_its_own_choices(command: VisitCommand, code: str) -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, started, welcomed).when(command)

    assert refused.value.code == code


def test_a_capture_card_takes_no_choice() -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, *declined).when(GiveAnswer(card_id="name", choice_id="chat", flow=TEMPLATE, at=AT))

    assert refused.value.code == "wrong_kind_of_answer"


def test_the_same_answer_again_changes_nothing() -> None:
    assert given(DECIDER, *waiting).when(choose_chat) == []
    assert given(DECIDER, *waiting, taken_over).when(choose_chat) == []


def test_the_same_detail_again_changes_nothing() -> None:
    name = DetailCaptured(**visit, card_id="name", arrival=3, field="name", value="Ada")

    assert given(DECIDER, *declined, name, shown("email", 4)).when(detail("name", " Ada ")) == []


def test_another_answer_to_an_answered_card_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, *waiting).when(GiveAnswer(card_id="welcome", choice_id="browse", flow=TEMPLATE, at=AT))

    assert refused.value.code == "not_waiting_for_this_card"


def test_the_same_answer_to_the_card_shown_again_is_a_new_answer_unless_it_names_the_first_showing() -> None:
    begun = DECIDER.decide(start(offer=Offer(1, LONG)), DECIDER.initial)
    stay = GiveAnswer(card_id="menu", choice_id="stay", flow=LONG, at=AT)
    stayed = given(DECIDER, *begun).when(stay)

    again = given(DECIDER, *begun, *stayed).when(stay)
    late = GiveAnswer(card_id="menu", choice_id="stay", flow=LONG, at=AT, arrival=1)

    assert [event.arrival for event in again if isinstance(event, CardShown)] == [3]
    assert given(DECIDER, *begun, *stayed).when(late) == []


def test_after_an_agent_took_over_answers_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, *declined, taken_over).when(detail("name", "Ada"))

    assert refused.value.code == "agent_took_over"


def test_after_the_end_answers_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, *declined, closed).when(detail("name", "Ada"))

    assert refused.value.code == "not_waiting_for_this_card"


def test_a_free_field_is_asked_for_and_kept_under_its_key_with_its_label() -> None:
    lead = ActionCard(follow_up="lead", title="{size}", next="end")
    played = Played(flow("ask", ask=free("choice", next_="lead"), lead=lead, end=end))
    card = played.state
    assert isinstance(card, Visit)
    assert card.waiting is not None
    assert (card.waiting.field, card.waiting.detail_type) == ("size", "choice")
    assert [option.label for option in card.waiting.options] == ["Blue", "Dark blue"]

    captured, asked_for, *_ = played.detail("ask", "dark blue")

    assert isinstance(captured, DetailCaptured)
    assert (captured.field, captured.label, captured.value) == ("size", "Size", "Dark blue")
    assert isinstance(asked_for, FollowUpRequested)
    assert asked_for.captured == (Captured(field="size", label="Size", value="Dark blue"),)
    assert asked_for.title == "Dark blue"


def test_a_page_is_noted_when_the_visitor_goes_there() -> None:
    there = ViewPage(url="https://www.example.com/prices", at=AT)
    elsewhere = ViewPage(url="https://www.example.com/jobs", at=AT)
    viewed = PageViewed(**visit, url=elsewhere.url)

    assert given(DECIDER, started, welcomed).when(there) == []
    assert given(DECIDER, started, welcomed).when(elsewhere) == [viewed]
    assert given(DECIDER, started, welcomed, viewed).when(elsewhere) == []
    assert given(DECIDER, *waiting, taken_over).when(elsewhere) == [viewed]
    assert given(DECIDER, *waiting, closed).when(elsewhere) == []


def test_a_visit_notes_a_bounded_number_of_pages() -> None:
    pages = [PageViewed(**visit, url=f"https://www.example.com/{page}") for page in range(PAGES_VIEWED_MAX)]

    more = ViewPage(url="https://www.example.com/more", at=AT)

    assert given(DECIDER, started, *pages[1:]).when(more) == [PageViewed(**visit, url=more.url)]
    assert given(DECIDER, started, *pages).when(more) == []
