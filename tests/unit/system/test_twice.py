"""Every consumer may see everything twice: no stream and no row is another one afterwards."""

from datetime import timedelta

import pytest
import pytest_asyncio

from services.cli.catalogue import SERVICES
from tests.unit.system.world import World

REACTIONS = [(service.name, reaction.name) for service in SERVICES.values() for reaction in service.reactions]
MODELS = [(service.name, model.name) for service in SERVICES.values() for model in service.models]


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world() -> World:
    """After a chat that was taken and closed, one that was missed, and one for which nobody was there; nothing changes
    it."""
    world = World()
    await world.open()
    await world.post("Ana", "presence/online", {"tab": "a"})
    await world.visit("Vi")
    (row,) = (await world.get("Ana", "gateway/folders/unassigned"))["items"]
    path = f"conversation/conversations/{row['conversation_id']}"
    await world.post("Ana", f"{path}/take")
    await world.post("Vi", f"{path}/messages", {"text": "Hello?"})
    (agent,) = (await world.get("Ana", "gateway/agents"))["items"]
    await world.post("Ana", f"{path}/close", {"expected_holder": agent["agent_id"]})
    await _answer_while_blocked(world)
    await world.post("Ana", "presence/offline")
    visit = await world.visit("Wu")
    await world.post("Wu", f"playbook/visits/{visit}/details", {"card_id": "name", "value": "Wu"})
    await world.post(
        "Wu", f"playbook/visits/{visit}/details", {"card_id": "email", "value": "wu@example.com"}
    )
    return world


async def _answer_while_blocked(world: World) -> None:
    """Nobody takes the chat in time; the visitor answers the bot while they are blocked, and is then let in again."""
    visit = await world.visit("Xi")
    await world.host.pass_time(timedelta(seconds=61))
    (row,) = (await world.get("Ana", "gateway/folders/unassigned"))["items"]
    path = f"conversation/conversations/{row['conversation_id']}"
    await world.post("Ana", f"{path}/block", {})
    await world.post("Xi", f"playbook/visits/{visit}/details", {"card_id": "name", "value": "Xi"})
    assert world.types("conversation-").count("answer_withheld") == 1
    await world.post("Ana", f"{path}/unblock")


@pytest.mark.parametrize(("service", "consumer"), [*REACTIONS, *MODELS])
async def test_a_topic_that_is_read_twice_changes_nothing(world: World, service: str, consumer: str) -> None:
    host = world.host
    lengths = {
        stream: len(events) for one in host.services.values() for stream, events in one.store.streams.items()
    }
    rows = {name: dict(one.rows.rows) for name, one in host.services.items()}
    positions = host.services[service].rows.offsets
    again = [place for place in positions if place[0] == consumer and positions[place]]
    assert again, "this consumer had nothing to read, so the test shows nothing"

    for place in again:
        positions[place] = 0
    await host.settle()

    assert lengths == {
        stream: len(events) for one in host.services.values() for stream, events in one.store.streams.items()
    }
    assert rows == {name: dict(one.rows.rows) for name, one in host.services.items()}


async def test_details_that_are_read_again_under_other_ids_change_nothing(world: World) -> None:
    """What was carried out before orders said what they are about had other ids."""
    host, crm = world.host, world.host.services["crm"]
    lengths = {stream: len(events) for stream, events in crm.store.streams.items()}
    assert any(stream.startswith("person-") for stream in lengths)
    crm.store._commands.clear()
    for place in [place for place in crm.rows.offsets if place[0] == "crm.playbook"]:
        crm.rows.offsets[place] = 0

    await host.settle()

    assert lengths == {stream: len(events) for stream, events in crm.store.streams.items()}
