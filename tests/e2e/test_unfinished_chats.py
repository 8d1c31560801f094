"""A chat that its visitor leaves unfinished becomes a lead, once, where the owner wants it, unless it has ended."""

from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.editing import Owner, Visit
from tests.e2e.levers import ahead
from tests.e2e.system import System
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

WAITED = timedelta(minutes=6)


def _asked(field: str, then: str) -> dict[str, str]:
    return {"kind": "capture", "field": field, "text": f"Your {field}?", "retry_text": "Again?", "next": then}


CARDS = {
    "email": _asked("email", "name"),
    "name": _asked("name", "end"),
    "end": {"kind": "end", "text": "Bye."},
}


def _left(owner: Owner, playbook_id: str, email: str) -> Visit:
    visit = owner.visit(playbook_id)
    visit.give("email", email)
    return visit


def test_who_says_no_more_becomes_a_lead(system: System, owner: Owner) -> None:
    playbook_id = owner.create()
    one = f"playbooks/{playbook_id}"
    owner.post(f"{one}/flow", {"flow": {"start": "email", "cards": CARDS}})
    owner.post(f"{one}/unfinished-chats", {"after_s": 300})
    owner.publish(playbook_id)
    left, done = _left(owner, playbook_id, "ada@example.com"), _left(owner, playbook_id, "eva@example.com")
    done.give("name", "Eva")

    def leads() -> list[Any]:
        return owner.outcomes(left)

    assert leads() == []
    with ahead(system, "playbook", WAITED):
        (lead,) = eventually_sync(leads, within_s=120, what="the lead")
        left.give("name", "Ada")
    with ahead(system, "playbook", WAITED):
        assert owner.visit(playbook_id).waits_at() == "email"
    assert (lead["kind"], lead["title"]) == ("lead", "Unfinished chat")
    assert lead["note"] == "Unfinished chat: left at card “Your name?”."
    assert [detail["value"] for detail in lead["person"]] == ["ada@example.com"]
    assert leads() == [lead]
    assert owner.outcomes(done) == []
