"""Leads, deals and activities through the service's reactions and routes; every event arrives twice."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.crm import ActivityCreated, DealCreated, LeadCreated, OutcomeEvent
from contracts.ids import derived_id
from contracts.playbook import Captured
from services.crm.service import SERVICE
from tests.unit.crm.examples import (
    ACTIVITY,
    ADA,
    AGENT,
    AT,
    CONVERSATION,
    DEAL,
    LEAD,
    VISIT,
    VISITOR,
    closed,
    follow_up,
    started,
    visit_started,
)
from tests.unit.crm.people import ANN, STRANGER, THEIR_VISITOR, code, titles, told
from tests.unit.playbook.world import World

LEADS = f"/conversations/{CONVERSATION}/leads"
DEALS = f"/conversations/{CONVERSATION}/deals"
ACTIVITIES = f"/conversations/{CONVERSATION}/activities"
OUTCOMES = f"/conversations/{CONVERSATION}/outcomes"
OF_VISIT = f"/visits/{VISIT}/outcomes"
DETAILS = f"/conversations/{CONVERSATION}/details"
MAKING = [(LEADS, "lead"), (DEALS, "deal"), (ACTIVITIES, "activity")]


@pytest.fixture
def world() -> World:
    return World(SERVICE)


def made(world: World) -> list[OutcomeEvent]:
    """The outcomes that there are."""
    return [event for event in world.events if isinstance(event, OutcomeEvent)]


async def test_an_action_card_makes_one_lead(world: World) -> None:
    await world.hear(follow_up(title="Call Ada", note="Wants two."))

    (lead,) = world.events
    assert isinstance(lead, LeadCreated)
    assert (lead.lead_id, lead.title, lead.note, lead.cause) == (
        LEAD,
        "Call Ada",
        "Wants two.",
        "action_card",
    )


async def test_an_action_card_makes_one_deal_with_its_value(world: World) -> None:
    await world.hear(follow_up("deal", deal_value_minor=125_000, currency="BRL"))

    (deal,) = world.events
    assert isinstance(deal, DealCreated)
    assert (deal.deal_id, deal.title, deal.value_minor, deal.currency) == (
        DEAL,
        "Deal with Ada",
        125_000,
        "BRL",
    )


async def test_an_action_card_notes_one_activity_due_so_many_days_later(world: World) -> None:
    await world.hear(follow_up("activity", due_in_days=3))

    (activity,) = world.events
    assert isinstance(activity, ActivityCreated)
    assert (activity.activity_id, activity.kind) == (ACTIVITY, "task")
    assert activity.due_at == AT + timedelta(days=3)


async def test_each_arrival_at_an_action_card_makes_an_outcome_of_its_own(world: World) -> None:
    await world.hear(follow_up())
    await world.hear(follow_up(arrival=9))

    assert len({event.lead_id for event in world.events if isinstance(event, LeadCreated)}) == 2


@pytest.mark.parametrize("end", [[], [closed]])
@pytest.mark.parametrize(("path", "kind"), MAKING)
async def test_an_agent_makes_each_kind_from_a_conversation_open_or_closed(
    world: World, path: str, kind: str, end: list[Any]
) -> None:
    for event in (started(), *end):
        await world.hear(event)

    answer = await world.ask(ANN, "POST", path, {"note": "Call back."})

    (outcome,) = made(world)
    assert answer.status_code == 201
    assert answer.json()["ids"] == {f"{kind}_id": getattr(outcome, f"{kind}_id")}
    assert (outcome.note, outcome.person, outcome.by) == ("Call back.", ADA, AGENT)
    assert (outcome.conversation_id, outcome.visit_id, outcome.visitor_id) == (CONVERSATION, VISIT, VISITOR)


@pytest.mark.parametrize(("path", "kind"), MAKING)
async def test_the_same_request_with_its_key_makes_one_and_another_one_makes_another(
    world: World, path: str, kind: str
) -> None:
    await world.hear(started())

    first = await world.ask(ANN, "POST", path, {"title": "Order"}, key="k1")
    again = await world.ask(ANN, "POST", path, {"title": "Order"}, key="k1")
    other = await world.ask(ANN, "POST", path, {"title": "Order"}, key="k2")

    assert first.json()["ids"] == again.json()["ids"] != other.json()["ids"]
    assert len(made(world)) == 2


async def test_an_outcome_copies_what_the_details_say_at_that_time(world: World) -> None:
    await world.hear(started())
    await world.ask(ANN, "POST", f"{DETAILS}/person", {"name": "Ida", "email": None})
    await world.ask(ANN, "POST", f"{DETAILS}/organization", {"name": "ACME"})
    await world.ask(ANN, "POST", f"{DETAILS}/deal-value", {"value_minor": 900, "currency": "JPY"})

    await world.ask(ANN, "POST", DEALS, {})
    await world.ask(ANN, "POST", f"{DETAILS}/person", {"name": "Eva"})
    await world.ask(ANN, "POST", DEALS, {"value_minor": 5, "currency": "EUR"})

    known, other = (event for event in world.events if isinstance(event, DealCreated))
    assert set(known.person) == {
        Captured(field="name", value="Ida"),
        Captured(field="company", value="ACME"),
    }
    assert (known.title, known.value_minor, known.currency) == ("Deal with Ida", 900, "JPY")
    assert (other.title, other.value_minor, other.currency) == ("Deal with Eva", 5, "EUR")


async def test_an_outcome_copies_no_more_free_fields_than_an_event_may_hold(world: World) -> None:
    free = tuple(Captured(field=f"f{number}", value="é" * 2_000) for number in range(40))
    await world.hear(started().model_copy(update={"captured": (*free[:20], *ADA, *free[20:])}))

    answer = await world.ask(ANN, "POST", LEADS, {"note": "n" * 4_000})

    (lead,) = made(world)
    assert answer.status_code == 201
    assert [detail.field for detail in lead.person] == ["name", "email", "f0", "f1", "f2", "f3"]


async def test_an_activity_says_what_it_is_and_when_it_is_due(world: World) -> None:
    await world.hear(started())

    await world.ask(ANN, "POST", ACTIVITIES, {"kind": "call", "due_at": "2026-03-04T10:00:00+01:00"})

    (item,) = (await told(world, OUTCOMES))["items"]
    assert (item["kind"], item["activity_kind"], item["due_at"]) == (
        "activity",
        "call",
        "2026-03-04T09:00:00Z",
    )


async def test_outcomes_are_the_agents_and_the_action_cards_of_the_visit_newest_first(world: World) -> None:
    other = derived_id("another conversation")
    await world.hear(visit_started)
    await world.hear(started())
    await world.hear(started(other, visit_id=derived_id("another visit")))
    await world.hear(follow_up(), stream=f"visit-{VISIT}")
    await world.pass_time(1)
    await world.hear(follow_up("deal", arrival=6))
    await world.pass_time(1)
    await world.ask(ANN, "POST", ACTIVITIES, {"title": "Call"})
    await world.pass_time(1)
    await world.ask(ANN, "POST", f"/conversations/{other}/leads", {"title": "Elsewhere"})

    assert await titles(world, OUTCOMES) == ["Call", "Deal with Ada", "Lead from Ada"]
    assert await titles(world, OF_VISIT) == ["Call", "Deal with Ada", "Lead from Ada"]
    assert await titles(world, "/leads") == ["Elsewhere", "Lead from Ada"]
    assert await titles(world, "/leads?cause=agent") == ["Elsewhere"]
    assert await titles(world, "/leads?cause=action_card") == ["Lead from Ada"]
    assert await titles(world, "/deals") == ["Deal with Ada"]
    assert await titles(world, "/activities") == ["Call"]


async def test_each_outcome_says_what_caused_it(world: World) -> None:
    await world.hear(started())
    await world.hear(follow_up(), stream=f"visit-{VISIT}")
    await world.pass_time(1)
    await world.ask(ANN, "POST", LEADS, {"title": "Order"})

    agents, cards = (await told(world, OUTCOMES))["items"]
    assert (cards["cause"], cards["caused_by"]) == (
        "action_card",
        {"command_id": None, "stream": f"visit-{VISIT}", "version": 1},
    )
    assert agents["cause"] == "agent"
    assert agents["caused_by"]["command_id"] == world.said[-1].metadata.command_id


async def test_a_visit_that_never_became_a_conversation_has_its_outcomes(world: World) -> None:
    await world.hear(visit_started)
    assert await titles(world, OF_VISIT) == []

    await world.hear(follow_up())

    assert await titles(world, OF_VISIT) == ["Lead from Ada"]


async def test_leads_come_in_pages_newest_first(world: World) -> None:
    await world.hear(started())
    for number in range(3):
        await world.ask(ANN, "POST", LEADS, {"title": f"Lead {number}"})
        await world.pass_time(1)

    first = await told(world, "/leads?limit=2")
    second = await told(world, f"/leads?limit=2&cursor={first['next']}")

    assert [item["title"] for item in first["items"] + second["items"]] == ["Lead 2", "Lead 1", "Lead 0"]
    assert second["next"] is None


async def test_a_cursor_of_no_page_is_refused(world: World) -> None:
    assert code(await world.ask(ANN, "GET", "/leads?cursor=WyJ4IiwieSJd")) == (400, "bad_cursor")


@pytest.mark.parametrize("path", [LEADS, DEALS, ACTIVITIES])
@pytest.mark.parametrize(
    "body", [{"title": ""}, {"title": "  "}, {"title": "x" * 201}, {"note": 1}, {"person": []}]
)
async def test_a_wrong_body_is_refused(world: World, path: str, body: object) -> None:
    await world.hear(started())

    assert code(await world.ask(ANN, "POST", path, body)) == (422, "invalid")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (DEALS, {"value_minor": 5}),
        (DEALS, {"value_minor": -1, "currency": "EUR"}),
        (DEALS, {"value_minor": 5, "currency": "ZZZ"}),
        (DEALS, {"value_minor": 1.5, "currency": "EUR"}),
        (ACTIVITIES, {"kind": "party"}),
        (ACTIVITIES, {"due_at": "2026-03-04T10:00:00"}),
        (ACTIVITIES, {"due_at": 5}),
        (ACTIVITIES, {"due_at": "0001-01-01T00:00:00+14:00"}),
    ],
)
async def test_an_amount_without_money_and_a_time_without_offset_are_refused(
    world: World, path: str, body: object
) -> None:
    await world.hear(started())

    answer = await world.ask(ANN, "POST", path, body)

    assert code(answer) == (422, "invalid")
    assert made(world) == []


async def test_a_conversation_is_known_to_its_workspace_alone(world: World) -> None:
    await world.hear(started())
    await world.hear(visit_started)

    for path, _ in MAKING:
        assert code(await world.ask(STRANGER, "POST", path, {})) == (404, "not_found")
    assert code(await world.ask(STRANGER, "GET", OUTCOMES)) == (404, "not_found")
    assert code(await world.ask(STRANGER, "GET", OF_VISIT)) == (404, "not_found")
    assert code(await world.ask(ANN, "POST", f"/conversations/{derived_id('none')}/leads", {})) == (
        404,
        "not_found",
    )


async def test_outcomes_are_for_agents(world: World) -> None:
    await world.hear(started())

    for path, _ in MAKING:
        assert code(await world.ask(THEIR_VISITOR, "POST", path, {})) == (403, "forbidden")
    for path in (OUTCOMES, OF_VISIT, "/leads", "/deals", "/activities"):
        assert code(await world.ask(THEIR_VISITOR, "GET", path)) == (403, "forbidden")
