"""What the end of an account or of its sessions does, across the services."""

from typing import Any

import pytest
from sqlalchemy import Table

from contracts.presence import AgentWentOffline
from contracts.registry import EVENTS
from contracts.topics import AGENTS_STATE, PARTITIONS
from services.gateway.tables import agents
from services.presence.tables import agents as presence_agents
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


async def rows_of(world: World, service: str, table: Table) -> dict[str, tuple[str, bool]]:
    """The agents as a service lists them: their names, and whether they are online."""
    reader = world.host.services[service].ports.reader
    rows = await reader.find(world.workspace_id, table, {}, ("agent_id",))
    return {row["agent_id"]: (row["name"], row["online"]) for row in rows}


def told_of(world: World, agent_id: str) -> list[Any]:
    """What the state topic has held under this key."""
    topic = world.host.naming.of(AGENTS_STATE)
    return [
        record
        for number in range(PARTITIONS)
        for record in world.host.log.records.get((topic, number), ())
        if record.key == agent_id.encode()
    ]


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


async def test_another_name_reaches_the_lists_of_agents_and_what_is_decided_afterwards(world: World) -> None:
    ben = await world.invite("Ben")
    for who in ("Ana", "Ben"):
        await world.post(who, "presence/online", {"tab": who})
    visit = await world.visit("Vi")
    world.chat = (await world.get("Vi", f"playbook/visits/{visit}"))["conversation_id"]

    await world.post("Ben", "gateway/account/name", {"name": "Benedict"})

    body = {"agent_id": ben, "expected_holder": None}
    await world.post("Ana", f"conversation/conversations/{world.chat}/assign", body)
    (row,) = (await world.get("Ana", f"gateway/folders/{ben}"))["items"]
    listed = {row["agent_id"]: row for row in (await world.get("Ana", "presence/agents"))["items"]}
    assert (row["holder_name"], listed[ben]["name"], listed[ben]["online"]) == ("Benedict", "Benedict", True)
    assert await rows_of(world, "gateway", agents) == await rows_of(world, "presence", presence_agents)
    for who, named in (("offline", None), ("online", {"tab": "b"})):
        await world.post("Ben", f"presence/{who}", named)
    assert {name for name, _ in (await rows_of(world, "gateway", agents)).values()} == {"Ana", "Benedict"}


@pytest.mark.parametrize("is_online", [True, False])
async def test_who_was_removed_is_in_no_list_of_agents_any_more(world: World, is_online: bool) -> None:
    ben = await world.invite("Ben")
    for who in ("Ana", "Ben"):
        await world.post(who, "presence/online", {"tab": who})
    if not is_online:
        await world.post("Ben", "presence/offline")
    assert ben in await rows_of(world, "gateway", agents)

    await world.post("Ana", f"gateway/agents/{ben}/remove")

    assert {row["agent_id"] for row in (await world.get("Ana", "presence/agents"))["items"]} == {world.ana}
    for service, table in (("gateway", agents), ("presence", presence_agents)):
        assert (await rows_of(world, service, table)).keys() == {world.ana}
    assert told_of(world, ben)[-1].value is None


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
