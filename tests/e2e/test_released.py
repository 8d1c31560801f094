"""What a removed agent held is back in Unassigned with a new wait; a blocked visitor's words are refused."""

from datetime import UTC, datetime

import pytest

from contracts.conversation import Released
from contracts.envelope import Metadata
from contracts.gateway import AgentRemoved
from contracts.personal import encode
from services.chassis.ports import Append, NewEvent
from services.chassis.wiring import store_ports
from services.cli.demo.clients import Answer
from services.gateway.service import SERVICE as GATEWAY
from tests.e2e.company import Company
from tests.e2e.system import System

pytestmark = pytest.mark.real

PATIENCE_S = 60.0


async def _remove(system: System, company: Company, agent_id: str, patch: pytest.MonkeyPatch) -> None:
    """Appended to the agent's account, as any removal is."""
    for name, value in system.variables.items():
        patch.setenv(name, value)
    workspace_id, account, now = company.told.workspace_id, f"account-{agent_id}", datetime.now(UTC)
    event = AgentRemoved(at=now, agent_id=agent_id, by=company.ana.agent_id)
    async with store_ports(GATEWAY) as ports:
        loaded = await ports.store.load(workspace_id, account, "")
        assert loaded.snapshot is not None
        told = NewEvent(ports.ids.new(), event.TYPE, encode(event), now)
        id_ = ports.ids.new()
        metadata = Metadata(workspace_id, id_, id_, id_, "service:gateway")
        await ports.store.append(Append(account, loaded.version, (told,), metadata, loaded.snapshot))


async def test_what_a_removed_agent_held_waits_anew_and_is_missed_without_a_bot(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Company(system) as company:
        await company.open()
        chats = []
        for playbook in (company.short, company.playbook):
            chat = await company.chat(playbook)
            await company.take(company.ben, chat)
            chats.append(chat)

        await _remove(system, company, company.ben.agent_id, monkeypatch)

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
        with pytest.raises(Answer) as refused:
            await company.ben.post(f"{long.path}/take")
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
