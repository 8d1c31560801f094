"""Playbooks at work, by the routes of all services, over their in-memory twins."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.system.world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    return world


async def edit(world: World, step: str, body: Any = None) -> Any:
    """A step of Ana's at the playbook of this world."""
    return await world.post("Ana", f"playbook/playbooks/{world.playbook_id}/{step}", body)


async def come(world: World, name: str) -> str:
    """A visitor opens the panel; answers the path of the visit."""
    return f"playbook/visits/{await world.come(name)}"


async def test_a_second_live_chat_card_has_a_conversation_and_an_offline_flow_of_its_own(
    world: World,
) -> None:
    body = {"question_id": "welcome", "label": "Talk to sales", "wait_time_s": 30, "online_message": "Sales!"}
    made = (await edit(world, "live-chat-card", body))["ids"]
    suffix = made["card_id"].removeprefix("live_chat")
    await edit(world, "publish")
    await world.post("Ana", "presence/online", {"tab": "a"})
    path = await come(world, "Vi")

    await world.post("Vi", f"{path}/answers", {"card_id": "welcome", "choice_id": made["choice_id"]})
    (row,) = (await world.get("Ana", "gateway/folders/unassigned"))["items"]
    transcript = await world.get("Vi", f"gateway/conversations/{row['conversation_id']}/transcript")
    await world.host.pass_time(timedelta(seconds=31))

    assert "Sales!" in [entry["event"].get("text") for entry in transcript["items"] if entry["event"]]
    waiting = (await world.get("Vi", path))["waiting"]
    assert waiting["card_id"] == f"name{suffix}"


async def test_a_running_visit_ends_on_its_version_while_new_ones_walk_the_next(world: World) -> None:
    first = await come(world, "Vi")
    await edit(world, "questions/welcome/choices/browse", {"label": "No, thanks"})
    await edit(world, "publish", {"note": "Shorter."})
    second = await come(world, "Will")
    await edit(world, "rollback", {"published": 1})
    third = await come(world, "Xu")
    await edit(world, "archive")

    for name, path, label in (
        ("Vi", first, "Just browsing"),
        ("Will", second, "No, thanks"),
        ("Xu", third, "Just browsing"),
    ):
        shown = await world.get(name, path)
        assert [option["label"] for option in shown["waiting"]["options"]] == ["Chat with us", label]
        await world.post(name, f"{path}/answers", {"card_id": "welcome", "choice_id": "browse"})
        assert (await world.get(name, path))["status"] == "ended"
    body = {"workspace_id": world.workspace_id, "playbook_id": world.playbook_id}
    await world.post("", "gateway/visits", body, expect=404)


async def test_an_offline_flow_asks_for_free_fields_and_tells_them_to_the_follow_up(world: World) -> None:
    size = {
        "kind": "capture",
        "text": "Which size?",
        "field": "free",
        "key": "size",
        "label": "Size",
        "type": "choice",
        "options": ["S", "M"],
        "retry_text": "S or M?",
        "next": "lead",
    }
    await edit(world, "cards/size", {"card": size})
    await edit(world, "cards/qualified", {"card": {"kind": "qualify", "qualified": True, "next": "size"}})
    lead = {"kind": "action", "follow_up": "lead", "title": "{name} wants {size}", "next": "thanks"}
    await edit(world, "cards/lead", {"card": lead})
    await edit(world, "publish")
    path = await come(world, "Vi")
    await world.post("Vi", f"{path}/answers", {"card_id": "welcome", "choice_id": "chat"})

    await world.post("Vi", f"{path}/details", {"card_id": "name", "value": "Vi"})
    await world.post("Vi", f"{path}/details", {"card_id": "email", "value": "vi@example.com"})
    refused = await world.post("Vi", f"{path}/details", {"card_id": "size", "value": "XL"}, expect=422)
    await world.post("Vi", f"{path}/details", {"card_id": "size", "value": "m"})

    assert refused["retry_text"] == "S or M?"
    (found,) = (await world.get("Ana", "crm/leads"))["items"]
    assert found["cause"] == "action_card"
