"""What the end of an account or of its sessions does, across the services."""

import pytest

from contracts.presence import AgentWentOffline
from contracts.registry import EVENTS
from tests.unit.system.world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    return world


def reasons(world: World, agent_id: str) -> list[str]:
    """For what the agent went offline."""
    stored = world.host.services["presence"].store.streams[f"agent-{agent_id}"]
    events = [EVENTS[event.type].model_validate_json(event.data) for event in stored]
    return [event.reason for event in events if isinstance(event, AgentWentOffline)]


async def test_a_removed_agent_is_offline_and_is_refused_by_every_service(world: World) -> None:
    ben = await world.invite("Ben")
    await world.post("Ben", "presence/online", {"tab": "b"})
    old = await world.headers("Ben")

    await world.post("Ana", f"gateway/agents/{ben}/remove")

    assert reasons(world, ben) == ["removed"]
    for path in (
        "presence/agents",
        "playbook/playbooks",
        "conversation/blocked",
        "crm/leads",
        "gateway/agents",
    ):
        assert await world.status(path, old) == 401
    rows = {row["agent_id"]: row for row in (await world.get("Ana", "gateway/agents"))["items"]}
    assert (rows[ben]["state"], rows[ben]["online"]) == ("removed", False)


async def test_who_signs_out_everywhere_is_offline_until_they_come_again(world: World) -> None:
    ben = await world.invite("Ben")
    await world.post("Ben", "presence/online", {"tab": "b"})
    old = await world.headers("Ben")

    await world.post("Ben", "gateway/account/sign-out-everywhere")

    assert reasons(world, ben) == ["signed_out"]
    assert await world.status("presence/agents", old) == 401
    await world.sign_in("Ben")
    await world.post("Ben", "presence/online", {"tab": "b"})
    assert [row["online"] for row in (await world.get("Ana", "presence/agents"))["items"]] == [True]
