"""Agents see which of them looks at a conversation, on every gateway; no visitor does, and nothing records it."""

import pytest

from services.cli.demo.screens import Screen, socket_url
from tests.e2e.company import Chat, Company
from tests.e2e.system import System

pytestmark = pytest.mark.real

PATIENCE_S = 60.0


async def _view(screen: Screen, chat: Chat | None) -> None:
    await screen.send(type="view", conversation_id=chat.conversation_id if chat else None)


async def _sees(screen: Screen, chat: Chat, *names: str) -> None:
    """Waits until these are the other agents who look at it."""
    await screen.until(
        lambda s: s.viewing.get(chat.conversation_id, []) == list(names), PATIENCE_S, f"that {names} look"
    )


async def test_agents_see_who_else_looks_until_they_leave(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        ana, ben = company.inboxes
        for screen in (ana, ben):
            await screen.follow(chat.stream)

        await _view(ben, chat)
        await _sees(ana, chat, "Ben")
        await _view(ana, chat)
        await _sees(ben, chat, "Ana")
        await _view(ben, None)
        await _sees(ana, chat)

        await _view(ben, chat)
        await _sees(ana, chat, "Ben")
        await ben.close()
        await _sees(ana, chat)
        assert not chat.panel.viewing
        await company.at_rest()


async def test_they_see_each_other_through_two_gateways_and_when_they_begin_to_follow(system: System) -> None:
    with system.replica("gateway") as elsewhere:
        async with Company(system) as company:
            await company.open()
            chat = await company.chat()
            ana, _ = company.inboxes
            await ana.follow(chat.stream)
            async with Screen(company.ben, socket_url(elsewhere), tab="two") as ben:
                await _view(ana, chat)
                await ben.follow(chat.stream)
                await _sees(ben, chat, "Ana")
                await _view(ben, chat)
                await _sees(ana, chat, "Ben")
            await _sees(ana, chat)
            await company.at_rest()


@pytest.mark.fault
async def test_a_lost_gateways_viewers_are_gone_after_a_while(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        chat = await company.chat()
        ana, _ = company.inboxes
        await ana.follow(chat.stream)
        with system.replica("gateway") as elsewhere:
            async with Screen(company.ben, socket_url(elsewhere), tab="two") as ben:
                await ben.until(lambda s: s.ready, PATIENCE_S, "his screen")
                await _view(ben, chat)
                await _sees(ana, chat, "Ben")
                system.kill("gateway-replica")
                await _sees(ana, chat)
        await company.at_rest()
