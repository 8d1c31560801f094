"""Agents find conversations by what was said in them, closed ones too; of other companies they find nothing."""

from typing import Any

import pytest

from services.cli.demo.clients import Agent
from tests.e2e.company import Chat, Company
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = pytest.mark.real


async def _found(agent: Agent, words: str, *chats: Chat, **more: Any) -> list[dict[str, Any]]:
    """What is found, once it is these conversations: read models follow a moment later."""
    expected = [chat.conversation_id for chat in chats]

    items: list[dict[str, Any]] = []

    async def found() -> bool:
        nonlocal items
        items = (await agent.get("gateway/search", words=words, **more))["items"]
        return [item["conversation_id"] for item in items] == expected

    await eventually(found, every_s=0.2, what=f"{words} is found in {expected}")
    return items


async def test_conversations_are_found_by_their_words_and_folders(system: System) -> None:
    async with Company(system) as company, Company(system) as other:
        await company.open()
        await other.open()
        first, second = await company.chat(), await company.chat()
        await company.take(company.ana, first)
        await company.say(first.visitor, first, "Do you ship two pallets to São Paulo?")
        await company.say(company.ana, first, "To <b>São Paulo</b>: in three days.")
        await company.say(second.visitor, second, "Pallets to Lisbon, please")
        theirs = await other.chat()
        await other.say(theirs.visitor, theirs, "Their pallets")

        await _found(company.ana, "pallets", second, first)
        await _found(company.ben, "SAO pau", first)
        await _found(company.ana, "pallets -lisbon", first)
        await _found(company.ana, '"paulo lisbon"')
        await _found(company.ana, "their")
        await _found(other.ana, "pallets", theirs)
        await _found(company.ana, "pallets", first, folder="mine")
        await _found(company.ana, "pallets", second, folder="unassigned")
        (item,) = await _found(company.ben, "paulo", first, folder=company.ana.agent_id)
        assert item["excerpt"]["text"] == "To <b>São Paulo</b>: in three days."
        assert (item["excerpt"]["by"], item["excerpt"]["author_name"]) == ("agent", "Ana")
        assert item["excerpt"]["matches"] == [{"start": 10, "end": 15}]
        assert (item["status"], item["holder_id"]) == ("open", company.ana.agent_id)

        await company.close(company.ana, first)
        await _found(company.ben, "paulo", first, folder="closed")
        page = await company.ana.get("gateway/search", words="pallets", limit=1)
        rest = await company.ana.get("gateway/search", words="pallets", limit=1, cursor=page["next"])
        assert [rest["items"][0]["conversation_id"], rest["next"]] == [first.conversation_id, None]
        await company.at_rest()


async def test_a_folder_is_narrowed_to_what_is_unread(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        first, second = await company.chat(), await company.chat()
        await company.take(company.ana, first)
        await company.take(company.ana, second)

        async def listed(**more: str) -> dict[str, int]:
            page = await company.ana.get("gateway/folders/mine", **more)
            return {row["conversation_id"]: row["version"] for row in page["items"]}

        async def is_read() -> bool:
            versions = await listed()
            if first.conversation_id in versions:
                await company.ana.post(f"{first.path}/read", {"up_to": versions[first.conversation_id]})
            return list(await listed(unread="true")) == [second.conversation_id]

        await eventually(is_read, every_s=0.2, what="the unread one alone")
        page = await company.ana.get("gateway/folders/mine", missed="true")
        assert page["items"] == []
        await company.at_rest()
