"""The visitor leaves, returns and ends the chat; what was missed by both sides closes."""

from datetime import timedelta

import pytest

from contracts.conversation import Closed, VisitorLeft, WaitExpired
from contracts.envelope import Event
from services.chassis.decider import CancelTimer, NotFound, Refused, SetTimer
from services.conversation.decider import DECIDER
from services.conversation.service import SERVICE
from tests.spec import given
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.examples import (
    ADA,
    STREAM,
    T0,
    VISITOR,
    WAIT_S,
    abandon,
    after,
    assigned,
    away,
    back,
    closed,
    closed_missed,
    declined,
    elapse,
    end,
    end_missed,
    ended,
    left,
    missed,
    offline_told,
    released,
    returned,
    start,
    started,
    take,
)
from tests.unit.conversation.test_wait import ask, pass_time


def test_a_visitor_who_left_is_marked_once_until_they_return() -> None:
    assert given(DECIDER, started).when(away) == [left()]
    assert given(DECIDER, started, left()).when(away) == []
    assert given(DECIDER, started, left()).when(back) == [returned()]
    assert given(DECIDER, started).when(back) == []
    assert given(DECIDER, started, left(), returned()).when(away) == [left()]


def test_only_what_was_missed_and_is_held_by_nobody_is_to_close() -> None:
    assert given(DECIDER, started, missed).when(away) == [left(closes=True)]
    assert given(DECIDER, started, assigned()).when(away) == [left()]
    assert given(DECIDER, started, missed, assigned(late=True)).when(away) == [left()]


def test_a_wait_that_ends_after_the_visitor_left_closes_ten_minutes_after_that() -> None:
    expired, *_ = given(DECIDER, started, left(at=5)).when(elapse)

    assert isinstance(expired, WaitExpired)
    assert expired.close_at == after(605)
    assert DECIDER.timers(expired) == [CancelTimer("wait"), SetTimer("abandoned", after(605))]


def test_a_long_wait_that_ends_later_than_that_closes_at_once() -> None:
    expired, *_ = given(DECIDER, started, left(at=-900)).when(elapse)

    assert isinstance(expired, WaitExpired)
    assert expired.close_at == elapse.at


@pytest.mark.parametrize(
    "history",
    [
        (started,),
        (started, missed),
        (started, missed, left(), returned()),
        (started, left()),
        (started, missed, left(), assigned(late=True)),
        (started, missed, left(), assigned(late=True), released()),
    ],
)
def test_whoever_is_here_keeps_the_conversation_open(history: tuple[Event, ...]) -> None:
    assert given(DECIDER, *history).when(abandon) == []


def test_a_missed_conversation_that_its_visitor_left_closes() -> None:
    assert given(DECIDER, started, missed, left()).when(abandon) == [
        closed_missed.model_copy(update={"at": abandon.at})
    ]


def test_the_timer_goes_with_the_visitors_return_an_agent_and_the_end() -> None:
    assert DECIDER.timers(left(at=1, closes=True)) == [SetTimer("abandoned", after(601))]
    assert not DECIDER.timers(left())
    assert DECIDER.timers(returned()) == [CancelTimer("abandoned")]
    assert CancelTimer("abandoned") in DECIDER.timers(assigned())
    assert CancelTimer("abandoned") in DECIDER.timers(closed)
    assert DECIDER.elapsed is not None
    assert DECIDER.elapsed(STREAM, "abandoned", abandon.at) == abandon


@pytest.fixture
async def edge() -> Edge:
    """A conversation waits."""
    edge = Edge(SERVICE, T0)
    await ask(edge, start())
    return edge


async def test_ten_minutes_after_the_visitor_left_a_missed_conversation_is_over(edge: Edge) -> None:
    await pass_time(edge, WAIT_S)
    await ask(edge, away)

    await pass_time(edge, 599 - WAIT_S)
    assert isinstance(edge.events(STREAM)[-1], VisitorLeft)
    await pass_time(edge, 3)

    last = edge.events(STREAM)[-1]
    assert isinstance(last, Closed)
    assert (last.reason, last.by, last.due_at) == ("missed", None, after(601))
    assert edge.store.timers == {}


def test_what_closes_by_a_timer_tells_when_that_was_due_and_what_closes_otherwise_does_not() -> None:
    due = after(601)
    waits = [
        (started, missed, left(at=1, closes=True)),
        (started, left(at=1), missed.model_copy(update={"close_at": due})),
        (started, missed, left(at=1, closes=True), returned(), left(at=1, closes=True)),
    ]
    for history in waits:
        (by_timer,) = given(DECIDER, *history).when(abandon)
        (by_end,) = given(DECIDER, *history).when(end_missed)
        assert isinstance(by_timer, Closed)
        assert isinstance(by_end, Closed)
        assert (by_timer.due_at, by_end.due_at) == (due, None)


async def test_the_wait_runs_on_when_the_visitor_left_before_its_end(edge: Edge) -> None:
    await ask(edge, away)
    assert await pass_time(edge, WAIT_S) == 1
    assert {name for _, name in edge.store.timers} == {"abandoned"}

    await ask(edge, take())

    assert edge.store.timers == {}
    await pass_time(edge, 3_600)
    assert not any(isinstance(event, Closed) for event in edge.events(STREAM))


@pytest.mark.parametrize("history", [(started,), (started, assigned()), (started, missed, offline_told)])
def test_a_visitor_ends_the_chat_whoever_holds_it(history: tuple[Event, ...]) -> None:
    assert given(DECIDER, *history).when(end()) == [ended]


def test_another_visits_visitor_cannot_end_it_nor_anybody_twice() -> None:
    for history in ((started,), (started, closed)):
        with pytest.raises(NotFound):
            given(DECIDER, *history).when(end(visit_id=ADA))
    with pytest.raises(NotFound):
        given(DECIDER, declined).when(end())
    with pytest.raises(Refused) as refused:
        given(DECIDER, started, ended).when(end())
    assert refused.value.code == "closed"


def test_what_is_left_of_a_conversation_is_its_visitors() -> None:
    assert DECIDER.subject(given(DECIDER, started, ended).state) == VISITOR
    assert timedelta(seconds=WAIT_S) == started.answer_by - started.at
