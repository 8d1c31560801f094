"""R4: a Live Chat card's own online message, wait time and offline message, and the offline flow under it."""

from typing import Any

import pytest

from contracts.conversation import BotPosted, ConversationStarted, WaitExpired
from contracts.playbook import OfflineFlowStarted
from services.cli.demo.screens import Screen
from tests.e2e.company import Chat, Company, at_the_deadline
from tests.e2e.editing import Owner
from tests.e2e.system import System

pytestmark = pytest.mark.real

PATIENCE_S = 60.0
WAIT_TIME_S = 6
ONLINE, OFFLINE, FLOW = "Somebody comes.", "Nobody came, sorry.", "Please leave a word."
CARD = {"online_message": ONLINE, "wait_time_s": WAIT_TIME_S, "offline_message": OFFLINE}


async def _edited(company: Company) -> str:
    """A playbook whose Live Chat card says other things than the template's, with another offline flow."""
    playbook_id = str((await company.ana.post("playbook/playbooks", {"name": "Own"}))["ids"]["playbook_id"])
    one = f"playbook/playbooks/{playbook_id}"
    await company.ana.post(f"{one}/live-chat-cards/live_chat", CARD)
    flow = {"kind": "message", "text": FLOW, "next": "name"}
    await company.ana.post(f"{one}/cards/leave_details", {"card": flow})
    await company.ana.post(f"{one}/publish", {"note": ""})
    await company.ana.post(f"{one}/activate")
    return playbook_id


async def test_what_the_card_says_holds_for_visitors_who_stay_who_leave_and_who_are_cut_off_at_the_deadline(
    system: System,
) -> None:
    async with Company(system) as company:
        await company.open()
        playbook_id = await _edited(company)
        present, gone, cut_off = chats = [await company.chat(playbook_id) for _ in range(3)]
        for chat in chats:
            said = await chat.panel.until(lambda s, c=chat: _said(s, c, ONLINE), PATIENCE_S, ONLINE)
            assert len(said) == 1
        await gone.panel.close()
        await at_the_deadline(cut_off)
        await cut_off.panel.cut()

        inbox = company.inbox
        for chat in chats:
            await inbox.until(lambda s, c=chat: s.rows[c.conversation_id]["missed"], PATIENCE_S, "missed")
            company.told.missed.append(chat.conversation_id)
        for chat in (present, cut_off):
            await chat.panel.until(lambda s, c=chat: _walked_to(s, c, "name"), PATIENCE_S, "the offline flow")
        async with gone.visitor.screen() as again:
            await again.until(lambda s: _walked_to(s, gone, "name"), PATIENCE_S, "the flow after a return")

        history = await company.at_rest(but=("leads of offline flows",))
        for chat in chats:
            events = [recorded.event for recorded in history.streams[chat.stream]]
            (started,) = [event for event in events if isinstance(event, ConversationStarted)]
            (expired,) = [event for event in events if isinstance(event, WaitExpired)]
            assert (started.answer_by - started.at).total_seconds() == WAIT_TIME_S
            assert expired.at >= started.answer_by
            texts = [event.text for event in events if isinstance(event, BotPosted)]
            places = [texts.index(text) for text in (ONLINE, OFFLINE, FLOW)]
            assert places == sorted(places)
            assert texts.count(OFFLINE) == texts.count(ONLINE) == 1
            visit = [recorded.event for recorded in history.streams[chat.visit]]
            (flow,) = [event for event in visit if isinstance(event, OfflineFlowStarted)]
            assert (flow.reason, flow.card_id) == ("wait_expired", "live_chat")


def test_a_wait_time_out_of_range_is_refused_and_changes_nothing(owner: Owner) -> None:
    one = f"playbooks/{owner.create()}"
    before = owner.get(one)

    for wait_time_s in (0, 4, 1_801):
        refused = owner.post(f"{one}/live-chat-cards/live_chat", {"wait_time_s": wait_time_s}, 422)
        assert refused["code"] == "invalid"

    assert owner.get(one) == before


def _said(screen: Screen, chat: Chat, text: str) -> list[dict[str, Any]]:
    return [line for line in screen.of(chat.stream, "bot_posted") if line["text"] == text]


def _walked_to(screen: Screen, chat: Chat, card_id: str) -> bool:
    return card_id in [card["card_id"] for card in screen.of(chat.visit, "card_shown")]
