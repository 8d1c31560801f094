"""A Live Chat card's texts outside the business hours: which are said when, and that hours never decide R5."""

from datetime import date, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.conditions import HoursAre
from contracts.envelope import Event
from contracts.flow import Flow, LiveChatCard, OutsideHours
from contracts.gateway import BusinessHoursSet
from contracts.hours import BusinessHours, HoursSeen, Opening
from contracts.ids import derived_id
from contracts.playbook import CardShown, LiveChatRequested, OfflineFlowStarted
from services.playbook.commands.visit import (
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    Facts,
    GiveAnswer,
    NoDecision,
    OpenLiveChat,
)
from services.playbook.decider.outside import in_words, said_outside
from services.playbook.decider.past import past_of
from services.playbook.decider.problems import problems
from services.playbook.decider.rewalk import plan_of, rewalked
from services.playbook.decider.visit import DECIDER
from services.playbook.decider.visit_state import Visit
from tests.unit.playbook.examples import AGENT, AT, Played, condition, end, flow, message, person, question
from tests.unit.playbook.test_condition_facts import visits
from tests.unit.playbook.test_rewalk import kept
from tests.unit.playbook.world import WORKSPACE

TEXTS = OutsideHours(
    online_message="It is late: we look.", offline_message="Again {opens}.", note="Closed until {opens}."
)
CARD = person("leave").model_copy(update={"outside_hours": TEXTS})
SHOP = flow("menu", menu=question(chat="person", bye="bye"), person=CARD, leave=message("bye"), bye=end)
OPEN, CLOSED = HoursSeen(open=True, revision=3), HoursSeen(open=False, revision=3)
LATE = Facts(hours=CLOSED, opens="Monday, 9:00")


def requested(facts: Facts, flow_: Flow = SHOP) -> tuple[Played, LiveChatRequested]:
    played = Played(flow_)
    played.do(GiveAnswer(card_id="menu", choice_id="chat", flow=flow_, at=AT, facts=facts))
    event = played.told[-1]
    assert isinstance(event, LiveChatRequested)
    return played, event


def then(played: Played, command: Any, facts: Facts) -> list[Event]:
    asked = next(event for event in played.told if isinstance(event, LiveChatRequested))
    before = len(played.told)
    played.do(command(request_id=asked.request_id, flow=SHOP, at=AT, facts=facts))
    return played.told[before:]


def declined(**given: Any) -> DeclineLiveChat:
    return DeclineLiveChat(too_old=False, **given)


def shown(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, CardShown)]


def test_outside_the_hours_a_request_has_the_other_messages_and_names_the_hours() -> None:
    _, late = requested(LATE)
    _, early = requested(Facts(hours=OPEN))

    assert (late.online_message, late.offline_message) == ("It is late: we look.", "Again Monday, 9:00.")
    assert (early.online_message, early.offline_message) == (CARD.online_message, CARD.offline_message)
    assert (late.hours, early.hours) == (CLOSED, OPEN)


def test_a_card_without_other_texts_asks_for_no_hours() -> None:
    _, event = requested(LATE, SHOP.model_copy(update={"cards": {**SHOP.cards, "person": person("leave")}}))

    assert (event.online_message, event.hours) == (CARD.online_message, None)


def test_the_note_comes_first_where_nobody_waited() -> None:
    played, _ = requested(LATE)

    events = then(played, declined, LATE)

    assert [type(event) for event in events][:2] == [OfflineFlowStarted, CardShown]
    note = events[1]
    assert isinstance(note, CardShown)
    assert (note.card_id, note.kind, note.text, note.hours) == (
        "person",
        "message",
        "Closed until Monday, 9:00.",
        CLOSED,
    )
    assert shown(events)[1:] == [SHOP.cards["leave"].text, end.text]  # type: ignore[union-attr]


def test_the_note_is_of_the_moment_at_which_the_flow_begins() -> None:
    opened, _ = requested(LATE)
    closed, _ = requested(Facts(hours=OPEN))

    assert len(shown(then(opened, declined, Facts(hours=OPEN)))) == 2
    assert len(shown(then(closed, declined, LATE))) == 3


def test_there_is_no_note_after_the_wait() -> None:
    played, asked = requested(LATE)
    played.do(OpenLiveChat(request_id=asked.request_id, at=AT))

    assert shown(then(played, ExpireWait, LATE)) == [SHOP.cards["leave"].text, end.text]  # type: ignore[union-attr]


def test_the_note_comes_also_where_no_decision_came() -> None:
    played, _ = requested(LATE)
    played.do(NoDecision(at=AT))

    assert shown(then(played, ContinueWalk, LATE))[0] == "Closed until Monday, 9:00."


def test_what_names_the_next_opening_is_not_said_where_there_is_none() -> None:
    assert said_outside("Closed until {opens}.", Facts(hours=CLOSED)) is None
    assert said_outside("Closed {for good}.", Facts(hours=CLOSED)) == "Closed {for good}."
    assert said_outside("Closed.", Facts(hours=OPEN, opens="Monday, 9:00")) is None


@given(st.booleans(), st.booleans(), st.sampled_from([None, "Monday, 9:00"]))
def test_hours_change_texts_and_nothing_else(online: bool, open_: bool, opens: str | None) -> None:
    told = list[list[tuple[type[Event], str | None]]]()
    for card in (CARD, person("leave")):
        facts = Facts(hours=HoursSeen(open=open_, revision=1), opens=opens)
        flow_ = SHOP.model_copy(update={"cards": {**SHOP.cards, "person": card}})
        played, asked = requested(facts, flow_)
        around: Any = {"flow": flow_, "at": AT, "facts": facts}
        if online:
            played.do(OpenLiveChat(request_id=asked.request_id, at=AT))
            played.do(ExpireWait(request_id=asked.request_id, **around))
        else:
            played.do(DeclineLiveChat(request_id=asked.request_id, too_old=False, **around))
        noted = [one for one in played.told if not (isinstance(one, CardShown) and one.hours is not None)]
        told.append([(type(one), getattr(one, "reason", None)) for one in noted])

    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("opening", "english", "portuguese"),
    [
        (Opening(day="2026-03-02", clock="09:00"), "Monday, 9:00", "segunda-feira, 9:00"),
        (Opening(day="2026-03-08", clock="00:30"), "Sunday, 0:30", "domingo, 0:30"),
        (
            Opening(day="2026-03-09", clock="10:00"),
            "Monday, 9 March, 10:00",
            "segunda-feira, 9 de março, 10:00",
        ),
    ],
)
def test_an_opening_is_told_in_words(opening: Opening, english: str, portuguese: str) -> None:
    today = date(2026, 3, 2)

    assert in_words(opening, today, "en") == english
    assert in_words(opening, today, "pt-BR") == portuguese


def test_a_blank_text_is_a_problem_of_the_card() -> None:
    blank = CARD.model_copy(update={"outside_hours": OutsideHours(note=" ")})

    found = problems(SHOP.model_copy(update={"cards": {**SHOP.cards, "person": blank}}))

    assert [(one.card_id, one.code) for one in found] == [("person", "empty_text")]


async def test_over_http_the_hours_of_the_workspace_decide_and_the_bots_language_names_them() -> None:
    site = await visits(SHOP)
    nine = {"opens": "09:00", "closes": "10:00"}
    tomorrow = f"{AT + timedelta(days=1):%A}".lower()
    hours = BusinessHours.model_validate({"time_zone": "UTC", "week": {tomorrow: [nine]}})
    hours_set = BusinessHoursSet(at=AT, revision=1, hours=hours, by=AGENT)
    await site.world.hear(hours_set, f"workspace-{WORKSPACE}")
    visit_id = derived_id("visit", "late")
    await site.post(visit_id, "start", {})
    await site.post(visit_id, "answers", {"card_id": "menu", "choice_id": "chat"})

    event = next(one for one in reversed(site.world.events) if isinstance(one, LiveChatRequested))
    assert event.online_message == "It is late: we look."
    assert event.offline_message == f"Again {f'{AT + timedelta(days=1):%A}'}, 9:00."
    assert event.hours == HoursSeen(open=False, revision=1)


def test_the_state_is_that_of_any_other_walk() -> None:
    played, _ = requested(LATE)
    then(played, declined, LATE)

    state = reduce(DECIDER.evolve, played.told, DECIDER.initial)
    assert isinstance(state, Visit)
    assert isinstance(SHOP.cards["person"], LiveChatCard)
    assert (state.status, state.shown, state.resume) == ("ended", 4, None)


def test_a_dry_run_knows_from_a_request_whether_it_was_closed() -> None:
    played, _ = requested(LATE)
    then(played, declined, LATE)
    past = past_of(kept(played.told), returning=None)
    late, early = end.model_copy(update={"text": "Closed."}), SHOP.cards["leave"]
    asked = condition(HoursAre(), "early", otherwise="late")
    draft = flow("menu", **{**SHOP.cards, "leave": asked, "early": early, "late": late})

    assert rewalked(plan_of(SHOP), past) == past.became
    assert rewalked(plan_of(draft), past).card_id == "late"
