"""R12: reassigned only to an agent who is online; it moves from one folder to the other on every open screen."""

import asyncio

import pytest

from contracts.conversation import Assigned
from services.cli.demo.clients import Answer
from services.cli.demo.screens import Screen
from tests.e2e.company import Chat, Company
from tests.e2e.system import System

AT_ONCE_S = 5.0
"""How long a person would still call at once, from the agent's answer on; all screens have it together."""


async def _moved_at_once(company: Company, chat: Chat, told: str) -> None:
    """Ben holds it on every open inbox, and the visitor's panel says so by this event."""

    def held(screen: Screen) -> bool:
        return bool(screen.rows.get(chat.conversation_id, {}).get("holder_id") == company.ben.agent_id)

    joined, *_ = await asyncio.gather(
        chat.panel.until(lambda s: s.of(chat.stream, told), AT_ONCE_S, "Ben's join line"),
        *(screen.until(held, AT_ONCE_S, "the row moving") for screen in company.inboxes),
    )
    assert [line["agent_name"] for line in joined] == ["Ben"]


@pytest.mark.real
async def test_a_reassigned_conversation_moves_on_every_screen_and_the_visitor_reads_the_new_name(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        await company.pass_on(company.ana, company.ben, chat)
        await _moved_at_once(company, chat, "reassigned")
        with pytest.raises(Answer) as refused:
            await company.ana.post(f"{chat.path}/messages", {"text": "I am not the holder any more."})
        assert refused.value.code == "not_holder"
        await company.at_rest()


@pytest.mark.real
async def test_a_waiting_conversation_is_assigned_to_another_agent_who_is_online(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        body = {"agent_id": company.ben.agent_id, "expected_holder": None}
        await company.ana.post(f"{chat.path}/assign", body)
        company.told.holders[chat.conversation_id] = company.ben.agent_id
        await _moved_at_once(company, chat, "assigned")
        await company.say(company.ben, chat, "Ana says that you have a question?")
        history = await company.at_rest()
        (assigned,) = history.of(Assigned)
        assert (assigned.agent_id, assigned.by) == (company.ben.agent_id, company.ana.agent_id)
        bens = await company.ana.get(f"gateway/folders/{company.ben.agent_id}")
        unassigned = await company.ana.get("gateway/folders/unassigned")
        assert [row["conversation_id"] for row in bens["items"]] == [chat.conversation_id]
        assert unassigned["items"] == []


@pytest.mark.real
async def test_nothing_is_reassigned_to_an_agent_who_is_offline(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        await company.ben.post("presence/offline")
        await company.inbox.until(
            lambda s: s.rows[company.ben.agent_id]["online"] is False, 30, "Ben going offline"
        )
        body = {"agent_id": company.ben.agent_id, "expected_holder": company.ana.agent_id}
        with pytest.raises(Answer) as refused:
            await company.ana.post(f"{chat.path}/assign", body)
        assert refused.value.code == "agent_offline"
        await company.at_rest()


@pytest.mark.real
async def test_whoever_saw_another_holder_is_told_who_holds_it_now(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        body = {"agent_id": company.ben.agent_id, "expected_holder": None}
        with pytest.raises(Answer) as refused:
            await company.ben.post(f"{chat.path}/assign", body)
        assert (refused.value.status, refused.value.problem["holder_id"]) == (409, company.ana.agent_id)
        await company.at_rest()
