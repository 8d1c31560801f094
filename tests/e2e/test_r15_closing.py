"""R15: everybody sees a closed conversation in Closed; it never changes again; leads can still be made from it."""

from typing import Any

import pytest

from services.cli.demo.clients import Answer, Client
from tests.e2e.company import Company
from tests.e2e.system import System


@pytest.mark.real
async def test_a_closed_conversation_takes_a_lead_and_nothing_else(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        await company.say(company.ana, chat, "Goodbye!")
        await company.close(company.ana, chat)
        for screen in company.inboxes:
            await screen.until(lambda s: s.rows[chat.conversation_id]["status"] == "closed", 30, "Closed")
        await chat.panel.until(lambda s: s.of(chat.stream, "closed"), 30, "the end")

        attempts: list[tuple[Client, str, dict[str, Any]]] = [
            (company.ana, "take", {}),
            (company.ana, "assign", {"agent_id": company.ben.agent_id, "expected_holder": None}),
            (company.ana, "messages", {"text": "One more thing."}),
            (chat.visitor, "messages", {"text": "Wait!"}),
            (company.ana, "close", {"expected_holder": company.ana.agent_id}),
        ]
        for who, command, body in attempts:
            with pytest.raises(Answer) as refused:
                await who.post(f"{chat.path}/{command}", body)
            assert (refused.value.status, refused.value.code) == (409, "closed"), command

        await company.make_lead(company.ben, chat)
        history = await company.at_rest()
        assert history.streams[chat.stream][-1].type == "conversation.closed.v1"
        for agent in (company.ana, company.ben):
            listed = await agent.get("gateway/folders/closed")
            assert [row["conversation_id"] for row in listed["items"]] == [chat.conversation_id]


@pytest.mark.real
async def test_only_its_holder_closes_a_conversation_that_is_held(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        with pytest.raises(Answer) as refused:
            await company.ben.post(f"{chat.path}/close", {"expected_holder": company.ana.agent_id})
        assert refused.value.problem["holder_id"] == company.ana.agent_id
        await company.close(company.ana, chat)
        await company.at_rest()
