"""A visitor's sockets tell whether they are there; an agent's lost tab brings the agent back."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from contracts.conversation import Closed, MessagesRead, VisitorLeft, VisitorReturned, WaitExpired
from contracts.envelope import Event
from contracts.presence import AgentWentOffline, AgentWentOnline
from services.cli.demo.clients import Answer
from services.cli.demo.screens import Screen
from tests.e2e.company import Chat, Company
from tests.e2e.levers import ahead
from tests.e2e.system import System

pytestmark = pytest.mark.real

PATIENCE_S = 60.0


async def test_whoever_closes_the_panel_has_left_until_they_open_it_again(impatient: System) -> None:
    failed = _failed_sweeps(impatient)
    async with Company(impatient) as company:
        await company.open()
        chat = await company.chat()
        await chat.panel.close()

        def row(screen: Screen) -> dict[str, Any]:
            return screen.rows[chat.conversation_id]

        await company.inbox.until(lambda s: row(s)["visitor_left"], PATIENCE_S, "the mark")

        async with chat.visitor.screen() as again:
            await company.inbox.until(lambda s: not row(s)["visitor_left"], PATIENCE_S, "the return")
            await company.take(company.ana, chat)
            await company.say(chat.visitor, chat, "Here I am.")
            await company.inbox.until(lambda s: row(s)["last_by"] == "visitor", PATIENCE_S, "the message")
            version = row(company.inbox)["version"]
            assert row(company.inbox)["unread"] > 0
            await company.ana.post(f"{chat.path}/read", {"up_to": version})
            await company.inbox.until(lambda s: row(s)["unread"] == 0, PATIENCE_S, "that it was read")
            await chat.visitor.post(f"{chat.path}/end")
            (closed,) = await again.until(lambda s: s.of(chat.stream, "closed"), PATIENCE_S, "the end")
        assert closed["reason"] == "visitor_ended"
        with pytest.raises(Answer) as refused:
            await company.ana.post(f"{chat.path}/messages", {"text": "Wait!"})
        assert refused.value.code == "closed"
        company.told.closed.append(chat.conversation_id)
        company.told.holders.pop(chat.conversation_id, None)

        history = await company.at_rest()
        events = [recorded.event for recorded in history.streams[chat.stream]]
        kinds = (VisitorLeft, VisitorReturned, MessagesRead, Closed)
        assert _failed_sweeps(impatient) == failed
        told = [type(event) for event in events if isinstance(event, kinds)]
        assert told == [VisitorLeft, VisitorReturned, MessagesRead, Closed]


async def test_a_missed_chat_closes_ten_minutes_after_its_visitor_left(impatient: System) -> None:
    async with Company(impatient) as company:
        await company.open()
        chat = await company.chat(company.short)
        row = partial(_row, chat.conversation_id)
        await company.inbox.until(lambda s: row(s)["missed"], PATIENCE_S, "the missed mark")
        await chat.panel.close()
        await company.inbox.until(lambda s: row(s)["visitor_left"], PATIENCE_S, "the mark")
        company.told.missed.append(chat.conversation_id)
        events = await _events_of(company, chat)
        (left,) = [event for event in events if isinstance(event, VisitorLeft)]
        assert left.close_at == left.at + timedelta(minutes=10)

        with ahead(impatient, "conversation", timedelta(minutes=9)):
            other = await company.chat(company.short)  # Long enough for a timer that is due to be fired.
            await company.inbox.until(
                lambda s: s.rows[other.conversation_id]["missed"], PATIENCE_S, "another end of a wait"
            )
            company.told.missed.append(other.conversation_id)
            assert row(company.inbox)["status"] == "open"
        with ahead(impatient, "conversation", timedelta(minutes=10)):
            await company.inbox.until(lambda s: row(s)["status"] == "closed", PATIENCE_S, "the end")
        company.told.closed.append(chat.conversation_id)

        events = await _events_of(company, chat)
        closed = events[-1]
        assert isinstance(closed, Closed)
        assert (closed.reason, closed.by) == ("missed", None)
        assert closed.at >= left.close_at
        assert [type(event) for event in events].count(WaitExpired) == 1


def _failed_sweeps(system: System) -> int:
    return system.log_of("all").read_text().count("sweep_failed")


def _row(conversation_id: str, screen: Screen) -> dict[str, Any]:
    return screen.rows[conversation_id]


async def _events_of(company: Company, chat: Chat) -> list[Event]:
    history = await company.at_rest(but=("leads of offline flows",))
    return [recorded.event for recorded in history.streams[chat.stream]]


async def test_an_agent_whose_network_broke_is_online_again_by_itself(impatient: System) -> None:
    async with Company(impatient) as company:
        await company.open()
        (bens,) = [screen for screen in company.inboxes if screen is not company.inbox]
        ben = company.ben.agent_id
        await bens.close()
        await company.inbox.until(lambda s: not s.rows[ben]["online"], PATIENCE_S, "that Ben is gone")

        async with company.ben.screen():
            await company.inbox.until(lambda s: s.rows[ben]["online"], PATIENCE_S, "that Ben is back")
            history = await company.at_rest()

        told = [recorded.event for recorded in history.streams[f"agent-{ben}"]]
        assert [type(event) for event in told] == [AgentWentOnline, AgentWentOffline, AgentWentOnline]
        assert isinstance(told[1], AgentWentOffline)
        assert told[1].reason == "connection_lost"
        assert isinstance(told[2], AgentWentOnline)
        assert told[2].revived
