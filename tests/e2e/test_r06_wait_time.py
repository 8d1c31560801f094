"""R6: nobody takes it in the wait time → the offline message once, the offline flow, missed, and still to be taken.

The same happens with the panel open, with the panel closed, and with the visitor's network cut at the deadline. It
closes with reason `missed` when the offline flow ends, or ten minutes after the visitor left.
"""

from datetime import timedelta

import pytest

from contracts.conversation import Assigned, BotPosted, Closed, ConversationStarted, VisitorLeft, WaitExpired
from contracts.playbook import OfflineFlowStarted
from services.cli.demo.clients import Answer
from services.cli.demo.reckoning import History
from services.cli.demo.screens import Screen
from tests.e2e.company import Chat, Company, at_the_deadline
from tests.e2e.levers import ahead
from tests.e2e.system import System

PATIENCE_S = 60.0


def _is_missed_once(history: History, chat: Chat) -> None:
    """One end of the wait, not before its time, the offline message once, the offline flow once."""
    events = [recorded.event for recorded in history.streams[chat.stream]]
    (started,) = [event for event in events if isinstance(event, ConversationStarted)]
    (expired,) = [event for event in events if isinstance(event, WaitExpired)]
    assert expired.at >= started.answer_by
    told = [e for e in events if isinstance(e, BotPosted) and e.text == started.offline_message]
    assert len(told) == 1
    visit = [recorded.event for recorded in history.streams[chat.visit]]
    (flow,) = [event for event in visit if isinstance(event, OfflineFlowStarted)]
    assert flow.reason == "wait_expired"


@pytest.mark.real
async def test_a_visitor_who_waits_in_vain_is_sent_to_the_offline_flow(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat(company.short)
        await company.sent_away(chat.visitor, chat.panel)
        (closed,) = chat.panel.of(chat.stream, "closed")
        assert closed["reason"] == "missed"
        _is_missed_once(await company.at_rest(), chat)


@pytest.mark.real
async def test_it_is_the_same_for_a_visitor_who_closed_the_panel(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat(company.short)
        await chat.panel.close()
        inbox = company.inbox
        await inbox.until(lambda s: s.rows[chat.conversation_id]["missed"], PATIENCE_S, "the missed mark")
        row = inbox.rows[chat.conversation_id]
        assert (row["status"], row["holder_id"]) == ("open", None)
        company.told.missed.append(chat.conversation_id)
        _is_missed_once(await company.at_rest(but=("leads of offline flows",)), chat)

        async with chat.visitor.screen() as again:
            await again.until(lambda s: s.of(chat.stream, "wait_expired"), PATIENCE_S, "what happened")
            assert not again.of(chat.stream, "closed")
            await company.sent_away(chat.visitor, again)
            (closed,) = again.of(chat.stream, "closed")
        assert closed["reason"] == "missed"


@pytest.mark.real
async def test_it_closes_as_missed_ten_minutes_after_a_visitor_left_who_never_comes_back(
    impatient: System,
) -> None:
    async with Company(impatient) as company:
        await company.open()
        chat = await company.chat(company.short)
        await chat.panel.close()

        def gone(screen: Screen) -> bool:
            row = screen.rows[chat.conversation_id]
            return bool(row["missed"] and row["visitor_left"] and row["status"] == "open")

        await company.inbox.until(gone, PATIENCE_S, "a missed chat whose visitor has left")
        company.told.missed.append(chat.conversation_id)
        with ahead(impatient, "conversation", timedelta(minutes=10)):
            await company.inbox.until(
                lambda s: s.rows[chat.conversation_id]["status"] == "closed", PATIENCE_S, "the end"
            )
        company.told.closed.append(chat.conversation_id)

        history = await company.at_rest(but=("leads of offline flows",))
        _is_missed_once(history, chat)
        events = [recorded.event for recorded in history.streams[chat.stream]]
        (left,) = [event for event in events if isinstance(event, VisitorLeft)]
        (closed,) = [event for event in events if isinstance(event, Closed)]
        assert (closed.reason, closed.by, closed is events[-1]) == ("missed", None, True)
        assert closed.at >= left.at + timedelta(minutes=10)


@pytest.mark.real
async def test_a_network_that_is_cut_at_the_deadline_changes_nothing(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat(company.short)
        await at_the_deadline(chat)
        await chat.panel.cut()
        await company.sent_away(chat.visitor, chat.panel)
        assert len(chat.panel.of(chat.stream, "wait_expired")) == 1
        _is_missed_once(await company.at_rest(), chat)


@pytest.mark.real
async def test_who_is_off_line_while_the_wait_ends_is_told_once_they_are_back(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat(company.short)
        await at_the_deadline(chat)
        chat.panel.line.clear()
        await chat.panel.cut()
        inbox = company.inbox
        await inbox.until(lambda s: s.rows[chat.conversation_id]["missed"], PATIENCE_S, "the missed mark")
        assert chat.panel.of(chat.stream, "wait_expired") == []

        chat.panel.line.set()
        await chat.panel.until(lambda s: s.of(chat.stream, "wait_expired"), PATIENCE_S, "what happened")
        await company.sent_away(chat.visitor, chat.panel)
        assert len(chat.panel.of(chat.stream, "wait_expired")) == 1
        _is_missed_once(await company.at_rest(), chat)


@pytest.mark.real
async def test_the_wait_runs_on_when_the_agents_leave_meanwhile(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat(company.short)
        for agent in (company.ana, company.ben):
            await agent.post("presence/offline")
        await company.sent_away(chat.visitor, chat.panel)
        _is_missed_once(await company.at_rest(), chat)


@pytest.mark.real
async def test_a_missed_chat_can_still_be_taken_and_the_bot_steps_back(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat(company.short)
        await chat.panel.until(lambda s: s.of(chat.stream, "wait_expired"), PATIENCE_S, "the end of the wait")
        await chat.panel.until(
            lambda s: "name" in [card["card_id"] for card in s.of(chat.visit, "card_shown")],
            PATIENCE_S,
            "the offline flow's question",
        )
        company.told.missed.append(chat.conversation_id)

        await company.take(company.ana, chat)

        await chat.panel.until(lambda s: s.of(chat.stream, "assigned"), PATIENCE_S, "the agent")
        await chat.panel.until(lambda s: s.of(chat.visit, "visit_taken_over"), PATIENCE_S, "the bot's end")
        with pytest.raises(Answer) as refused:
            await chat.visitor.give("name", "Eva")
        assert refused.value.status == 409
        await company.say(chat.visitor, chat, "Are you a person?")
        await company.say(company.ana, chat, "I am.")
        await company.close(company.ana, chat)
        history = await company.at_rest(but=("leads of offline flows",))
        events = [recorded.event for recorded in history.streams[chat.stream]]
        (assigned,) = [event for event in events if isinstance(event, Assigned)]
        assert assigned.late
        joined = events.index(assigned)
        assert not [event for event in events[joined:] if isinstance(event, BotPosted)]
