"""The conversation service over HTTP: who may ask what, and how it is answered."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.conversation import Assigned, Closed, MessagePosted, Reassigned
from contracts.envelope import Metadata
from contracts.ids import derived_id, stream
from contracts.presence import AgentNamed, AgentWentOnline
from services.chassis.execution import execute
from services.chassis.tokens import Caller
from services.conversation.decider import DECIDER
from services.conversation.service import SERVICE
from services.conversation.settings import ConversationSettings
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    CONVERSATION,
    NAMES,
    STREAM,
    T0,
    VISIT,
    VISITOR,
    WORKSPACE,
    after,
    recorded,
    start,
)

THERE = f"/conversations/{CONVERSATION}"


def agent(agent_id: str, workspace_id: str = WORKSPACE) -> Caller:
    return Caller(kind="agent", id=agent_id, workspace_id=workspace_id, name=NAMES[agent_id], role="agent")


def visitor(visit_id: str = VISIT) -> Caller:
    return Caller(kind="visitor", id=VISITOR, workspace_id=WORKSPACE, visit_id=visit_id)


ada, bob = agent(ADA), agent(BOB)
stranger = agent(ADA, derived_id("another workspace"))


@pytest.fixture
async def edge() -> Edge:
    """Ada is online, Bob is not, and one conversation waits."""
    edge = Edge(SERVICE, T0)
    online = AgentWentOnline(at=T0, agent_id=ADA, name="Ada", tab="t1")
    edge.rows.fold(recorded(online, 1, of=stream("agent", ADA)))
    metadata = Metadata(WORKSPACE, derived_id("start"), "c", "c", "service:conversation")
    await execute(edge.ports, DECIDER, STREAM, start(), metadata)
    edge.clock.move(timedelta(seconds=1))
    return edge


async def test_an_agent_who_is_online_takes_a_conversation(edge: Edge) -> None:
    answer = await edge.ask(ada, "POST", f"{THERE}/take", {"expected_holder": None})

    assert (answer.status_code, answer.json()["stream"]) == (200, STREAM)
    taken = edge.events(STREAM)[-1]
    assert isinstance(taken, Assigned)
    assert (taken.agent_id, taken.agent_name, taken.by) == (ADA, "Ada", ADA)
    assert taken.evidence is not None
    assert (taken.evidence.online, taken.evidence.age_ms) == (True, 1_000)


async def test_who_takes_or_is_given_one_after_they_were_renamed_has_the_new_name_whatever_their_token_says(
    edge: Edge,
) -> None:
    named = AgentNamed(at=after(1), agent_id=ADA, name="Augusta")
    edge.rows.fold(recorded(named, 2, of=stream("agent", ADA)))
    bobs = AgentWentOnline(at=T0, agent_id=BOB, name="Bob", tab="t1")
    edge.rows.fold(recorded(bobs, 1, of=stream("agent", BOB)))

    await edge.ask(ada, "POST", f"{THERE}/take", {})
    await edge.ask(ada, "POST", f"{THERE}/assign", {"agent_id": BOB, "expected_holder": ADA})
    await edge.ask(bob, "POST", f"{THERE}/assign", {"agent_id": ADA, "expected_holder": BOB})

    told = [one for one in edge.events(STREAM) if isinstance(one, Assigned | Reassigned)]
    assert [one.agent_name for one in told] == ["Augusta", "Bob", "Augusta"]
    assert told[0].evidence is not None
    assert (told[0].evidence.online, told[0].evidence.version) == (True, 2)


async def test_taking_needs_no_body(edge: Edge) -> None:
    assert (await edge.ask(ada, "POST", f"{THERE}/take")).status_code == 200


async def test_an_agent_who_is_offline_may_not_take(edge: Edge) -> None:
    answer = await edge.ask(bob, "POST", f"{THERE}/take", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "agent_offline")


async def test_the_second_taker_is_told_who_was_first(edge: Edge) -> None:
    await edge.ask(ada, "POST", f"{THERE}/take", {})

    answer = await edge.ask(bob, "POST", f"{THERE}/take", {})

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["holder_name"]) == (409, "already_assigned", "Ada")


async def test_an_agent_is_assigned_by_the_name_that_they_went_online_with(edge: Edge) -> None:
    body = {"agent_id": ADA, "expected_holder": None}

    answer = await edge.ask(bob, "POST", f"{THERE}/assign", body)

    assert answer.status_code == 200
    given = edge.events(STREAM)[-1]
    assert isinstance(given, Assigned)
    assert (given.agent_id, given.agent_name, given.by) == (ADA, "Ada", BOB)


async def test_nobody_is_assigned_who_was_never_online(edge: Edge) -> None:
    body = {"agent_id": derived_id("nobody"), "expected_holder": None}

    answer = await edge.ask(ada, "POST", f"{THERE}/assign", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "agent_offline")


async def test_agent_and_visitor_talk(edge: Edge) -> None:
    await edge.ask(ada, "POST", f"{THERE}/take", {})

    answers = [
        await edge.ask(ada, "POST", f"{THERE}/messages", {"text": "How can I help?"}),
        await edge.ask(visitor(), "POST", f"{THERE}/messages", {"text": "Prices?"}),
    ]

    said = edge.events(STREAM)[-2:]
    assert all(isinstance(event, MessagePosted) for event in said)
    assert [(e.author, e.text) for e in said if isinstance(e, MessagePosted)] == [
        ("agent", "How can I help?"),
        ("visitor", "Prices?"),
    ]
    assert [answer.json()["ids"]["message_id"] for answer in answers] == [
        event.message_id for event in said if isinstance(event, MessagePosted)
    ]


async def test_a_message_sent_again_with_its_key_is_said_once(edge: Edge) -> None:
    asked: tuple[Any, ...] = (visitor(), "POST", f"{THERE}/messages", {"text": "Prices?"}, "key-1")
    first = (await edge.ask(*asked)).json()
    before = len(edge.events(STREAM))

    again = (await edge.ask(*asked)).json()

    assert (again["repeated"], again["ids"], again["version"]) == (True, first["ids"], first["version"])
    assert len(edge.events(STREAM)) == before


async def test_a_visitor_of_another_visit_finds_no_conversation(edge: Edge) -> None:
    caller = visitor(derived_id("another visit"))

    assert (await edge.ask(caller, "POST", f"{THERE}/messages", {"text": "Hello"})).status_code == 404


async def test_a_closed_conversation_takes_nothing_more(edge: Edge) -> None:
    closing = await edge.ask(bob, "POST", f"{THERE}/close", {"expected_holder": None})
    assert closing.status_code == 200
    assert isinstance(edge.events(STREAM)[-1], Closed)

    answer = await edge.ask(visitor(), "POST", f"{THERE}/messages", {"text": "Hello?"})

    assert (answer.status_code, answer.json()["code"]) == (409, "closed")


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("take", {}),
        ("assign", {"agent_id": ADA, "expected_holder": None}),
        ("messages", {"text": "Hello"}),
        ("close", {"expected_holder": None}),
    ],
)
async def test_a_conversation_of_another_workspace_is_not_there(
    edge: Edge, action: str, body: object
) -> None:
    assert (await edge.ask(stranger, "POST", f"{THERE}/{action}", body)).status_code == 404


@pytest.mark.parametrize("action", ["take", "assign", "close"])
async def test_visitors_may_only_talk(edge: Edge, action: str) -> None:
    body = {"agent_id": ADA, "expected_holder": None} if action == "assign" else {"expected_holder": None}

    assert (await edge.ask(visitor(), "POST", f"{THERE}/{action}", body)).status_code == 403


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("take", {"expected_holder": "ada"}),
        ("take", {"other": 1}),
        ("assign", {"agent_id": ADA}),
        ("assign", {"expected_holder": None}),
        ("messages", {"text": ""}),
        ("messages", {"text": "x" * 4_001}),
        ("messages", {"text": "nul \x00 in it"}),
        ("messages", {"text": "Hi", "author": "agent"}),
        ("close", {}),
    ],
)
async def test_a_body_that_does_not_fit_is_refused(edge: Edge, action: str, body: object) -> None:
    before = len(edge.events(STREAM))

    answer = await edge.ask(ada, "POST", f"{THERE}/{action}", body)

    assert answer.status_code == 422
    assert len(edge.events(STREAM)) == before


async def test_a_visitor_reads_and_ends_over_http(edge: Edge) -> None:
    version = len(edge.events(STREAM))
    read = await edge.ask(visitor(), "POST", f"{THERE}/read", {"up_to": version})
    assert (read.status_code, read.json()["version"]) == (200, version + 1)
    ahead = await edge.ask(visitor(), "POST", f"{THERE}/read", {"up_to": version + 2})
    assert (ahead.status_code, ahead.json()["code"]) == (409, "not_there_yet")
    strange = visitor(derived_id("another visit"))
    for action, body in (("read", {"up_to": 1}), ("end", None)):
        assert (await edge.ask(strange, "POST", f"{THERE}/{action}", body)).status_code == 404
    assert (await edge.ask(ada, "POST", f"{THERE}/read", {"up_to": 1})).json()["code"] == "not_holder"
    assert (await edge.ask(ada, "POST", f"{THERE}/end")).status_code == 403

    assert (await edge.ask(visitor(), "POST", f"{THERE}/end")).status_code == 200

    over = await edge.ask(visitor(), "POST", f"{THERE}/read", {"up_to": version})
    assert (over.status_code, over.json()["code"]) == (409, "closed")


async def test_a_visitor_who_writes_too_fast_waits_and_nobody_else_does(edge: Edge) -> None:
    asked = "POST", f"{THERE}/messages", {"text": "Hello?"}
    most = ConversationSettings().visitor_messages_max
    await edge.ask(ada, "POST", f"{THERE}/take")
    before = len(edge.events(STREAM))

    answers = [await edge.ask(visitor(), *asked) for _ in range(most + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "too_many_messages")
    assert answers[-1].headers["retry-after"] == "60"
    assert len(edge.events(STREAM)) == before + most
    assert (await edge.ask(ada, *asked)).status_code == 200
    edge.clock.move(timedelta(seconds=60))
    assert (await edge.ask(visitor(), *asked)).status_code == 200
