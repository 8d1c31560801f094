"""Conditions over the real system: what a browser tells, who is online and who was here before decide the way on."""

from typing import Any

import pytest

from tests.e2e.editing import PATIENCE_S, Owner, Visit
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

HOLDS, ELSE = "It holds.", "It does not."
SHOP = "https://www.example.com/shop"
FROM_MAIL = f"{SHOP}?utm_source=mail&utm_campaign=spring%20sale"


def asking(*when: dict[str, Any]) -> dict[str, Any]:
    """A flow that says whether all of this holds."""
    condition = {"kind": "condition", "cases": [{"when": when, "next": "holds"}], "otherwise": "else"}
    ends = {"holds": {"kind": "end", "text": HOLDS}, "else": {"kind": "end", "text": ELSE}}
    return {"start": "asks", "cards": {"asks": condition, **ends}}


def published(owner: Owner, *when: dict[str, Any]) -> str:
    """A playbook of that flow, which takes visits."""
    playbook_id = owner.create(template="blank")
    owner.post(f"playbooks/{playbook_id}/flow", {"flow": asking(*when)})
    owner.publish(playbook_id)
    return playbook_id


def told(visit: Visit, **begun: Any) -> str:
    """What a visitor who comes so is told."""
    visit.post("start", begun)
    (text,) = visit.said()
    return str(text)


@pytest.mark.parametrize(
    ("when", "holds", "fails"),
    [
        ({"of": "locale", "locales": ["pt"]}, {"locale": "pt-BR"}, {"locale": "en-GB"}),
        ({"of": "locale", "locales": ["pt-BR"]}, {"locale": "pt-BR"}, {"locale": "pt-PT"}),
        ({"of": "utm", "parameter": "source", "compare": "known"}, {"pages": [FROM_MAIL]}, {"pages": [SHOP]}),
        (
            {"of": "utm", "parameter": "campaign", "compare": "is", "value": "Spring Sale"},
            {"pages": [FROM_MAIL, SHOP]},
            {"pages": [f"{SHOP}?utm_campaign=autumn"]},
        ),
        ({"of": "page", "compare": "contains", "value": "/shop"}, {"pages": [SHOP]}, {"pages": []}),
    ],
)
def test_what_the_browser_tells_decides(
    owner: Owner, when: dict[str, Any], holds: dict[str, Any], fails: dict[str, Any]
) -> None:
    playbook_id = published(owner, when)

    assert told(owner.entered(playbook_id), **holds) == HOLDS
    assert told(owner.entered(playbook_id), **fails) == ELSE


def test_all_of_one_case_has_to_hold(owner: Owner) -> None:
    locale = {"of": "locale", "locales": ["pt"]}
    playbook_id = published(
        owner, locale, {"of": "utm", "parameter": "source", "compare": "is", "value": "mail"}
    )

    assert told(owner.entered(playbook_id), locale="pt-BR", pages=[FROM_MAIL]) == HOLDS
    assert told(owner.entered(playbook_id), locale="pt-BR", pages=[SHOP]) == ELSE
    assert told(owner.entered(playbook_id), locale="en", pages=[FROM_MAIL]) == ELSE


def test_somebody_online_is_heard_of_and_nobody_too(owner: Owner) -> None:
    playbook_id = published(owner, {"of": "online"})

    def says(text: str) -> None:
        eventually_sync(
            lambda: told(owner.entered(playbook_id)) == text, within_s=PATIENCE_S, every_s=0.2, what=text
        )

    owner.switch("offline")
    says(ELSE)
    owner.switch("online")
    says(HOLDS)
    owner.switch("offline")
    says(ELSE)


def test_a_visitor_who_was_in_a_visit_before_returns(owner: Owner) -> None:
    playbook_id = published(owner, {"of": "returning"})
    first = owner.entered(playbook_id)

    assert told(first) == ELSE

    def comes_again() -> Visit:
        body = {
            "workspace_id": owner.workspace_id,
            "playbook_id": playbook_id,
            "visitor_session": first.session,
        }
        return Visit(owner.http, owner.http.post("/api/gateway/visits", json=body).raise_for_status().json())

    # What was before is read behind the log: a moment later it is known.
    eventually_sync(lambda: told(comes_again()) == HOLDS, within_s=PATIENCE_S, every_s=0.2, what="a return")
    assert told(owner.entered(playbook_id)) == ELSE
