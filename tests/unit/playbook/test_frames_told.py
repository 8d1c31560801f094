"""The answer to what a visitor does tells what was recorded, as their socket will: at once, and again to a repeat."""

from typing import Any

import httpx
import pytest

from contracts.flow import Flow
from contracts.playbook import PageViewed
from contracts.privacy import Privacy
from services.gateway.projections.views import view
from services.playbook.service import SERVICE
from tests.unit.playbook.examples import LONG, VISIT, end, flow
from tests.unit.playbook.test_api import EDITOR, active, edit, visitor
from tests.unit.playbook.world import World

ASKS = {"privacy": Privacy(text="We keep it.", asks=True).model_dump(mode="json")}
STREAM = f"visit-{VISIT}"
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("start", {}),
    ("pages", {"url": "https://www.example.com/prices"}),
    ("answers", {"card_id": "menu", "choice_id": "more"}),
    ("consent", {}),
    ("details", {"card_id": "phone", "value": "+44 20 7946 0000"}),
    ("answers", {"card_id": "menu", "choice_id": "chat"}),
]


@pytest.fixture
def world() -> World:
    return World(SERVICE)


async def walked(world: World, walked_through: Flow, *steps: tuple[str, dict[str, Any]]) -> list[Any]:
    """The answers to these steps, each with a key of its own."""
    caller = visitor(await active(world))
    playbook_id = caller.playbook_id or ""
    await edit(world, playbook_id, "behaviour", {"behaviour": ASKS})
    await edit(world, playbook_id, "flow", {"flow": walked_through.model_dump(mode="json")})
    await edit(world, playbook_id, "publish", {})

    async def ask(number: int, step: str, body: dict[str, Any]) -> httpx.Response:
        sent = body if step != "consent" else None
        return await world.ask(caller, "POST", f"/visits/{VISIT}/{step}", sent, key=f"step-{number}")

    told = [(await ask(number, *step)).raise_for_status().json() for number, step in enumerate(steps)]
    again = [(await ask(number, *step)).raise_for_status().json() for number, step in enumerate(steps)]
    assert again == [{**one, "repeated": True} for one in told]
    return told


def socket_tells(world: World) -> list[dict[str, Any]]:
    """All frames of the visit, in the order in which its socket brings them."""
    return [
        {"type": "event", "stream": STREAM, "version": one.version, "event": view(one, for_visitor=True)}
        for one in world.said
        if one.stream == STREAM
    ]


async def test_what_a_walk_is_told_is_what_its_socket_tells_also_when_it_asks_again(world: World) -> None:
    told = await walked(world, LONG, *STEPS)

    assert [frame for one in told for frame in one["frames"]] == socket_tells(world)
    assert [one["frames"][-1]["version"] for one in told] == [one["version"] for one in told]


async def test_what_visitors_are_not_shown_is_told_by_its_version_alone(world: World) -> None:
    told = await walked(world, LONG, *STEPS[:2])

    assert isinstance(world.events[-1], PageViewed)
    assert told[1]["frames"] == [{"type": "event", "stream": STREAM, "version": 3, "event": None}]


async def test_the_same_answer_under_another_key_has_recorded_nothing(world: World) -> None:
    caller = visitor(await active(world))
    await world.ask(caller, "POST", f"/visits/{VISIT}/start", {})
    answer = {"card_id": "welcome", "choice_id": "browse", "arrival": 1}
    first = (await world.ask(caller, "POST", f"/visits/{VISIT}/answers", answer, key="one")).json()

    other = (await world.ask(caller, "POST", f"/visits/{VISIT}/answers", answer, key="other")).json()

    assert first["frames"]
    assert (other["version"], other["frames"]) == (first["version"], [])


async def test_a_walk_that_is_over_at_once_is_told_to_its_end(world: World) -> None:
    (told,) = await walked(world, flow("end", end=end), ("start", {}))

    assert [frame["event"]["type"] for frame in told["frames"]] == [
        "playbook.visit_started.v1",
        "playbook.card_shown.v1",
        "playbook.visit_ended.v1",
    ]


async def test_other_commands_tell_of_no_frames(world: World) -> None:
    answer = await world.ask(EDITOR, "POST", "/playbooks", {"name": "Shop"})

    assert "frames" not in answer.json()
