"""A request for a person, and every order in which what becomes of it may arrive."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.ids import derived_id
from contracts.playbook import (
    LiveChatDropped,
    LiveChatStarted,
    OfflineFlowStarted,
    VisitEnded,
    VisitTakenOver,
)
from services.chassis.decider import CancelTimer, SetTimer
from services.playbook.commands.visit import (
    CloseVisit,
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    NoDecision,
    OpenLiveChat,
    TakeOver,
    VisitCommand,
)
from services.playbook.decider.visit import DECIDER, DECISION_WITHIN_S, NO_DECISION
from services.playbook.decider.visit_state import Visit
from tests.spec import given
from tests.unit.playbook.examples import (
    AGENT,
    AT,
    CONVERSATION,
    LATER,
    OTHER_AGENT,
    REQUEST,
    TEMPLATE,
    VISIT,
    VISITOR,
    asked,
    closed,
    first_offline_run,
    offline,
    opened,
    shown,
    started,
    taken_over,
    waiting,
    welcomed,
)

ids: Any = {"visit_id": VISIT, "visitor_id": VISITOR}
request: Any = {"request_id": REQUEST, "conversation_id": CONVERSATION}
open_chat = OpenLiveChat(request_id=REQUEST, at=AT)
decline = DeclineLiveChat(request_id=REQUEST, too_old=False, flow=TEMPLATE, at=AT)
decline_old = DeclineLiveChat(request_id=REQUEST, too_old=True, flow=TEMPLATE, at=AT)
expire = ExpireWait(request_id=REQUEST, flow=TEMPLATE, at=AT)
no_decision = NoDecision(at=AT)
go_on = ContinueWalk(request_id=REQUEST, flow=TEMPLATE, at=AT)
take_over = TakeOver(conversation_id=CONVERSATION, agent_id=AGENT, at=AT)
close = CloseVisit(conversation_id=CONVERSATION, at=AT)
dropped = LiveChatDropped(at=AT, **ids, **request)

undecided = (*waiting, offline("no_decision"), *first_offline_run(CONVERSATION))
missed = (*waiting, opened, offline("wait_expired"), *first_offline_run(CONVERSATION))
declined = (*waiting, offline("nobody_online"), *first_offline_run())
over = (VisitEnded(at=AT, **ids, reason="end_card", conversation_id=CONVERSATION),)


def test_nobody_online_begins_the_offline_flow_at_once_and_outside_of_any_conversation() -> None:
    assert given(DECIDER, *waiting).when(decline) == [offline("nobody_online"), *first_offline_run()]


def test_a_request_that_grew_too_old_begins_the_offline_flow_as_undecided_and_drops_the_conversation() -> (
    None
):
    assert given(DECIDER, *waiting).when(decline_old) == [
        offline("no_decision"),
        dropped,
        *first_offline_run(),
    ]


def test_a_started_conversation_is_noted_and_the_bot_waits() -> None:
    assert given(DECIDER, *waiting).when(open_chat) == [opened]


def test_an_expired_wait_begins_the_offline_flow_in_the_conversation() -> None:
    run = [offline("wait_expired"), *first_offline_run(CONVERSATION)]

    assert given(DECIDER, *waiting, opened).when(expire) == run
    assert given(DECIDER, *waiting).when(expire) == run


def test_no_decision_in_time_begins_the_offline_flow_and_its_cards_follow() -> None:
    assert given(DECIDER, *waiting).when(no_decision) == [offline("no_decision")]
    assert given(DECIDER, *waiting, offline("no_decision")).when(go_on) == [*first_offline_run(CONVERSATION)]


@pytest.mark.parametrize("history", [missed, undecided, declined, (*missed, opened)])
@pytest.mark.parametrize("late", [expire, no_decision, go_on])
def test_the_offline_flow_begins_once_for_each_request(history: Any, late: VisitCommand) -> None:
    assert given(DECIDER, *history).when(late) == []


def test_the_timer_finds_nothing_to_do_once_the_conversation_is_there() -> None:
    assert given(DECIDER, *waiting, opened).when(no_decision) == []


def test_a_conversation_that_starts_after_no_decision_stands_beside_the_offline_flow() -> None:
    late = given(DECIDER, *undecided)

    assert late.when(open_chat) == [opened]
    after = given(DECIDER, *undecided, opened)
    assert isinstance(after.state, Visit)
    assert isinstance(late.state, Visit)
    assert after.state.waiting == late.state.waiting
    assert after.when(expire) == []
    assert after.when(open_chat) == []


def test_an_agent_who_comes_after_no_decision_ends_the_offline_flow() -> None:
    assert given(DECIDER, *undecided, opened).when(take_over) == [taken_over]
    assert given(DECIDER, *waiting, offline("no_decision"), opened, taken_over).when(go_on) == []


def test_a_decline_after_no_decision_changes_nothing_on_the_screen_and_frees_the_visit_of_the_conversation() -> (
    None
):
    assert given(DECIDER, *undecided).when(decline) == [dropped]

    freed = given(DECIDER, *undecided, dropped)
    assert isinstance(freed.state, Visit)
    assert freed.state.conversation_id is None
    assert freed.when(decline) == []


def test_a_decline_between_no_decision_and_its_cards_leaves_the_cards_to_come() -> None:
    told = given(DECIDER, *waiting, offline("no_decision"), dropped).when(go_on)

    assert told == [*first_offline_run()]


@pytest.mark.parametrize("late", [decline, decline_old])
def test_a_decline_of_a_settled_request_changes_nothing(late: VisitCommand) -> None:
    for history in (declined, missed, (*waiting, opened), (*waiting, taken_over), (*waiting, closed)):
        assert given(DECIDER, *history).when(late) == []


def test_an_agent_takes_over_while_the_bot_waits() -> None:
    assert given(DECIDER, *waiting, opened).when(take_over) == [taken_over]


def test_an_agent_takes_over_a_missed_conversation() -> None:
    assert given(DECIDER, *missed).when(take_over) == [taken_over]


def test_a_take_over_may_arrive_before_the_news_of_the_conversation() -> None:
    assert given(DECIDER, *waiting).when(take_over) == [taken_over]
    assert given(DECIDER, *waiting, taken_over).when(open_chat) == []


def test_an_agent_who_came_first_keeps_the_visitor() -> None:
    for late in (expire, no_decision, go_on, decline):
        assert given(DECIDER, *waiting, opened, taken_over).when(late) == []


def test_a_reassignment_takes_over_nothing_anew() -> None:
    again = TakeOver(conversation_id=CONVERSATION, agent_id=OTHER_AGENT, at=LATER)

    assert given(DECIDER, *waiting, opened, taken_over).when(again) == []


def test_the_walk_ends_with_its_conversation() -> None:
    for history in (missed, (*waiting, opened), (*waiting, opened, taken_over), undecided):
        assert given(DECIDER, *history).when(close) == [closed]


def test_what_arrives_after_the_end_changes_nothing() -> None:
    for late in (expire, take_over, close, no_decision, go_on):
        assert given(DECIDER, *missed, *over).when(late) == []
        assert given(DECIDER, *missed, closed).when(late) == []


def test_a_conversation_that_starts_after_the_end_of_the_walk_is_still_noted() -> None:
    assert given(DECIDER, *undecided, *over).when(open_chat) == [opened]


def test_news_of_another_request_or_conversation_changes_nothing() -> None:
    other = derived_id("another")
    for history in (waiting, undecided, (*waiting, opened)):
        for command in (
            OpenLiveChat(request_id=other, at=AT),
            DeclineLiveChat(request_id=other, too_old=False, flow=TEMPLATE, at=AT),
            ExpireWait(request_id=other, flow=TEMPLATE, at=AT),
            ContinueWalk(request_id=other, flow=TEMPLATE, at=AT),
            TakeOver(conversation_id=other, agent_id=AGENT, at=AT),
            CloseVisit(conversation_id=other, at=AT),
        ):
            assert given(DECIDER, *history).when(command) == []


def test_a_visit_that_asked_for_nobody_ignores_news_of_conversations() -> None:
    for command in (open_chat, decline, expire, no_decision, go_on, take_over, close):
        assert given(DECIDER, started, welcomed).when(command) == []


def test_a_request_sets_the_timer_and_whatever_comes_back_cancels_it() -> None:
    due = SetTimer(NO_DECISION, AT + timedelta(seconds=DECISION_WITHIN_S))

    assert DECIDER.timers(asked) == (due,)
    for event in (opened, offline("nobody_online"), offline("wait_expired"), taken_over, closed):
        assert CancelTimer(NO_DECISION) in DECIDER.timers(event)
    assert DECIDER.timers(shown("name", 3)) == ()


def test_the_timer_becomes_the_command_that_nothing_was_decided() -> None:
    assert DECIDER.elapsed is not None
    assert DECIDER.elapsed(f"visit-{VISIT}", NO_DECISION, AT) == no_decision


def test_the_events_of_the_races_are_the_contracts() -> None:
    assert {
        event.TYPE for event in (LiveChatStarted, LiveChatDropped, OfflineFlowStarted, VisitTakenOver)
    } == {
        "playbook.live_chat_started.v1",
        "playbook.live_chat_dropped.v1",
        "playbook.offline_flow_started.v1",
        "playbook.visit_taken_over.v1",
    }
