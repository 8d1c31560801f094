"""R6: whoever was missed and comes to a Live Chat card again is told its offline message, and goes on to the end."""

from typing import Any

import pytest

from contracts.conversation import BotPosted, Closed, ConversationStarted
from contracts.playbook import DetailCaptured, LiveChatRequested, OfflineFlowStarted, VisitEnded
from services.cli.demo.reckoning import History
from tests.e2e.company import Chat, Company
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = pytest.mark.real

PATIENCE_S = 60.0


def _person(offline_message: str, offline_flow: str) -> dict[str, Any]:
    said = {"online_message": "We come.", "offline_message": offline_message}
    return {"kind": "live_chat", "wait_time_s": 5, **said, "offline_flow": offline_flow}


CARDS: dict[str, Any] = {
    "welcome": {
        "kind": "question",
        "text": "How can we help?",
        "choices": [{"choice_id": "chat", "label": "Chat with us", "next": "first"}],
    },
    "first": _person("Nobody came.", "email"),
    "email": {
        "kind": "capture",
        "field": "email",
        "text": "Your address?",
        "retry_text": "Once more?",
        "next": "second",
    },
    "second": _person("Still nobody.", "more"),
    "more": {
        "kind": "question",
        "text": "And now?",
        "choices": [
            {"choice_id": "again", "label": "Try again", "next": "first"},
            {"choice_id": "leave", "label": "Leave it", "next": "lead"},
        ],
    },
    "lead": {"kind": "action", "follow_up": "lead", "next": "end"},
    "end": {"kind": "end", "text": "Thank you!"},
}


async def _comes_to(chat: Chat, card_id: str, times: int = 1) -> None:
    def there(screen: Any) -> bool:
        shown = [card["card_id"] for card in screen.of(chat.visit, "card_shown")]
        return shown[-1:] == [card_id] and shown.count(card_id) == times

    await chat.panel.until(there, PATIENCE_S, f"the card {card_id}")


async def _missed(company: Company, playbook_id: str) -> Chat:
    """A visitor who waited in vain, gave an address, and came to the second card."""
    chat = await company.chat(playbook_id)
    company.told.missed.append(chat.conversation_id)
    await _comes_to(chat, "email")
    await chat.visitor.give("email", "ada@example.com")
    await _comes_to(chat, "more")
    # Before an agent joins: after it no message of the bot can follow.
    await chat.panel.until(
        lambda screen: "Still nobody." in _said(screen, chat), PATIENCE_S, "its offline message"
    )
    return chat


def _said(screen: Any, chat: Chat) -> list[str]:
    return [posted["text"] for posted in screen.of(chat.stream, "bot_posted")]


def _asked_once(history: History, chat: Chat) -> list[str]:
    """One request and one conversation; what the bot told of nobody coming, in order."""
    visit = [one.event for one in history.streams[chat.visit]]
    events = [one.event for one in history.streams[chat.stream]]
    assert [event.value for event in visit if isinstance(event, DetailCaptured)] == ["ada@example.com"]
    assert sum(isinstance(event, LiveChatRequested) for event in visit) == 1
    assert sum(isinstance(event, OfflineFlowStarted) for event in visit) == 1
    assert sum(isinstance(event, ConversationStarted) for event in events) == 1
    return [event.text for event in events if isinstance(event, BotPosted) and "obody" in event.text]


async def test_a_second_live_chat_card_after_the_wait_keeps_nobody(system: System) -> None:
    async with Company(system) as company:
        await company.open()
        made = await company.ana.post("playbook/playbooks", {"name": "Twice"})
        one = f"playbook/playbooks/{made['ids']['playbook_id']}"
        await company.ana.post(f"{one}/flow", {"flow": {"start": "welcome", "cards": CARDS}})
        await company.ana.post(f"{one}/publish")
        await company.ana.post(f"{one}/activate")

        patient = await _missed(company, made["ids"]["playbook_id"])
        await patient.visitor.answer("more", "again")
        await _comes_to(patient, "email", times=2)
        await patient.visitor.give("email", "ada@example.com")
        await _comes_to(patient, "more", times=2)
        await patient.visitor.answer("more", "leave")
        await patient.panel.until(lambda s: s.of(patient.stream, "closed"), PATIENCE_S, "the end")
        company.told.closed.append(patient.conversation_id)

        late = await _missed(company, made["ids"]["playbook_id"])
        await company.take(company.ana, late)
        history = await company.at_rest(but=("leads of offline flows",))

        visit = [one.event for one in history.streams[patient.visit]]
        assert isinstance(visit[-1], VisitEnded)
        (closed,) = [one.event for one in history.streams[patient.stream] if isinstance(one.event, Closed)]
        assert closed.reason == "missed"
        path = f"crm/conversations/{patient.conversation_id}/outcomes"

        async def the_lead() -> bool:
            return [item["kind"] for item in (await company.ana.get(path))["items"]] == ["lead"]

        await eventually(the_lead, within_s=PATIENCE_S, what="the lead")
        assert _asked_once(history, late) == ["Nobody came.", "Still nobody."]
