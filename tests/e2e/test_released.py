"""What a removed agent held is back in Unassigned with a new wait; a blocked visitor's words are refused."""

import pytest

from contracts.conversation import Released
from services.cli.demo.clients import Answer
from tests.e2e.company import Company
from tests.e2e.system import System

pytestmark = pytest.mark.real

PATIENCE_S = 60.0


async def test_what_a_removed_agent_held_waits_anew_and_is_missed_without_a_bot(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        chats = []
        for playbook in (company.short, company.playbook):
            chat = await company.chat(playbook)
            await company.take(company.ben, chat)
            chats.append(chat)

        await company.ana.post(f"gateway/agents/{company.ben.agent_id}/remove")

        for chat in chats:
            (told,) = await chat.panel.until(
                lambda s, c=chat: s.of(c.stream, "released"), PATIENCE_S, "the release"
            )
            assert set(told) == {"type", "at", "answer_by"}
            company.told.holders.pop(chat.conversation_id)
        short, long = chats
        (expired,) = await short.panel.until(
            lambda s: s.of(short.stream, "wait_expired"), PATIENCE_S, "the end"
        )
        assert expired["offline_message"]
        company.told.missed.append(short.conversation_id)
        body = {"agent_id": company.ben.agent_id, "expected_holder": None}
        with pytest.raises(Answer) as refused:
            await company.ana.post(f"{long.path}/assign", body)
        assert refused.value.code == "agent_offline"
        await company.take(company.ana, long)

        history = await company.at_rest()
        for chat in chats:
            events = [recorded.event for recorded in history.streams[chat.stream]]
            assert sum(isinstance(event, Released) for event in events) == 1
            after = events[[isinstance(event, Released) for event in events].index(True) :]
            assert not any(type(event).__name__ == "BotPosted" for event in after)


async def test_a_blocked_visitor_is_refused_until_somebody_takes_it_back(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        await company.ben.post(f"{chat.path}/block", {"reason": "Rude."})

        with pytest.raises(Answer) as refused:
            await chat.visitor.post(f"{chat.path}/messages", {"text": "Hello?"})
        assert (refused.value.status, refused.value.code) == (403, "blocked")

        await company.ana.post(f"{chat.path}/unblock")
        await company.say(chat.visitor, chat, "Sorry.")
        await company.close(company.ana, chat)
        await company.at_rest()
