"""Canned replies are shared by a workspace's agents, each under a shortcut that only one of them can take."""

import asyncio
from typing import Any

import pytest

from services.cli.demo.clients import Agent, Answer
from tests.e2e.company import Company
from tests.e2e.known import refusal
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = pytest.mark.real

AT_ONCE = 8


async def listed(agent: Agent) -> list[dict[str, Any]]:
    """All canned replies, read in pages."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await agent.get("conversation/replies", cursor=cursor, limit=3)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


async def shows(agent: Agent, *shortcuts: str) -> list[dict[str, Any]]:
    """The canned replies, once they are these."""

    async def there() -> list[dict[str, Any]] | None:
        found = await listed(agent)
        return found if [one["shortcut"] for one in found] == list(shortcuts) else None

    found = await eventually(there, what=f"the canned replies {shortcuts}")
    assert found is not None
    return found


def told(shortcut: str, text: str = "Dear {visitor_name}, …") -> dict[str, str]:
    return {"shortcut": shortcut, "title": f"The {shortcut}", "text": text}


async def test_agents_share_replies_and_each_shortcut_is_one_replys(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        ana, ben = company.ana, company.ben
        (cleo,) = await company.hire(1)
        made = await ben.post("conversation/replies", told("hours"))
        path = f"conversation/replies/{made['ids']['reply_id']}"
        for shortcut in ("prices", "a", "zoo", "b1"):
            await cleo.post("conversation/replies", told(shortcut))

        found = await shows(ana, "a", "b1", "hours", "prices", "zoo")
        assert [one["author_name"] for one in found if one["shortcut"] == "hours"] == ["Ben"]
        assert await refusal(ana, "conversation/replies", told("hours")) == "shortcut_taken"
        assert await refusal(ben, path, told("prices")) == "shortcut_taken"
        assert await refusal(cleo, path, told("hours", "Mine.")) == "not_author"
        assert await refusal(cleo, f"{path}/remove") == "not_author"
        await ana.post(path, told("open", "An owner says: {agent_name} knows."))
        await cleo.post("conversation/replies", told("hours", "Free again."))
        await shows(ben, "a", "b1", "hours", "open", "prices", "zoo")

        async def texts() -> bool:
            known = {one["shortcut"]: one["text"] for one in await listed(ben)}
            return (known.get("open"), known.get("hours")) == (
                "An owner says: {agent_name} knows.",
                "Free again.",
            )

        await eventually(texts, what="the texts that both have now")
        await ben.post(f"{path}/remove")
        assert await refusal(ben, path, told("open")) == "not_found"
        await shows(cleo, "a", "b1", "hours", "prices", "zoo")


async def test_of_agents_who_take_a_shortcut_at_the_same_moment_one_gets_it(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        people = [company.ana, company.ben] * (AT_ONCE // 2)

        answers = await asyncio.gather(
            *(who.post("conversation/replies", told("mine", who.agent_id)) for who in people),
            return_exceptions=True,
        )

        won = [answer for answer in answers if isinstance(answer, dict)]
        lost = [answer.code for answer in answers if isinstance(answer, Answer)]
        assert (len(won), lost) == (1, ["shortcut_taken"] * (AT_ONCE - 1))
        (found,) = await shows(company.ben, "mine")
        assert found["reply_id"] == won[0]["ids"]["reply_id"]
