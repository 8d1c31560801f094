"""Visitors who wait are told their place in line: by every gateway the same, on a new socket again, and nobody else."""

import pytest

from services.cli.demo.screens import Screen, socket_url
from tests.e2e.company import Chat, Company
from tests.e2e.system import System

pytestmark = pytest.mark.real

PATIENCE_S = 60.0


async def _playbook(company: Company, shows: bool = True) -> str:
    """A playbook that leaves much time to wait, and may tell who waits where they stand."""
    told = await company.ana.post("playbook/playbooks", {"name": "Line", "wait_time_s": 600})
    one = f"playbook/playbooks/{told['ids']['playbook_id']}"
    await company.ana.post(f"{one}/live-chat-cards/live_chat", {"show_queue_position": shows})
    await company.ana.post(f"{one}/publish")
    await company.ana.post(f"{one}/activate")
    return str(told["ids"]["playbook_id"])


async def _stands(chat: Chat, position: int, panel: Screen | None = None) -> None:
    """Waits until the visitor was told last that they stand there."""
    await (panel or chat.panel).until(
        lambda s: s.places.get(chat.conversation_id, [])[-1:] == [position], PATIENCE_S, f"place {position}"
    )


async def test_visitors_move_up_as_others_are_taken_leave_and_are_closed(system: System) -> None:
    async with Company(system) as company, Company(system) as elsewhere:
        await company.open()
        await elsewhere.open()
        playbook_id = await _playbook(company)
        others = await elsewhere.chat(await _playbook(elsewhere))
        await _stands(others, 1)
        first, second, third = chats = [await company.chat(playbook_id) for _ in range(3)]
        quiet = await company.chat(await _playbook(company, shows=False))
        for place, chat in enumerate(chats, 1):
            await _stands(chat, place)

        await company.take(company.ana, first)
        await _stands(second, 1)
        await _stands(third, 2)
        await second.visitor.post(f"{second.path}/end")
        company.told.closed.append(second.conversation_id)
        await _stands(third, 1)

        # Nobody hears of anybody else, and who waits no more hears nothing.
        assert [list(chat.panel.places) for chat in chats] == [[chat.conversation_id] for chat in chats]
        assert [chat.panel.places[chat.conversation_id] for chat in chats] == [[1], [2, 1], [3, 2, 1]]
        assert others.panel.places == {others.conversation_id: [1]}
        assert not quiet.panel.places
        assert not company.inbox.places


async def test_a_new_socket_is_told_again_and_by_another_gateway_the_same(system: System) -> None:
    with system.replica("gateway") as elsewhere:
        async with Company(system) as company:
            await company.open()
            playbook_id = await _playbook(company)
            first, second = [await company.chat(playbook_id) for _ in range(2)]
            await _stands(second, 2)

            async with Screen(second.visitor, socket_url(elsewhere)) as again:
                await _stands(second, 2, again)
                second.panel.places.clear()
                await second.panel.cut()
                await _stands(second, 2)
                await company.take(company.ana, first)
                await _stands(second, 1)
                await _stands(second, 1, again)
                assert again.places == {second.conversation_id: [2, 1]}
