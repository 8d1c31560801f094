"""Leads through the service's reactions and routes; every event arrives twice."""

from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from contracts.crm import LeadCreated
from contracts.ids import derived_id
from services.chassis.tokens import Caller
from services.crm.service import SERVICE
from tests.unit.crm.examples import ADA, AGENT, CONVERSATION, LEAD, VISIT, VISITOR, closed, follow_up, started
from tests.unit.playbook.world import WORKSPACE, World

ANN = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Ann", role="agent")
STRANGER = ANN.model_copy(update={"workspace_id": derived_id("another workspace")})
THEIR_VISITOR = Caller(kind="visitor", id=VISITOR, workspace_id=WORKSPACE, visit_id=VISIT)
LEADS = f"/conversations/{CONVERSATION}/leads"
OUTCOMES = f"/conversations/{CONVERSATION}/outcomes"


@pytest.fixture
def world() -> World:
    return World(SERVICE)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def titles(world: World, path: str) -> list[str]:
    return [item["title"] for item in (await world.ask(ANN, "GET", path)).json()["items"]]


async def test_an_action_card_makes_one_lead(world: World) -> None:
    await world.hear(follow_up())

    (lead,) = world.events
    assert isinstance(lead, LeadCreated)
    assert (lead.lead_id, lead.title, lead.cause) == (LEAD, "Lead from Ada", "action_card")


async def test_each_arrival_at_an_action_card_makes_a_lead_of_its_own(world: World) -> None:
    await world.hear(follow_up())
    await world.hear(follow_up(arrival=9))

    assert len({event.lead_id for event in world.events if isinstance(event, LeadCreated)}) == 2


@pytest.mark.parametrize("kind", ["deal", "activity"])
async def test_follow_ups_of_other_kinds_are_logged_and_make_nothing(world: World, kind: Any) -> None:
    with capture_logs() as logs:
        await world.hear(follow_up(kind))

    assert world.events == []
    assert {"follow_up_ignored"} == {line["event"] for line in logs}


@pytest.mark.parametrize("end", [[], [closed]])
async def test_an_agent_makes_a_lead_from_a_conversation_open_or_closed(world: World, end: list[Any]) -> None:
    for event in (started(), *end):
        await world.hear(event)

    answer = await world.ask(ANN, "POST", LEADS, {"note": "Call back."})

    (lead,) = world.events
    assert answer.status_code == 201
    assert isinstance(lead, LeadCreated)
    assert answer.json()["ids"] == {"lead_id": lead.lead_id}
    assert (lead.title, lead.note, lead.person, lead.by) == ("Lead from Ada", "Call back.", ADA, AGENT)
    assert (lead.conversation_id, lead.visit_id, lead.visitor_id) == (CONVERSATION, VISIT, VISITOR)


async def test_the_same_request_with_its_key_makes_one_lead_and_another_one_makes_another(
    world: World,
) -> None:
    await world.hear(started())

    first = await world.ask(ANN, "POST", LEADS, {"title": "Order"}, key="k1")
    again = await world.ask(ANN, "POST", LEADS, {"title": "Order"}, key="k1")
    other = await world.ask(ANN, "POST", LEADS, {"title": "Order"}, key="k2")

    assert first.json()["ids"] == again.json()["ids"] != other.json()["ids"]
    assert len(world.events) == 2


async def test_outcomes_are_the_agents_leads_and_the_action_cards_of_the_visit(world: World) -> None:
    other = derived_id("another conversation")
    await world.hear(started())
    await world.hear(started(other, visit_id=derived_id("another visit")))
    await world.hear(follow_up())
    await world.pass_time(1)
    await world.ask(ANN, "POST", LEADS, {"title": "Order"})
    await world.pass_time(1)
    await world.ask(ANN, "POST", f"/conversations/{other}/leads", {"title": "Elsewhere"})

    assert await titles(world, OUTCOMES) == ["Order", "Lead from Ada"]
    assert await titles(world, "/leads") == ["Elsewhere", "Order", "Lead from Ada"]


async def test_leads_come_in_pages_newest_first(world: World) -> None:
    await world.hear(started())
    for number in range(3):
        await world.ask(ANN, "POST", LEADS, {"title": f"Lead {number}"})
        await world.pass_time(1)

    first = (await world.ask(ANN, "GET", "/leads?limit=2")).json()
    second = (await world.ask(ANN, "GET", f"/leads?limit=2&cursor={first['next']}")).json()

    assert [item["title"] for item in first["items"] + second["items"]] == ["Lead 2", "Lead 1", "Lead 0"]
    assert second["next"] is None


async def test_a_cursor_of_no_page_is_refused(world: World) -> None:
    assert code(await world.ask(ANN, "GET", "/leads?cursor=WyJ4IiwieSJd")) == (400, "bad_cursor")


@pytest.mark.parametrize("body", [{"title": ""}, {"title": "x" * 201}, {"note": 1}, {"person": []}])
async def test_a_wrong_body_is_refused(world: World, body: object) -> None:
    await world.hear(started())

    assert code(await world.ask(ANN, "POST", LEADS, body)) == (422, "invalid")


async def test_a_conversation_is_known_to_its_workspace_alone(world: World) -> None:
    await world.hear(started())

    assert code(await world.ask(STRANGER, "POST", LEADS, {})) == (404, "not_found")
    assert code(await world.ask(STRANGER, "GET", OUTCOMES)) == (404, "not_found")
    assert code(await world.ask(ANN, "POST", f"/conversations/{derived_id('none')}/leads", {})) == (
        404,
        "not_found",
    )


async def test_leads_are_for_agents(world: World) -> None:
    await world.hear(started())

    for method, path, body in (("POST", LEADS, {}), ("GET", OUTCOMES, None), ("GET", "/leads", None)):
        assert code(await world.ask(THEIR_VISITOR, method, path, body)) == (403, "forbidden")
