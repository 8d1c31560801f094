"""A visitor reads what was said in their own earlier visits, and writes in this one alone."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.conversation import Assigned, Closed, ConversationStarted, LiveChatDeclined
from contracts.ids import derived_id, stream
from services.chassis.tokens import Caller
from services.gateway.accounts.visits import HISTORY
from tests.unit.gateway.examples import (
    ADA,
    BOB,
    ELSEWHERE,
    PLAYBOOK,
    T0,
    VISIT,
    ada,
    recorded,
    visitor,
)
from tests.unit.gateway.web import Web

LIST = "/visitor/conversations"
now_here = visitor.model_copy(update={"visit_id": derived_id("a later visit")})
somebody = now_here.model_copy(update={"id": derived_id("somebody else")})
foreigner = now_here.model_copy(update={"workspace_id": ELSEWHERE})


def chat(number: int) -> str:
    return derived_id("chat", number)


async def began(web: Web, number: int, age: timedelta, who: Caller = visitor, visit_id: str = VISIT) -> None:
    """A conversation that was opened so long ago, taken by Ada and closed."""
    at = web.replica.clock.now() - age
    told: Any = {"at": at, "conversation_id": chat(number), "visitor_id": who.id}
    events = (
        ConversationStarted(
            **told,
            visit_id=visit_id,
            request_id=derived_id("request", number),
            playbook_id=PLAYBOOK,
            wait_time_s=60,
            answer_by=at + timedelta(seconds=60),
            online_message="One moment.",
            offline_message="Nobody.",
        ),
        Assigned(**told, visit_id=visit_id, agent_id=ADA, agent_name="Ada", by=ADA),
        Closed(**told, visit_id=visit_id, reason="resolved", by=ADA),
    )
    for version, event in enumerate(events, 1):
        name = stream("conversation", chat(number))
        web.replica.topics.append(recorded(event, version, name, who.workspace_id))


async def listed(web: Web, caller: Caller = now_here, query: str = "") -> Any:
    answer = await web.get(f"{LIST}{query}", caller)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def reads(web: Web, number: int, caller: Caller = now_here) -> int:
    return (await web.get(f"/conversations/{chat(number)}/transcript", caller)).status_code


async def test_the_list_tells_all_of_a_visitors_conversations_and_nobody_elses(web: Web) -> None:
    await began(web, 1, timedelta(days=3))
    await began(web, 2, timedelta(days=1), visit_id=str(now_here.visit_id))
    await began(web, 3, timedelta(days=2), somebody)

    newest, oldest = (await listed(web))["items"]

    assert [newest["conversation_id"], oldest["conversation_id"]] == [chat(2), chat(1)]
    assert (oldest["visit_id"], oldest["agent_name"]) == (VISIT, "Ada")
    assert oldest["closed_at"] is not None
    (other,) = (await listed(web, somebody))["items"]
    assert other["conversation_id"] == chat(3)
    assert (await listed(web, foreigner))["items"] == []


async def test_the_list_is_paged_the_newest_first(web: Web) -> None:
    for number in range(5):
        await began(web, number, timedelta(days=number + 1))

    found, query, page = list[str](), "?limit=2", dict[str, Any]()
    for _ in range(3):
        page = await listed(web, query=query)
        found += [one["conversation_id"] for one in page["items"]]
        query = f"?limit=2&cursor={page['next']}"

    assert (found, page["next"]) == ([chat(number) for number in range(5)], None)


async def test_what_is_older_than_90_days_is_forgotten_for_the_visitor(web: Web) -> None:
    await began(web, 1, HISTORY - timedelta(seconds=1))
    await began(web, 2, HISTORY)
    await began(web, 3, HISTORY + timedelta(days=9))

    page = await listed(web, query="?limit=1")

    assert [one["conversation_id"] for one in page["items"]] == [chat(1)]
    assert page["next"] is None
    assert [await reads(web, number) for number in (1, 2, 3)] == [200, 404, 404]
    assert [await reads(web, number, ada) for number in (1, 2, 3)] == [200, 200, 200]
    assert await reads(web, 3, visitor) == 200, "the visit's own"


async def test_a_request_that_was_declined_is_no_conversation(web: Web) -> None:
    told: Any = {"at": T0, "conversation_id": chat(1), "visitor_id": visitor.id, "visit_id": VISIT}
    declined = LiveChatDeclined(**told, request_id=derived_id("request"), reason="nobody_online")
    web.replica.topics.append(recorded(declined, 1, stream("conversation", chat(1))))

    assert (await listed(web))["items"] == []
    assert await reads(web, 1) == 404


async def test_transcripts_of_earlier_visits_are_read_as_visitors_see_them(web: Web) -> None:
    await began(web, 1, timedelta(days=3))

    entries = (await web.get(f"/conversations/{chat(1)}/transcript", now_here)).json()["items"]

    assert entries[1]["event"]["agent_name"] == "Ada"
    assert "agent_id" not in entries[1]["event"]
    assert [await reads(web, 1, one) for one in (somebody, foreigner)] == [404, 404]


async def test_nothing_is_sent_to_a_conversation_of_an_earlier_visit(web: Web) -> None:
    await began(web, 1, timedelta(days=3))

    sent = [
        await web.client.post(
            f"/conversations/{chat(1)}/files",
            content=b"What I mean.",
            headers={"authorization": f"Bearer {web.replica.token(caller)}"},
        )
        for caller in (now_here, somebody)
    ]

    assert [answer.status_code for answer in sent] == [404, 404]


@pytest.mark.parametrize("caller", [ada, ada.model_copy(update={"role": "owner", "id": BOB})])
async def test_the_list_is_for_visitors(web: Web, caller: Caller) -> None:
    assert (await web.get(LIST, caller)).status_code == 403
    assert (await web.get(LIST)).status_code == 401


async def test_a_file_of_an_earlier_visit_is_read_as_long_as_its_conversation(web: Web) -> None:
    await began(web, 1, timedelta(0))
    sent = await web.client.post(
        f"/conversations/{chat(1)}/files",
        content=b"What I mean.",
        headers={"authorization": f"Bearer {web.replica.token(visitor)}"},
    )
    path = f"/files/{sent.json()['file_id']}"

    assert [(await web.get(path, one)).status_code for one in (now_here, somebody)] == [200, 404]
    web.replica.clock.move(HISTORY)
    assert [(await web.get(path, one)).status_code for one in (now_here, visitor)] == [404, 200]
