"""R3: the question card offers the paths under labels that are edited there; a path begins with its first card."""

from typing import Any

import pytest

from tests.e2e.editing import Owner

pytestmark = pytest.mark.real


def _ended(visit: Any) -> bool:
    return bool(visit.get()["status"] == "ended")


def test_chat_with_us_is_one_of_several_paths_and_each_label_is_edited_on_the_question(owner: Owner) -> None:
    playbook_id = owner.create()
    one = f"playbooks/{playbook_id}"
    question = owner.get(one)["draft"]["cards"]["welcome"]
    assert [choice["label"] for choice in question["choices"]] == ["Chat with us", "Just browsing"]

    owner.post(
        f"{one}/cards/prices", {"card": {"kind": "message", "text": "From 5 euros.", "next": "goodbye"}}
    )
    prices = {"choice_id": "prices", "label": "Prices", "next": "prices"}
    owner.post(f"{one}/cards/welcome", {"card": {**question, "choices": [*question["choices"], prices]}})
    owner.post(f"{one}/questions/welcome/choices/prices", {"label": "What does it cost?"})
    owner.post(f"{one}/questions/welcome/choices/chat", {"label": "Talk to us"})
    owner.post(f"{one}/questions/welcome/order", {"choice_ids": ["prices", "chat", "browse"]})
    owner.publish(playbook_id)

    visit = owner.visit(playbook_id)
    assert visit.labels() == ["What does it cost?", "Talk to us", "Just browsing"]
    visit.pick("welcome", "prices")
    assert visit.said()[1] == "From 5 euros."
    assert _ended(visit)


def test_the_first_card_of_a_path_is_what_the_bot_does_when_it_is_picked(owner: Owner) -> None:
    playbook_id = owner.create()
    one = f"playbooks/{playbook_id}"
    first = {"kind": "message", "text": "One moment.", "next": "live_chat"}
    owner.post(f"{one}/cards/first", {"card": first})
    question = owner.get(one)["draft"]["cards"]["welcome"]
    chat, *others = question["choices"]
    card = {**question, "choices": [{**chat, "next": "first"}, *others]}
    owner.post(f"{one}/cards/welcome", {"card": card})
    owner.publish(playbook_id)

    visit = owner.visit(playbook_id)
    visit.pick("welcome", "chat")

    assert visit.said()[1] == "One moment."
    owner.leads_to_a_person(playbook_id, "chat")


def test_a_path_that_leads_nowhere_is_refused_and_changes_nothing(owner: Owner) -> None:
    playbook_id = owner.create()
    one = f"playbooks/{playbook_id}"
    before = owner.get(one)
    question = before["draft"]["cards"]["welcome"]
    lost = {"choice_id": "lost", "label": "Lost", "next": "no_such_card"}

    owner.post(f"{one}/cards/welcome", {"card": {**question, "choices": [lost]}}, 409)
    owner.post(f"{one}/questions/welcome/choices/nobody", {"label": "?"}, 404)

    assert owner.get(one) == before
