"""Agents keep views of the inbox: each their own, whole, whatever is written to the account beside them."""

from typing import Any

import pytest

from services.cli.demo.clients import Agent, Answer
from tests.e2e.company import Company
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = pytest.mark.real

WITHIN_S = 30.0
PATH = "gateway/account/views"


def view(name: str, folder: str = "mine", **filters: Any) -> dict[str, Any]:
    return {"name": name, "folder": folder, "filters": filters}


async def shows(agent: Agent, *names: str) -> list[dict[str, Any]]:
    """The agent's views, once they are these."""

    async def there() -> list[dict[str, Any]] | None:
        items: list[dict[str, Any]] = (await agent.get(PATH))["items"]
        return items if [one["name"] for one in items] == list(names) else None

    found = await eventually(there, within_s=WITHIN_S, what=f"the views {names}")
    assert found is not None
    return found


async def test_agents_keep_views_of_their_own(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        ana, ben = company.ana, company.ben
        first = await ben.post(PATH, view("Missed prices", missed=True, words="preço"))
        await ben.post(PATH, view("Of Ana", ana.agent_id, unread=True, visitor_left=True))
        await ana.post(PATH, view("Mine"))
        one = f"{PATH}/{first['ids']['view_id']}"

        found = await shows(ben, "Missed prices", "Of Ana")
        none = {"missed": False, "unread": False, "visitor_left": False, "words": ""}
        assert [shown["filters"] for shown in found] == [
            {**none, "missed": True, "words": "preço"},
            {**none, "unread": True, "visitor_left": True},
        ]
        assert found[1]["folder"] == ana.agent_id
        await shows(ana, "Mine")
        for path, body in ((one, view("Not mine")), (f"{one}/remove", None)):
            with pytest.raises(Answer) as refused:
                await ana.post(path, body)
            assert refused.value.code == "not_found"
        await ben.post("gateway/account/name", {"name": "Benno"})
        await ben.post(one, view("Missed", "unassigned", missed=True))
        await shows(ben, "Missed", "Of Ana")
        await ben.post(f"{one}/remove")
        await shows(ben, "Of Ana")
