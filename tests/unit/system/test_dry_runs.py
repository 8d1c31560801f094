"""Dry runs through the routes: whatever became of visits elsewhere, and also where they are read anew from the log."""

from typing import Any

import pytest

from services.playbook.tables import HISTORY
from tests.unit.system.test_funnels import walked
from tests.unit.system.world import World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.open()
    return world


async def tried(world: World, **body: Any) -> Any:
    return await world.post("Ana", f"playbook/playbooks/{world.playbook_id}/dry-runs", body)


async def test_visits_that_somebody_took_or_nobody_come_to_the_same_in_the_same_flow(world: World) -> None:
    await walked(world)

    told = await tried(world)

    assert (told["visits"], told["same"], told["stuck"]) == (3, 3, [])
    assert {name: told["after"][name] for name in ("taken_over", "left", "asked_for_person")} == {
        "taken_over": 1,
        "left": 2,
        "asked_for_person": 2,
    }


async def test_the_log_tells_visits_from_before_again(world: World) -> None:
    await walked(world)
    before = await tried(world)
    service = world.host.services["playbook"]

    for key in [key for key in service.rows.rows if key[0] is HISTORY]:
        del service.rows.rows[key]
    assert (await tried(world))["visits"] == 0
    service.rows.versions = {key: at for key, at in service.rows.versions.items() if key[0] != "history"}
    service.rows.offsets.update({place: 0 for place in service.rows.offsets if place[0] == "history"})
    await world.host.settle()

    assert await tried(world) == before
