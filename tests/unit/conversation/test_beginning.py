"""How a conversation begins, waits, and is missed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.conversation import BotPosted, ConversationStarted, LiveChatDeclined, MessagePosted
from contracts.ids import derived_id
from services.chassis.decider import CancelTimer, FreeClaim, NotFound, Refused, SetTimer, TakeClaim
from services.conversation.decider import DECIDER
from tests.spec import given
from tests.unit.conversation.examples import (
    BOB,
    CONVERSATION,
    OFFLINE,
    ONLINE,
    REQUEST,
    T0,
    VISIT,
    VISITOR,
    WAIT_S,
    after,
    assigned,
    closed,
    closed_missed,
    declined,
    elapse,
    elapse_again,
    end_missed,
    missed,
    missed_again,
    no_decision,
    offline_told,
    released,
    seen,
    start,
    started,
    take,
    undecided,
)


def test_a_request_opens_a_conversation_that_waits_for_its_wait_time() -> None:
    first, *_ = given(DECIDER).when(start())

    assert first == started
    assert started.answer_by == T0 + timedelta(seconds=WAIT_S)


def test_a_conversation_says_whether_its_visitor_is_known_by_signature() -> None:
    first, *_ = given(DECIDER).when(replace(start(), identified=True))

    assert isinstance(first, ConversationStarted)
    assert first.identified
    assert not started.identified


def test_a_conversation_says_whether_its_visitor_is_told_their_place_in_line() -> None:
    first, *_ = given(DECIDER).when(replace(start(), show_queue_position=True))

    assert isinstance(first, ConversationStarted)
    assert first.show_queue_position
    assert not started.show_queue_position


def test_a_conversation_begins_with_the_walk_and_then_the_online_message() -> None:
    _, question, answer, online = given(DECIDER).when(start())

    assert isinstance(question, BotPosted)
    assert (question.text, question.card_id) == ("How can we help?", "welcome")
    assert isinstance(answer, MessagePosted)
    assert (answer.text, answer.author, answer.author_id) == ("Chat with us", "visitor", VISITOR)
    assert isinstance(online, BotPosted)
    assert (online.text, online.card_id) == (ONLINE, None)
    assert online.message_id == derived_id(CONVERSATION, "bot", REQUEST, 2)


def test_every_line_of_the_beginning_has_an_id_of_its_own() -> None:
    lines = [event for event in given(DECIDER).when(start()) if isinstance(event, BotPosted | MessagePosted)]

    assert len({line.message_id for line in lines}) == len(lines)


def test_the_conversation_tells_whom_it_knew_to_be_online() -> None:
    online = (seen(), seen(BOB, online=False))

    first, *_ = given(DECIDER).when(start(online=online))

    assert isinstance(first, ConversationStarted)
    assert first.online == online


@pytest.mark.parametrize("online", [(), (seen(online=False),)])
def test_with_nobody_online_live_chat_is_declined(online: tuple[object, ...]) -> None:
    [event] = given(DECIDER).when(start(online=online))  # type: ignore[arg-type]

    assert isinstance(event, LiveChatDeclined)
    assert (event.reason, event.visit_id, event.request_id) == ("nobody_online", VISIT, REQUEST)


def test_a_request_of_ten_seconds_is_still_met() -> None:
    first, *_ = given(DECIDER).when(start(age_s=10))

    assert isinstance(first, ConversationStarted)


def test_an_older_request_is_declined_even_if_somebody_is_online() -> None:
    [event] = given(DECIDER).when(start(age_s=10.001))

    assert isinstance(event, LiveChatDeclined)
    assert event.reason == "request_too_old"


@pytest.mark.parametrize("history", [(started,), (started, assigned()), (declined,)])
def test_a_repeated_request_changes_nothing(history: tuple[ConversationStarted, ...]) -> None:
    assert given(DECIDER, *history).when(start()) == []


def test_what_was_declined_is_no_conversation() -> None:
    with pytest.raises(NotFound):
        given(DECIDER, declined).when(take())


def test_a_wait_without_an_agent_is_missed_and_the_visitor_is_told_once() -> None:
    assert given(DECIDER, started).when(elapse) == [missed, offline_told]


def test_a_missed_wait_is_not_missed_again() -> None:
    assert given(DECIDER, started, missed, offline_told).when(elapse) == []


def test_a_take_before_the_wait_expires_wins_even_after_answer_by() -> None:
    assert given(DECIDER, started, assigned()).when(elapse) == []


def test_a_take_after_the_wait_expired_is_late() -> None:
    assert given(DECIDER, started, missed, offline_told).when(take()) == [assigned(late=True)]


def test_a_second_wait_that_ends_is_missed_without_a_word_of_the_bot() -> None:
    assert given(DECIDER, started, assigned(), released()).when(elapse_again) == [missed_again]


def test_a_conversation_missed_before_its_holder_was_removed_can_be_missed_again() -> None:
    history = (started, missed, offline_told, assigned(late=True), released())

    assert given(DECIDER, *history).when(elapse_again) == [missed_again]


def test_a_decision_that_came_too_late_marks_the_conversation_missed() -> None:
    assert given(DECIDER, started).when(no_decision) == [undecided]


@pytest.mark.parametrize("then", [(assigned(),), (missed, offline_told), (undecided,)])
def test_a_late_decision_matters_only_to_a_visitor_who_waits(then: tuple[ConversationStarted, ...]) -> None:
    assert given(DECIDER, started, *then).when(no_decision) == []


def test_a_late_decision_ends_no_wait_that_follows_an_agent() -> None:
    history = (started, assigned(), released())

    assert given(DECIDER, *history).when(no_decision) == []
    assert given(DECIDER, *history).when(elapse_again) == [missed_again]


def test_after_a_late_decision_the_wait_time_says_nothing_more() -> None:
    assert given(DECIDER, started, undecided).when(elapse) == []


@pytest.mark.parametrize("expiry", [missed, undecided])
def test_a_missed_conversation_closes_when_the_walk_ends(expiry: ConversationStarted) -> None:
    assert given(DECIDER, started, expiry).when(end_missed) == [closed_missed]


def test_the_walk_that_an_agent_ended_closes_nothing_when_its_end_is_heard_again() -> None:
    held = (missed, assigned(late=True), released(), missed_again)

    assert given(DECIDER, started, *held).when(end_missed) == []


@pytest.mark.parametrize("then", [(), (assigned(),), (missed, assigned(late=True))])
def test_a_conversation_that_waits_or_is_held_outlives_the_walk(
    then: tuple[ConversationStarted, ...],
) -> None:
    assert given(DECIDER, started, *then).when(end_missed) == []


@pytest.mark.parametrize("command", [elapse, no_decision, end_missed])
def test_nothing_waits_in_a_closed_conversation(command: object) -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, started, closed).when(command)

    assert refused.value.code == "closed"


def test_the_wait_is_a_timer_that_ends_with_taking_missing_or_closing() -> None:
    assert DECIDER.timers(started) == [SetTimer("wait", after(WAIT_S))]
    assert DECIDER.timers(released(answer_by=after(300))) == [SetTimer("wait", after(300))]
    for event in (missed, undecided):
        assert DECIDER.timers(event) == [CancelTimer("wait")]
    for end in (assigned(), closed):
        assert DECIDER.timers(end) == [CancelTimer("wait"), CancelTimer("abandoned")]
    assert not DECIDER.timers(offline_told)


def test_the_timer_asks_for_the_end_of_the_wait() -> None:
    assert DECIDER.elapsed is not None
    assert DECIDER.elapsed("conversation-1", "wait", after(WAIT_S)) == elapse


def test_a_visit_has_one_open_conversation() -> None:
    assert DECIDER.claims(started) == [TakeClaim("open_conversation", VISIT)]
    assert DECIDER.claims(closed) == [FreeClaim("open_conversation", VISIT)]
    assert not DECIDER.claims(declined)


def test_what_was_said_is_sealed_for_the_visitor() -> None:
    for history in ((declined,), (started,), (started, closed)):
        assert DECIDER.subject(given(DECIDER, *history).state) == VISITOR


def test_the_offline_message_is_the_one_of_the_card() -> None:
    assert offline_told.text == OFFLINE


@pytest.mark.parametrize(
    ("flag", "reason"),
    [({"blocked_by": 3}, "visitor_blocked"), ({"visit_has_conversation": True}, "visit_has_conversation")],
)
def test_whoever_may_not_have_one_is_declined_whatever_agents_are_online(
    flag: dict[str, int], reason: str
) -> None:
    [event] = given(DECIDER).when(replace(start(), **flag))  # type: ignore[arg-type]

    assert isinstance(event, LiveChatDeclined)
    assert (event.reason, event.visitor_version) == (reason, flag.get("blocked_by"))


def test_what_was_declined_tells_what_the_decision_saw() -> None:
    known = (seen(online=False), seen(BOB, online=False))

    [event] = given(DECIDER).when(start(age_s=2.5, online=known))

    assert isinstance(event, LiveChatDeclined)
    assert (event.seen, event.request_age_ms, event.request_age_ms_max) == (known, 2_500, 10_000)
