"""Visitor and holder see each other write, agents see everybody, and nothing of it is recorded."""

import pytest

from services.cli.demo.screens import Screen, socket_url
from tests.e2e.company import Chat, Company
from tests.e2e.system import System
from tests.waiting import eventually

PATIENCE_S = 30.0


async def _seen(writer: Screen, chat: Chat, *readers: Screen) -> None:
    """Writes until all have seen it: the inbox row by which it is allowed may be a moment behind."""
    counts = [len(reader.typing) for reader in readers]

    async def seen() -> bool:
        await _write(writer, chat)
        return all(len(reader.typing) > count for reader, count in zip(readers, counts, strict=True))

    await eventually(seen, within_s=PATIENCE_S, every_s=0.5, what="somebody writes")


async def _write(writer: Screen, chat: Chat) -> None:
    await writer.send(type="typing", conversation_id=chat.conversation_id, typing=True)


@pytest.mark.real
async def test_the_visitor_and_the_holder_see_each_other_write(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        await company.take(company.ana, chat)
        ana = company.inbox
        (ben,) = [screen for screen in company.inboxes if screen is not ana]
        for screen in (ana, ben):
            await screen.follow(chat.stream)

        await _seen(chat.panel, chat, ana, ben)
        await _seen(ana, chat, chat.panel, ben)
        await _seen(ben, chat, ana)  # He holds nothing: the visitor is not told.
        await company.say(company.ana, chat, "There you are.")
        await chat.panel.until(
            lambda s: any(e["text"] == "There you are." for e in s.of(chat.stream, "message_posted")),
            PATIENCE_S,
            "her message",
        )

        one = {"type": "typing", "conversation_id": chat.conversation_id, "typing": True}
        assert chat.panel.typing == [{**one, "by": "agent"}] * len(chat.panel.typing)
        visitor, hers = {**one, "by": "visitor", "agent_id": None}, {**one, "by": "agent"}
        bens, anas = ({**hers, "agent_id": agent.agent_id} for agent in (company.ben, company.ana))
        assert [frame for frame in ana.typing if frame not in (visitor, bens)] == []
        assert [frame for frame in ben.typing if frame not in (visitor, anas)] == []
        before = len((await company.at_rest()).streams[chat.stream])
        await _write(ana, chat)
        assert len((await company.at_rest()).streams[chat.stream]) == before


@pytest.mark.real
async def test_they_see_each_other_write_through_two_processes_of_the_gateway(system: System) -> None:
    with system.replica("gateway") as elsewhere:
        async with Company(system) as company:
            await company.open()
            chat = await company.chat()
            await company.take(company.ana, chat)
            await chat.panel.close()
            await company.inbox.follow(chat.stream)
            async with Screen(chat.visitor, socket_url(elsewhere)) as panel:
                await panel.until(lambda s: s.of(chat.stream, "assigned"), PATIENCE_S, "that Ana joined")

                await _seen(panel, chat, company.inbox)
                await _seen(company.inbox, chat, panel)

                assert {frame["by"] for frame in company.inbox.typing} == {"visitor"}
                assert {frame["by"] for frame in panel.typing} == {"agent"}
                await company.say(chat.visitor, chat, "Hello!")
                for screen in (panel, company.inbox):
                    await screen.until(lambda s: _read(s, chat)[-1:] == ["Hello!"], PATIENCE_S, "the message")
            await company.at_rest()


def _read(screen: Screen, chat: Chat) -> list[str]:
    return [message["text"] for message in screen.of(chat.stream, "message_posted")]
