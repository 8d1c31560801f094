"""R10: the visitor's choice makes exactly one conversation, in Unassigned, with what the bot already learned."""

import asyncio

import pytest

from contracts.conversation import ConversationStarted, MessagePosted
from tests.e2e.company import Company
from tests.e2e.interview import TOLD, interviewed
from tests.e2e.system import System

CLICKS = 8


@pytest.mark.real
async def test_a_choice_that_is_sent_many_times_makes_one_conversation(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        visitor, panel = await company.arrive(company.playbook)
        clicks = [visitor.answer("welcome", "chat") for _ in range(CLICKS)]
        told = await asyncio.gather(*clicks)
        assert len({answer["version"] for answer in told}) == 1, (
            "a repeated click tells where the first one led"
        )

        chat = await company.decision(visitor, panel)
        assert chat is not None
        row = await company.inbox.until(lambda s: s.rows.get(chat.conversation_id), 30, "the inbox's row")
        assert (row["status"], row["holder_id"], row["missed"]) == ("open", None, False)
        history = await company.at_rest()
        assert len(history.of(ConversationStarted)) == 1


@pytest.mark.real
async def test_the_conversation_begins_with_the_walk_and_the_label_that_was_picked(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        said = [
            event["text"]
            for event in chat.panel.events[chat.stream]
            if event["type"].split(".")[1] in ("bot_posted", "message_posted")
        ]
        assert said[:2] == ["Hi there! How can we help you?", "Chat with us"]
        await company.at_rest()
        folder = await company.ana.get("gateway/folders/unassigned")
        assert chat.conversation_id in [row["conversation_id"] for row in folder["items"]]


@pytest.mark.real
async def test_the_conversation_begins_with_what_the_bot_had_learned(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await interviewed(company)

        row = await company.inbox.until(lambda s: s.rows.get(chat.conversation_id), 30, "the inbox's row")
        assert row["visitor_name"] == TOLD["name"]
        history = await company.at_rest()
        (started,) = history.of(ConversationStarted)
        assert {detail.field: detail.value for detail in started.captured} == TOLD
        said = [event.text for event in history.of(MessagePosted)]
        assert said == [*TOLD.values(), "Chat with us"]
