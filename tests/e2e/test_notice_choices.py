"""An agent switches kinds of notices off: each of their devices has its verdict, and no device and no tab is told."""

from collections.abc import Sequence

import pytest

from contracts.notifier import NoticesDecided, Recipient
from services.cli.demo.clients import Agent
from services.cli.demo.reckoning import History
from tests.e2e.company import Company
from tests.e2e.notices import all_decided
from tests.e2e.routes import device_body
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = pytest.mark.real

WITHIN_S = 30.0


async def allow(agent: Agent, *devices: str) -> list[str]:
    """The agent has these devices, and the notifier knows of them; their ids."""
    ids = [(await agent.post("notifier/devices", device_body(one)))["ids"]["device_id"] for one in devices]

    async def known() -> bool:
        listed = (await agent.get("notifier/devices"))["items"]
        return {one["device_id"] for one in listed} >= set(ids)

    await eventually(known, within_s=WITHIN_S, what="the devices")
    return ids


async def choose(agent: Agent, off: Sequence[str]) -> int:
    """The agent's choice, once the notifier knows of it; its version."""
    version = int((await agent.post("notifier/choices", {"off": list(off)}))["version"])

    async def known() -> bool:
        told = await agent.get("notifier/choices")
        return bool(told["version"] == version and sorted(told["off"]) == sorted(off))

    await eventually(known, within_s=WITHIN_S, what="the choice")
    return version


def verdict(history: History, conversation_id: str, agent_id: str, kind: str) -> Recipient:
    """The one verdict on the agent in the one notice of a kind about the conversation."""
    (found,) = [
        recipient
        for one in history.of(NoticesDecided)
        for recipient in one.recipients
        if (one.conversation_id, one.kind, recipient.agent_id) == (conversation_id, kind, agent_id)
    ]
    assert isinstance(found, Recipient)
    return found


async def test_a_kind_that_is_switched_off_is_told_on_no_device_and_in_no_tab_until_it_is_on_again(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        ana, ben, (_, tab) = company.ana, company.ben, company.inboxes
        devices = {
            ana.agent_id: await allow(ana, "choosing-a"),
            ben.agent_id: await allow(ben, "choosing-b1", "choosing-b2"),
        }
        version = await choose(ben, ["new_conversation", "new_message"])
        chat = await company.chat()
        await company.take(ana, chat)
        await company.pass_on(ana, ben, chat)
        await company.say(chat.visitor, chat, "Hello?")

        history = await all_decided(system, company.told.workspace_id, devices)
        assert not verdict(history, chat.conversation_id, ana.agent_id, "new_conversation").switched_off
        for kind in ("new_conversation", "new_message"):
            told = verdict(history, chat.conversation_id, ben.agent_id, kind)
            assert (told.outcome, told.switched_off, told.reason) == ("suppressed", True, None)
            assert (told.choices_version, set(told.devices)) == (version, set(devices[ben.agent_id]))
        assigned = verdict(history, chat.conversation_id, ben.agent_id, "assigned_to_you")
        assert (assigned.outcome, assigned.switched_off) == ("sent", False)

        await choose(ben, [])
        await company.say(chat.visitor, chat, "Anybody?")
        await tab.until(
            lambda s: {one["kind"] for one in s.notices} >= {"assigned_to_you", "new_message"},
            WITHIN_S,
            "the assignment and the message",
        )
        assert sorted(one["kind"] for one in tab.notices) == ["assigned_to_you", "new_message"]
        await all_decided(system, company.told.workspace_id, devices)
