"""Who asks the crm service in its tests, and how its answers are read."""

from typing import Any

import httpx

from contracts.ids import derived_id
from services.chassis.tokens import Caller
from tests.unit.crm.examples import AGENT, OTHER_AGENT, VISIT, VISITOR
from tests.unit.playbook.world import WORKSPACE, World

ANN = Caller(kind="agent", id=AGENT, workspace_id=WORKSPACE, name="Ann", role="agent")
BEN = Caller(kind="agent", id=OTHER_AGENT, workspace_id=WORKSPACE, name="Ben", role="agent")
OWNER = Caller(kind="agent", id=derived_id("owner"), workspace_id=WORKSPACE, name="Ola", role="owner")
STRANGER = OWNER.model_copy(update={"workspace_id": derived_id("another workspace")})
THEIR_VISITOR = Caller(kind="visitor", id=VISITOR, workspace_id=WORKSPACE, visit_id=VISIT)


def code(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a problem."""
    return answer.status_code, answer.json()["code"]


async def told(world: World, path: str) -> Any:
    """What Ann reads there."""
    answer = await world.ask(ANN, "GET", path)
    assert answer.is_success, answer.text
    return answer.json()


async def titles(world: World, path: str) -> list[str]:
    """The titles of a list."""
    return [item["title"] for item in (await told(world, path))["items"]]
