"""What a screen had and the frames that came are what a fresh one is told, for every event and row."""

from typing import Any

import pytest

from services.cli.demo.clients import Client
from services.cli.demo.screens import Screen, socket_url
from tests.e2e.company import Chat, Company
from tests.e2e.system import System

pytestmark = pytest.mark.real

PATIENCE_S = 30.0
PAPER = b"The small print.\n"
TOLD = {
    "conversation_started",
    "bot_posted",
    "message_posted",
    "assigned",
    "reassigned",
    "messages_read",
    "closed",
}


async def _whole_chat(company: Company) -> Chat:
    """A chat with everything that people do in one, seen by three screens from its beginning."""
    chat = await company.chat()
    for screen in company.inboxes:
        await screen.follow(chat.stream)
    await company.take(company.ana, chat)
    await company.say(chat.visitor, chat, "Hello!")
    await company.say(company.ana, chat, "Good <b>morning</b>.")
    await company.pass_on(company.ana, company.ben, chat)
    sent = await company.ben.upload(chat.conversation_id, "paper.txt", PAPER)
    body = {"text": "Here.", "attachment_token": sent["attachment_token"]}
    told = await company.ben.post(f"{chat.path}/messages", body)
    company.told.messages[chat.conversation_id].append(told["ids"]["message_id"])
    for reader in (chat.visitor, company.ben):
        await reader.post(f"{chat.path}/read", {"up_to": told["version"]})
    await company.close(company.ben, chat)
    return chat


async def test_from_whichever_version_a_screen_goes_on_it_shows_what_an_open_one_showed(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await _whole_chat(company)
        kinds = set()
        panel = (chat.visitor, chat.panel)
        for who, shown in (panel, *zip((company.ana, company.ben), company.inboxes, strict=True)):
            await shown.until(lambda s: s.of(chat.stream, "closed"), PATIENCE_S, "the end")
            seen = await _versions(system, who, chat, 0)
            assert [event for event in seen if event is not None] == shown.events[chat.stream]
            kinds |= {event["type"].split(".")[1] for event in shown.events[chat.stream]}
            for have in range(1, len(seen)):
                assert await _versions(system, who, chat, have) == seen[have:], f"from version {have}"
        assert kinds == TOLD
        await company.at_rest()


async def test_the_rows_that_an_inbox_was_patched_with_are_those_of_a_fresh_list(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        waiting, over = await company.chat(), await _whole_chat(company)
        await company.at_rest()
        fresh: dict[str, Any] = {}
        for folder in ("unassigned", "closed"):
            page = await company.ana.get(f"gateway/folders/{folder}")
            fresh |= {row["conversation_id"]: row for row in page["items"]}
        assert fresh.keys() == {waiting.conversation_id, over.conversation_id}

        for screen in company.inboxes:
            for conversation_id, row in fresh.items():
                await screen.until(
                    lambda s, c=conversation_id, r=row: s.rows[c]["version"] >= r["version"],
                    PATIENCE_S,
                    "the newest row",
                )
                assert screen.rows[conversation_id] == {"kind": "conversation", **row}


async def _versions(system: System, who: Client, chat: Chat, have: int) -> list[dict[str, Any] | None]:
    """What a new screen that has so many versions is told, to the end of the conversation."""
    async with Screen(who, socket_url(system.bases), have={chat.stream: have}) as screen:
        await screen.until(lambda s: s.of(chat.stream, "closed"), PATIENCE_S, f"the rest after {have}")
        return list(screen.told[chat.stream])
