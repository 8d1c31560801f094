"""R11: a taken conversation is its agent's on every screen, the visitor is told, and of two exactly one gets it."""

import asyncio

import pytest

from services.cli.demo.clients import Answer
from tests.e2e.company import Company
from tests.e2e.system import System


@pytest.mark.real
async def test_a_taken_conversation_is_in_my_conversations_and_the_visitor_reads_the_agents_name(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        (joined,) = await chat.panel.until(lambda s: s.of(chat.stream, "assigned"), 30, "that Ana joined")
        assert joined["agent_name"] == "Ana"
        await company.inbox.until(
            lambda s: s.rows[chat.conversation_id]["holder_id"] == company.ana.agent_id, 30, "the row moving"
        )
        await company.at_rest()
        mine = await company.ana.get("gateway/folders/mine")
        unassigned = await company.ana.get("gateway/folders/unassigned")
        hers = await company.ben.get(f"gateway/folders/{company.ana.agent_id}")
        assert [row["conversation_id"] for row in mine["items"]] == [chat.conversation_id]
        assert [row["conversation_id"] for row in hers["items"]] == [chat.conversation_id]
        assert unassigned["items"] == []


@pytest.mark.real
async def test_of_two_agents_at_the_same_moment_one_gets_it_and_the_other_is_told_who_did(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        told = await asyncio.gather(
            *(agent.post(f"{chat.path}/take") for agent in (company.ana, company.ben)), return_exceptions=True
        )
        (refused,) = [answer for answer in told if isinstance(answer, Answer)]
        winner = company.ben if told[0] is refused else company.ana
        assert (refused.status, refused.code) == (409, "already_assigned")
        assert refused.problem["holder_id"] == winner.agent_id
        assert refused.problem["holder_name"] == winner.name
        company.told.holders[chat.conversation_id] = winner.agent_id
        await company.at_rest()


@pytest.mark.real
async def test_an_agent_who_is_offline_cannot_take(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.ben.post("presence/offline")

        async def refused() -> str | None:
            try:
                await company.ben.post(f"{chat.path}/take")
            except Answer as answer:
                return answer.code
            return None

        # The conversation service hears of the switch a moment later than the agent.
        code = await refused()
        if code is None:
            company.told.holders[chat.conversation_id] = company.ben.agent_id
            other = await company.chat()
            await company.inbox.until(
                lambda s: s.rows[company.ben.agent_id]["online"] is False, 30, "Ben offline"
            )
            with pytest.raises(Answer) as answer:
                await company.ben.post(f"{other.path}/take")
            code = answer.value.code
        assert code == "agent_offline"
