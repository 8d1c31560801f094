"""R5: somebody online → live chat with the online message; nobody online → the offline flow at once."""

import pytest

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
