"""A visitor whom the company's own server has signed for, from the first click to the panel of the agent."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.gateway.signing import SHOP, CompanyServer
from tests.unit.system.world import NOW, World

LATER: Any = {"exp": int(NOW.timestamp()) + 300}


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    await world.post("Ana", f"playbook/playbooks/{world.playbook_id}/sites", {"sites": [SHOP]})
    await world.post("Ana", "presence/online", {"tab": "a"})
    return world


async def server_of(world: World) -> CompanyServer:
    made = await world.post("Ana", "gateway/identity-keys")
    return CompanyServer(made["kid"], made["secret"])


async def conversations(world: World) -> list[Any]:
    return list((await world.get("Ana", "gateway/folders/unassigned"))["items"])


async def test_agents_see_who_it_is_and_that_it_was_signed_for(world: World) -> None:
    server = await server_of(world)
    details: Any = {"name": "Zoë", "email": "zoe@example.com", "company": "ACME"}

    await world.identified("Zoë", SHOP, server.sign(**LATER, **details))
    await world.visit("Vi")

    signed, other = sorted(await conversations(world), key=lambda row: not row["identified"])
    assert (signed["identified"], signed["visitor_name"]) == (True, "Zoë")
    assert (other["identified"], other["visitor_name"]) == (False, None)
    panel = await world.get("Ana", f"crm/conversations/{signed['conversation_id']}/details")
    assert panel["person"] == {"name": "Zoë", "email": "zoe@example.com", "phone": None}
    assert panel["organization"]["name"] == "ACME"
    assert panel["verified"] == ["organization.name", "person.email", "person.name"]
    path = f"gateway/conversations/{signed['conversation_id']}/transcript"
    (began, *_) = (await world.get("Ana", path))["items"]
    assert began["event"]["identified"]


async def test_they_are_one_person_in_all_their_browsers(world: World) -> None:
    server = await server_of(world)
    for number in range(2):
        await world.identified(f"browser {number}", SHOP, server.sign(**LATER, name="Zoë"))

    (person,) = (await world.get("Ana", "crm/persons"))["items"]
    chats = await world.get("Ana", f"crm/persons/{person['person_id']}/conversations")
    assert len(chats["items"]) == 2
    assert len({row["visitor_id"] for row in await conversations(world)}) == 1


async def chatting(world: World) -> CompanyServer:
    """Zoë, who was signed for, chats with Ana."""
    server = await server_of(world)
    await world.identified("Zoë", SHOP, server.sign(**LATER, name="Zoë"))
    (row,) = await conversations(world)
    await world.post("Ana", f"conversation/conversations/{row['conversation_id']}/take")
    world.chat = row["conversation_id"]
    return server


async def is_there(world: World) -> bool:
    """Whether Zoë's session counts."""
    told = await world.ask("gateway/tokens", {"session": world.session_of("Zoë")})
    assert told.status_code in (200, 401)
    return told.status_code == 200


async def test_a_session_lasts_as_long_as_its_visitor_chats_and_a_day_after_that(world: World) -> None:
    await chatting(world)
    for _ in range(8):
        await world.host.pass_time(timedelta(hours=13))
        assert await is_there(world)
    await world.post("Zoë", f"conversation/conversations/{world.chat}/messages", {"text": "Still here."})

    await world.post("Ana", f"conversation/conversations/{world.chat}/close", {"expected_holder": world.ana})

    await world.host.pass_time(timedelta(hours=13))
    assert await is_there(world)
    await world.host.pass_time(timedelta(hours=12))
    assert not await is_there(world)


async def test_a_visitor_who_was_away_for_a_day_is_to_be_signed_for_again_though_the_chat_is_open(
    world: World,
) -> None:
    await chatting(world)

    await world.host.pass_time(timedelta(hours=25))

    assert not await is_there(world)


@pytest.mark.parametrize("how", ["reset", "key", "month"])
async def test_what_ends_a_session_ends_it_amid_a_chat_for_good(world: World, how: str) -> None:
    server = await chatting(world)
    await world.host.pass_time(timedelta(hours=13))
    match how:
        case "reset":
            await world.post("", "gateway/sign-out", {"session": world.session_of("Zoë")})
        case "key":
            await world.post("Ana", f"gateway/identity-keys/{server.kid}/end")
        case _:
            for _ in range(60):
                await is_there(world)
                await world.host.pass_time(timedelta(hours=12, minutes=1))

    for _ in range(2):
        assert not await is_there(world)
        await world.host.pass_time(timedelta(hours=1))


async def test_nothing_that_the_company_told_stays_with_the_browser(world: World) -> None:
    server = await server_of(world)
    await world.identified("Zoë", SHOP, server.sign(**LATER, name="Zoë"))

    await world.visit_again("Zoë")

    rows = await conversations(world)
    assert {(row["identified"], row["visitor_name"]) for row in rows} == {(True, "Zoë"), (False, None)}
    assert len({row["visitor_id"] for row in rows}) == 2
