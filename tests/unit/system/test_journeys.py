"""The main job, by the routes of all services, over their in-memory twins."""

from datetime import timedelta

import pytest

from tests.unit.system.world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    return world


async def only_conversation(world: World) -> str:
    (row,) = (await world.get("Ana", "gateway/folders/unassigned"))["items"]
    return str(row["conversation_id"])


async def test_a_chat_from_the_first_click_to_the_lead(world: World) -> None:
    ben = await world.invite("Ben")
    for agent in ("Ana", "Ben"):
        await world.post(agent, "presence/online", {"tab": agent})
    await world.visit("Vi")
    chat = await only_conversation(world)
    path = f"conversation/conversations/{chat}"

    await world.post("Ana", f"{path}/take")
    refused = await world.post("Ben", f"{path}/take", expect=409)
    await world.post("Vi", f"{path}/messages", {"text": "Hello?"})
    ana = refused["holder_id"]
    await world.post("Ana", f"{path}/assign", {"agent_id": ben, "expected_holder": ana})
    await world.post("Ben", f"{path}/messages", {"text": "How can I help?"})
    lead = await world.post("Ben", f"crm/conversations/{chat}/leads", {"title": "Two, please"})
    await world.post("Ben", f"{path}/close", {"expected_holder": ben})

    assert (refused["code"], refused["holder_name"]) == ("already_assigned", "Ana")
    assert (await world.get("Ana", "gateway/folders"))["counts"]["closed"] == 1
    outcomes = await world.get("Ana", f"crm/conversations/{chat}/outcomes")
    assert [outcome["outcome_id"] for outcome in outcomes["items"]] == [lead["ids"]["lead_id"]]
    transcript = await world.get("Vi", f"gateway/conversations/{chat}/transcript")
    said = [entry["event"].get("text") for entry in transcript["items"] if entry["event"]]
    assert said[-4:] == ["Hello?", None, "How can I help?", None]


async def test_nobody_online_leads_to_the_offline_flow_at_once(world: World) -> None:
    visit = await world.visit("Vi")

    assert world.types("conversation-") == ["live_chat_declined"]
    await world.post("Vi", f"playbook/visits/{visit}/details", {"card_id": "name", "value": "Vi"})
    await world.post(
        "Vi", f"playbook/visits/{visit}/details", {"card_id": "email", "value": "vi@example.com"}
    )
    (lead,) = (await world.get("Ana", "crm/leads"))["items"]
    assert lead["cause"] == "action_card"


async def test_a_wait_that_is_over_is_missed_once_and_may_still_be_taken(world: World) -> None:
    await world.post("Ana", "presence/online", {"tab": "a"})
    await world.visit("Vi")
    chat = await only_conversation(world)

    await world.host.pass_time(timedelta(seconds=59))
    assert "wait_expired" not in world.types("conversation-")
    await world.host.pass_time(timedelta(seconds=2))
    await world.host.pass_time(timedelta(seconds=600))

    assert world.types("conversation-").count("wait_expired") == 1
    assert world.types("visit-").count("offline_flow_started") == 1
    await world.post("Ana", f"conversation/conversations/{chat}/take")
    assert "visit_taken_over" in world.types("visit-")


async def test_what_the_bot_captured_is_in_the_details_and_what_an_agent_set_there_stays(
    world: World,
) -> None:
    await world.post("Ana", "presence/online", {"tab": "a"})
    visit = await world.visit("Vi")
    chat = await only_conversation(world)
    details = f"crm/conversations/{chat}/details"
    await world.host.pass_time(timedelta(seconds=61))

    await world.post("Vi", f"playbook/visits/{visit}/details", {"card_id": "name", "value": "Vi"})
    captured = await world.get("Ana", details)
    await world.post("Ana", f"{details}/person", {"name": "Violet", "email": "violet@example.com"})
    email = {"card_id": "email", "value": "vi@example.com"}
    await world.post("Vi", f"playbook/visits/{visit}/details", email)

    assert (captured["person"]["name"], captured["by_bot"]) == ("Vi", ["person.name"])
    edited = await world.get("Ana", details)
    assert edited["person"] == {"name": "Violet", "email": "violet@example.com", "phone": None}
    (person,) = (await world.get("Ana", "crm/persons"))["items"]
    assert (person["name"], person["email"]) == ("Violet", "violet@example.com")
    await world.post("Ana", f"crm/conversations/{chat}/deals", {"value_minor": 100, "currency": "EUR"})
    outcomes = (await world.get("Ana", f"crm/conversations/{chat}/outcomes"))["items"]
    assert {outcome["title"] for outcome in outcomes} >= {"Deal with Violet"}
    assert {outcome["cause"] for outcome in outcomes} == {"agent", "action_card"}
