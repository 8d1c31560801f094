"""A playbook whose bot asks who the visitor is before it offers a person, and visitors who tell it."""

from collections.abc import Mapping
from typing import Any

from services.cli.demo.cast import PATIENCE_S
from tests.e2e.company import Chat, Company

TOLD = {"name": "Ada Lovelace", "email": "ada@example.com", "company": "Engines Ltd", "size": "42"}
"""What the visitor answers, by the field that its card captures."""


def _asked(field: str, then: str, **more: Any) -> dict[str, Any]:
    texts = {"text": f"Your {field}?", "retry_text": "Once more, please."}
    return {"kind": "capture", "field": field, **texts, "next": then, **more}


CARDS: Mapping[str, dict[str, Any]] = {
    "name": _asked("name", "email"),
    "email": _asked("email", "company"),
    "company": _asked("company", "size"),
    "size": _asked("free", "welcome", key="size", label="Size", type="number"),
    "welcome": {
        "kind": "question",
        "text": "How can we help?",
        "choices": [{"choice_id": "chat", "label": "Chat with us", "next": "live_chat"}],
    },
    "live_chat": {
        "kind": "live_chat",
        "online_message": "We come.",
        "wait_time_s": 600,
        "offline_message": "Nobody came.",
        "offline_flow": "goodbye",
    },
    "goodbye": {"kind": "end", "text": "Thank you!"},
}


async def interviewed(company: Company) -> Chat:
    """A visitor who has told all of that before they asked for a person."""
    ana = company.ana
    made = await ana.post("playbook/playbooks", {"name": "Interview"})
    one = f"playbook/playbooks/{made['ids']['playbook_id']}"
    await ana.post(f"{one}/flow", {"flow": {"start": "name", "cards": CARDS}})
    await ana.post(f"{one}/publish", {"note": "first"})
    await ana.post(f"{one}/activate")
    visitor, panel = await company.arrive(made["ids"]["playbook_id"])
    visit = f"visit-{visitor.visit_id}"
    for card_id, value in zip(("name", "email", "company", "size"), TOLD.values(), strict=True):
        await panel.until(
            lambda s, c=card_id: c in [shown["card_id"] for shown in s.of(visit, "card_shown")],
            PATIENCE_S,
            f"the card {card_id}",
        )
        await visitor.give(card_id, value)
    await visitor.answer("welcome", "chat")
    chat = await company.decision(visitor, panel)
    assert chat is not None, "somebody is online"
    return chat
