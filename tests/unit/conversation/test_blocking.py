"""An agent blocks a visitor and lets them in again: what they write is refused, and nobody is asked to answer."""

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from contracts.conversation import AnswerWithheld, VisitorBlocked, VisitorUnblocked
from contracts.envelope import Event
from contracts.ids import derived_id, stream
from services.chassis.decider import Refused
from services.conversation.commands.visitor import BlockVisitor, UnblockVisitor, VisitorCommand
from services.conversation.decider import DECIDER
from services.conversation.decider.visitor import VISITOR as DECIDER_OF_VISITORS
from services.conversation.decider.visitor import State
from tests.spec import given
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    CONVERSATION,
    STREAM,
    VISITOR,
    after,
    answer_card,
    ask,
    assigned,
    closed,
    missed,
    recorded,
    started,
)
from tests.unit.conversation.test_api import THERE, ada, bob, edge, stranger, visitor

__all__ = ["edge"]

VISITORS = stream("visitor", VISITOR)
block = BlockVisitor(VISITOR, CONVERSATION, by=ADA, by_name="Ada", reason="Rude.", at=after(1))
unblock = UnblockVisitor(by=BOB, at=after(2))
blocked = VisitorBlocked(
    at=after(1), visitor_id=VISITOR, conversation_id=CONVERSATION, by=ADA, by_name="Ada", reason="Rude."
)
unblocked = VisitorUnblocked(at=after(2), visitor_id=VISITOR, by=BOB)


def test_a_visitor_is_blocked_and_unblocked_once() -> None:
    assert given(DECIDER_OF_VISITORS).when(block) == [blocked]
    assert given(DECIDER_OF_VISITORS, blocked).when(block) == []
    assert given(DECIDER_OF_VISITORS, blocked).when(unblock) == [unblocked]
    assert given(DECIDER_OF_VISITORS).when(unblock) == []
    assert given(DECIDER_OF_VISITORS, blocked, unblocked).when(block) == [blocked]


def test_the_reason_is_sealed_for_the_visitor_and_not_too_long() -> None:
    assert DECIDER_OF_VISITORS.subject(given(DECIDER_OF_VISITORS, blocked).state) == VISITOR
    with pytest.raises(Refused):
        given(DECIDER_OF_VISITORS).when(replace(block, reason="x" * 501))


@for_all(st.lists(st.sampled_from([block, unblock]), max_size=10))
def test_blocking_and_unblocking_take_turns(commands: list[VisitorCommand]) -> None:
    state: State = DECIDER_OF_VISITORS.initial
    told: list[Event] = []
    for command in commands:
        events = DECIDER_OF_VISITORS.decide(command, state)
        state = reduce(DECIDER_OF_VISITORS.evolve, events, state)
        told += events
    assert [isinstance(event, VisitorBlocked) for event in told] == [
        place % 2 == 0 for place in range(len(told))
    ]


@pytest.mark.parametrize(("history", "code"), [((started,), "blocked"), ((started, closed), "closed")])
def test_what_a_blocked_visitor_writes_is_refused(history: tuple[Event, ...], code: str) -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, *history).when(ask(blocked_by=3))
    assert refused.value.code == code


def test_a_conversation_that_is_held_is_closed_to_a_blocked_visitor_as_well() -> None:
    with pytest.raises(Refused) as refused:
        given(DECIDER, started, assigned()).when(ask(blocked_by=3))
    assert (refused.value.status, refused.value.code) == (403, "blocked")


@pytest.mark.parametrize("then", [(), (missed,), (assigned(),)])
def test_that_a_blocked_visitors_answer_is_withheld_is_an_event(then: tuple[Event, ...]) -> None:
    [event] = given(DECIDER, started, *then).when(replace(answer_card, blocked_by=3))

    message_id = derived_id(CONVERSATION, "visitor", answer_card.arrival, 0)
    assert isinstance(event, AnswerWithheld)
    assert (event.message_id, event.card_id, event.reason) == (message_id, "ask_mail", "visitor_blocked")
    assert event.visitor_version == 3
    assert "vera@example.org" not in event.model_dump_json()


async def says(edge: Edge) -> tuple[int, Any]:
    answer = await edge.ask(visitor(), "POST", f"{THERE}/messages", {"text": "Hello?"})
    return answer.status_code, answer.json().get("code")


async def test_a_block_counts_from_its_answer_on_until_it_is_taken_back(edge: Edge) -> None:
    assert await says(edge) == (200, None)

    answer = await edge.ask(ada, "POST", f"{THERE}/block", {"reason": "Rude."})

    assert answer.json()["ids"] == {"visitor_id": VISITOR}
    before = len(edge.events(STREAM))
    assert await says(edge) == (403, "blocked")
    told = (await edge.ask(bob, "GET", f"{THERE}/block")).json()
    assert (told["blocked"], told["by_name"], told["reason"]) == (True, "Ada", "Rude.")
    assert len(edge.events(STREAM)) == before
    await edge.ask(bob, "POST", f"{THERE}/unblock")
    assert await says(edge) == (200, None)
    told = (await edge.ask(bob, "GET", f"{THERE}/block")).json()
    assert (told["visitor_id"], told["blocked"], told["reason"]) == (VISITOR, False, None)
    assert [type(event) for event in edge.events(VISITORS)] == [VisitorBlocked, VisitorUnblocked]


async def test_the_blocked_visitors_are_listed_in_pages_within_the_workspace(edge: Edge) -> None:
    await edge.ask(ada, "POST", f"{THERE}/block", {"reason": "Rude."})
    for number in range(3):
        other = derived_id("visitor", number)
        event = blocked.model_copy(update={"visitor_id": other, "at": after(10 + number)})
        edge.rows.fold(recorded(event, 1, of=stream("visitor", other)))

    first = (await edge.ask(bob, "GET", "/blocked?limit=3")).json()
    rest = (await edge.ask(bob, "GET", f"/blocked?limit=3&cursor={first['next']}")).json()

    assert [row["visitor_id"] for row in first["items"]] == [derived_id("visitor", n) for n in (2, 1, 0)]
    [row] = rest["items"]
    assert (row["visitor_id"], row["by_name"], row["reason"], rest["next"]) == (VISITOR, "Ada", "Rude.", None)
    assert (await edge.ask(stranger, "GET", "/blocked")).json()["items"] == []
    await edge.ask(ada, "POST", f"{THERE}/unblock")
    assert VISITOR not in (await edge.ask(bob, "GET", "/blocked")).text


async def test_visitors_and_strangers_block_nobody(edge: Edge) -> None:
    for action in ("block", "unblock"):
        assert (await edge.ask(visitor(), "POST", f"{THERE}/{action}")).status_code == 403
        assert (await edge.ask(stranger, "POST", f"{THERE}/{action}")).status_code == 404
    for path in ("/blocked", f"{THERE}/block"):
        assert (await edge.ask(visitor(), "GET", path)).status_code == 403
    assert (await edge.ask(stranger, "GET", f"{THERE}/block")).status_code == 404
    assert edge.events(VISITORS) == []


@pytest.mark.parametrize("body", [{"reason": ""}, {"reason": "x" * 501}, {"why": "Rude."}])
async def test_a_reason_that_does_not_fit_is_refused(edge: Edge, body: object) -> None:
    assert (await edge.ask(ada, "POST", f"{THERE}/block", body)).status_code == 422
    assert edge.events(VISITORS) == []
