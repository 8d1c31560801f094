"""R1: Live Chat is added to a playbook that has none, or comes with the template; both ways lead to a person."""

from collections.abc import Callable

import pytest

from tests.e2e.editing import Owner

pytestmark = pytest.mark.real

Way = Callable[[Owner], tuple[str, str]]


def _by_template(owner: Owner) -> tuple[str, str]:
    """The playbook, and the choice that leads to a person."""
    return owner.create(template="live_chat"), "chat"


def _by_card(owner: Owner) -> tuple[str, str]:
    playbook_id = owner.create(template="blank")
    owner.publish(playbook_id)
    assert owner.visit(playbook_id).labels() == ["Just browsing"]
    card = {"question_id": "welcome", "label": "Chat with us"}
    return playbook_id, str(owner.post(f"playbooks/{playbook_id}/live-chat-card", card)["ids"]["choice_id"])


@pytest.mark.parametrize("way", [_by_template, _by_card], ids=["the template", "a card"])
def test_either_way_a_visitor_is_offered_a_person_and_asks_for_one(owner: Owner, way: Way) -> None:
    playbook_id, choice_id = way(owner)
    assert owner.get(f"playbooks/{playbook_id}/problems")["problems"] == []
    owner.publish(playbook_id)

    visit = owner.visit(playbook_id)
    assert "Chat with us" in visit.labels()
    assert visit.get()["conversation_id"] is None
    owner.leads_to_a_person(playbook_id, choice_id)


def test_a_card_on_no_question_is_refused_and_changes_nothing(owner: Owner) -> None:
    playbook_id = owner.create(template="blank")
    before = owner.get(f"playbooks/{playbook_id}")

    for question_id in ("nowhere", "goodbye"):
        body = {"question_id": question_id, "label": "Chat with us"}
        owner.post(f"playbooks/{playbook_id}/live-chat-card", body, 404)

    assert owner.get(f"playbooks/{playbook_id}") == before
