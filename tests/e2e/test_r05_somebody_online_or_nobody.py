"""R5: somebody online → live chat with the online message; nobody online → the offline flow at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.cli.demo.clients import Visitor
from services.cli.demo.screens import Screen
from tests.e2e.company import Company
from tests.e2e.system import System

ONLINE_MESSAGE = "Thanks! We are looking for somebody who can help you."
OFFLINE_MESSAGE = "Sorry, everybody is busy at the moment."


@pytest.mark.real
async def test_with_an_agent_online_the_visitor_gets_a_live_chat_and_reads_the_online_message(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        said = await chat.panel.until(lambda s: s.of(chat.stream, "bot_posted"), 30, "the online message")
        texts = [line["text"] for line in said]
        assert texts[-1] == ONLINE_MESSAGE
        assert texts.count(ONLINE_MESSAGE) == 1
        assert OFFLINE_MESSAGE not in texts
        assert not chat.panel.of(chat.visit, "offline_flow_started")


@pytest.mark.real
async def test_with_nobody_online_the_offline_flow_begins_at_once_without_either_message(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        await company.nobody_is_online()
        visitor, panel = await company.ask()
        visit = f"visit-{visitor.visit_id}"
        (offline,) = await panel.until(lambda s: s.of(visit, "offline_flow_started"), 30, "the offline flow")
        assert offline["reason"] == "nobody_online"
        await panel.until(
            lambda s: "name" in [card["card_id"] for card in s.of(visit, "card_shown")],
            30,
            "the flow's question",
        )
        texts = {card["text"] for card in panel.of(visit, "card_shown")}
        assert not texts & {ONLINE_MESSAGE, OFFLINE_MESSAGE}
        conversation = f"conversation-{offline['conversation_id']}"
        assert not panel.of(conversation, "conversation_started")
        await company.sent_away(visitor, panel)
        await company.at_rest()


async def _their_wishes(company: Company) -> list[tuple[Visitor, Screen]]:
    """Three visitors ask for a person: one watches, one closes the panel at once, one is cut off at that moment."""
    present, gone, cut_off = [await company.arrive(company.playbook) for _ in range(3)]
    for visitor, panel in (present, gone, cut_off):
        deciding = asyncio.create_task(visitor.answer("welcome", "chat"))
        if panel is gone[1]:
            await panel.close()
        if panel is cut_off[1]:
            await panel.cut()
        await deciding
    return [present, gone, cut_off]


@pytest.mark.real
async def test_it_is_decided_alike_for_visitors_who_stay_who_leave_and_who_are_cut_off(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        for visitor, panel in await _their_wishes(company):
            shown = await visitor.get(f"playbook/visits/{visitor.visit_id}")
            await company.inbox.until(lambda s, i=shown["conversation_id"]: i in s.rows, 30, "a live chat")
            async with _watched(visitor, panel) as screen:
                chat = await company.decision(visitor, screen)
                assert chat is not None
                said = await screen.until(
                    lambda s, c=chat: s.of(c.stream, "bot_posted")[1:], 30, "both lines"
                )
                assert [line["text"] for line in said][-1] == ONLINE_MESSAGE

        await company.nobody_is_online()
        for visitor, panel in await _their_wishes(company):
            async with _watched(visitor, panel) as screen:
                assert await company.decision(visitor, screen) is None
                await company.sent_away(visitor, screen)
                (offline,) = screen.of(f"visit-{visitor.visit_id}", "offline_flow_started")
                assert offline["reason"] == "nobody_online"
                assert not screen.of(f"conversation-{offline['conversation_id']}", "conversation_started")
                texts = {card["text"] for card in screen.of(f"visit-{visitor.visit_id}", "card_shown")}
                assert not texts & {ONLINE_MESSAGE, OFFLINE_MESSAGE}
        await company.at_rest()


@asynccontextmanager
async def _watched(visitor: Visitor, panel: Screen) -> AsyncIterator[Screen]:
    """The panel; another one where it was closed."""
    if not panel.closed:
        yield panel
        return
    async with visitor.screen() as again:
        yield again
