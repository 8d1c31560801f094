"""R9: the switch at the bottom left, and the folders Unassigned, My conversations, one for each other agent, Closed."""

import pytest

from services.cli.demo.clients import Agent
from services.cli.demo.screens import Screen
from tests.e2e.company import Chat, Company
from tests.e2e.system import System

pytestmark = pytest.mark.real

PATIENCE_S = 30.0


async def test_every_open_inbox_shows_who_switches_on_and_off(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        ben = company.ben
        for way, online in (("offline", False), ("online", True), ("offline", False)):
            await ben.post(f"presence/{way}", {"tab": "demo"} if online else None)
            for screen in company.inboxes:
                await screen.until(lambda s, o=online: s.rows[ben.agent_id]["online"] is o, PATIENCE_S, way)
        assert company.inbox.rows[company.ana.agent_id]["online"] is True


async def test_each_folder_holds_what_belongs_there_for_every_agent(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        waiting, anas, bens, over = [await company.chat() for _ in range(4)]
        await company.take(company.ana, anas)
        await company.take(company.ben, bens)
        await company.take(company.ana, over)
        await company.close(company.ana, over)
        await company.at_rest()

        ana, ben = company.ana.agent_id, company.ben.agent_id
        counts = {"unassigned": 1, "closed": 1, ana: 1, ben: 1}
        for agent, other, mine in ((company.ana, ben, anas), (company.ben, ana, bens)):
            theirs = bens if mine is anas else anas
            assert (await agent.get("gateway/folders"))["counts"] == counts
            assert await _listed(agent, "unassigned") == [waiting.conversation_id]
            assert await _listed(agent, "mine") == [mine.conversation_id]
            assert await _listed(agent, other) == [theirs.conversation_id]
            assert await _listed(agent, "closed") == [over.conversation_id]
        for screen in company.inboxes:
            places = (
                (waiting, "open", None),
                (anas, "open", ana),
                (bens, "open", ben),
                (over, "closed", ana),
            )
            for chat, *place in places:
                await screen.until(lambda s, c=chat, p=place: _place(s, c) == p, PATIENCE_S, f"{place}")


async def _listed(agent: Agent, folder: str) -> list[str]:
    return [row["conversation_id"] for row in (await agent.get(f"gateway/folders/{folder}"))["items"]]


def _place(screen: Screen, chat: Chat) -> list[str | None]:
    """Where the screen shows the conversation."""
    row = screen.rows.get(chat.conversation_id, {})
    return [row.get("status"), row.get("holder_id")]
