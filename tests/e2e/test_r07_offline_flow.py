"""R7: the offline flow qualifies or disqualifies, captures every kind of detail, and creates follow-ups."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.playbook import VisitorDisqualified, VisitorQualified
from services.cli.demo.reckoning import read_history
from tests.e2e.editing import Owner, Visit
from tests.e2e.system import System
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

DETAILS = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+49 30 1234567",
    "company": "Engines Ltd",
    "size": "42",
}


def _asked(field: str, text: str, then: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "capture",
        "field": field,
        "text": text,
        "retry_text": "Once more, please.",
        "next": then,
        **more,
    }


FREE = {"key": "size", "label": "Size", "type": "number"}
CARDS: Mapping[str, dict[str, Any]] = {
    "welcome": {
        "kind": "question",
        "text": "Hello!",
        "choices": [{"choice_id": "chat", "label": "Talk", "next": "live_chat"}],
    },
    "live_chat": {
        "kind": "live_chat",
        "online_message": "We come.",
        "wait_time_s": 60,
        "offline_message": "Nobody came.",
        "offline_flow": "name",
    },
    "name": _asked("name", "Who are you?", "email"),
    "email": _asked("email", "Your address?", "phone"),
    "phone": _asked("phone", "Your number?", "company"),
    "company": _asked("company", "Which company?", "size"),
    "size": _asked("free", "How many are you?", "budget", **FREE),
    "budget": {
        "kind": "question",
        "text": "Is there a budget?",
        "choices": [
            {"choice_id": "yes", "label": "Yes", "next": "fits"},
            {"choice_id": "no", "label": "No", "next": "fits_not"},
        ],
    },
    "fits": {"kind": "qualify", "qualified": True, "next": "call"},
    "fits_not": {"kind": "qualify", "qualified": False, "next": "goodbye"},
    "call": {
        "kind": "action",
        "follow_up": "activity",
        "title": "Call {name}",
        "due_in_days": 2,
        "next": "lead",
    },
    "lead": {"kind": "action", "follow_up": "lead", "next": "deal"},
    "deal": {
        "kind": "action",
        "follow_up": "deal",
        "deal_value_minor": 125_000,
        "currency": "EUR",
        "next": "goodbye",
    },
    "goodbye": {"kind": "end", "text": "Thank you!"},
}


@pytest.fixture(scope="module")
def playbook_id(owner: Owner) -> str:
    """A playbook whose offline flow asks for everything; nobody is online."""
    made = owner.create()
    owner.post(f"playbooks/{made}/flow", {"flow": {"start": "welcome", "cards": CARDS}})
    owner.publish(made)
    owner.switch("offline")
    return made


def _interviewed(owner: Owner, playbook_id: str) -> Visit:
    """A visitor who has given every detail."""
    visit = owner.visit(playbook_id)
    visit.pick("welcome", "chat")
    for card_id, value in DETAILS.items():
        visit.give(card_id, value)
    return visit


def test_a_qualified_visitors_details_and_follow_ups_are_in_the_crm(
    system: System, owner: Owner, playbook_id: str
) -> None:
    visit = _interviewed(owner, playbook_id)
    visit.pick("budget", "yes")

    def made() -> list[Any]:
        items = owner.outcomes(visit)
        return items if len(items) == 3 else []

    outcomes = eventually_sync(made, within_s=120, what="the follow-ups")
    assert visit.get()["status"] == "ended"
    assert sorted(item["kind"] for item in outcomes) == ["activity", "deal", "lead"]
    assert {item["cause"] for item in outcomes} == {"action_card"}
    by_kind = {item["kind"]: item for item in outcomes}
    assert by_kind["activity"]["title"] == "Call Ada Lovelace"
    captured = {detail["field"]: detail["value"] for detail in by_kind["lead"]["person"]}
    assert captured == {**DETAILS, "phone": captured["phone"]}
    assert captured["phone"].endswith("1234567")
    assert _verdicts(system, owner, visit) == [VisitorQualified]


def test_a_disqualified_visitor_gets_no_follow_up(system: System, owner: Owner, playbook_id: str) -> None:
    visit = _interviewed(owner, playbook_id)
    visit.pick("budget", "no")

    assert visit.get()["status"] == "ended"
    assert visit.said()[-1] == "Thank you!"
    eventually_sync(lambda: _verdicts(system, owner, visit), within_s=120, every_s=0.2, what="the verdict")
    assert _verdicts(system, owner, visit) == [VisitorDisqualified]
    assert owner.outcomes(visit) == []


def _verdicts(system: System, owner: Owner, visit: Visit) -> list[type]:
    history = asyncio.run(read_history(system.kafka, system.naming, owner.workspace_id))
    events = history.of(VisitorQualified, VisitorDisqualified)
    return [type(event) for event in events if event.visit_id == visit.visit_id]


def test_a_free_field_is_asked_for_again_in_the_cards_words(owner: Owner) -> None:
    playbook_id = owner.create(template="blank")
    one = f"playbooks/{playbook_id}"
    size = {"kind": "capture", "field": "free", "key": "size", "label": "Size", "type": "number"}
    card = {**size, "text": "Which size?", "retry_text": "A number, please.", "next": "goodbye"}
    owner.post(f"{one}/cards/size", {"card": card})
    unreachable = owner.post(f"{one}/publish", {}, 409)
    assert [(error["card_id"], error["code"]) for error in unreachable["errors"]] == [("size", "unreachable")]
    owner.post(f"{one}/start", {"card_id": "size"})
    owner.post(f"{one}/cards/welcome/delete")
    owner.publish(playbook_id)
    visit = owner.visit(playbook_id)

    refused = visit.post("details", {"card_id": "size", "value": "large"}, 422)

    assert (refused["code"], refused["retry_text"]) == ("detail_not_valid", "A number, please.")
    visit.post("details", {"card_id": "size", "value": "42"})
