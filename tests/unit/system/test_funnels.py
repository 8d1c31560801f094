"""Funnels through the routes: what visits did, version by version, also read anew from the log."""

from typing import Any

import pytest

from services.gateway.invitations import create_workspace
from services.playbook.tables import FUNNEL_CARDS, FUNNEL_PATHS, FUNNELS, WALKS
from tests.unit.system.world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    return world


async def cards(world: World, published: int = 1) -> dict[str, Any]:
    """The funnel of a version, by card; read page by page."""
    path = f"playbook/playbooks/{world.playbook_id}/funnels/{published}?limit=2"
    told, cursor = dict[str, Any](), ""
    while True:
        page = await world.get("Ana", f"{path}{cursor}")
        told |= {card.pop("card_id"): card for card in page["items"]}
        if page["next"] is None:
            return told
        cursor = f"&cursor={page['next']}"


async def versions(world: World) -> list[Any]:
    return list((await world.get("Ana", f"playbook/playbooks/{world.playbook_id}/funnels"))["items"])


async def walked(world: World) -> None:
    """Of three visitors one asks for a person and is told that nobody is there, and one talks with Ana."""
    await world.come("looks on")
    await world.visit("leaves details")
    await world.post("Ana", "presence/online", {"tab": "a"})
    await world.visit("talks")
    (row,) = (await world.get("Ana", "gateway/folders/unassigned"))["items"]
    await world.post("Ana", f"conversation/conversations/{row['conversation_id']}/take")


async def test_an_owner_sees_where_visitors_went_and_where_they_stopped(world: World) -> None:
    await walked(world)

    told = await cards(world)
    assert told["welcome"] == {
        "arrived": 3,
        "answered": 2,
        "left": 1,
        "end_card": 0,
        "taken_over": 0,
        "conversation_closed": 0,
        "paths": {"chat": 2},
    }
    assert (told["live_chat"]["arrived"], told["live_chat"]["taken_over"]) == (2, 1)
    assert told["live_chat"]["paths"] == {"nobody_online": 1}
    assert (told["name"]["arrived"], told["name"]["left"]) == (1, 1)
    (version,) = await versions(world)
    assert (version["published"], version["visits"], version["left"], version["taken_over"]) == (1, 3, 2, 1)
    assert sum(card["left"] for card in told.values()) == version["left"]


async def test_each_version_has_its_own_also_when_it_is_past(world: World) -> None:
    await walked(world)
    before = await cards(world)
    playbook = f"playbook/playbooks/{world.playbook_id}"
    await world.post("Ana", f"{playbook}/questions/welcome/choices/chat", {"label": "Talk to us"})
    await world.post("Ana", f"{playbook}/publish", {})

    await world.visit("newer")

    assert await cards(world) == before
    assert (await cards(world, 2))["welcome"]["arrived"] == 1
    assert [version["published"] for version in await versions(world)] == [2, 1]


async def test_the_log_tells_it_all_again_and_what_is_read_twice_counts_once(world: World) -> None:
    await walked(world)
    before = await cards(world), await versions(world)
    service = world.host.services["playbook"]

    service.rows.offsets.update({place: 0 for place in service.rows.offsets if place[0] == "funnel"})
    await world.host.settle()
    assert (await cards(world), await versions(world)) == before

    for key in [key for key in service.rows.rows if key[0] in (WALKS, FUNNELS, FUNNEL_CARDS, FUNNEL_PATHS)]:
        del service.rows.rows[key]
    service.rows.versions = {key: at for key, at in service.rows.versions.items() if key[0] != "funnel"}
    service.rows.offsets.update({place: 0 for place in service.rows.offsets if place[0] == "funnel"})
    await world.host.settle()
    assert (await cards(world), await versions(world)) == before


async def test_nobody_else_sees_it(world: World) -> None:
    await walked(world)
    await world.invite("Ben")
    made = await create_workspace(world.host.services["gateway"].ports, "Other", "eve@example.com")
    await world.host.settle()
    await world.join("Eve", made.link)

    for path in ("funnels", "funnels/1"):
        whole = f"playbook/playbooks/{world.playbook_id}/{path}"
        assert await world.status(whole, await world.headers("Ben")) == 403
        assert await world.status(whole, await world.headers("Eve")) == 404
    ana = await world.headers("Ana")
    assert await world.status(f"playbook/playbooks/{world.playbook_id}/funnels/2", ana) == 404
