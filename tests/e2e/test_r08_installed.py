"""R8: one async snippet, for named sites alone; an active playbook's visitors reach the inbox, and no other's do."""

import re
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.editing import Owner
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

SITE, ELSEWHERE = "https://shop.example", "https://evil.example"


def test_the_snippet_is_one_async_script_that_names_workspace_and_playbook(owner: Owner) -> None:
    playbook_id = owner.create()

    snippet = owner.get(f"playbooks/{playbook_id}/snippet")["snippet"]

    found = re.fullmatch(r'<script async src="(https?://[^"<>]+)"></script>', snippet)
    assert found is not None
    assert urlsplit(found[1]).path == f"/widget/{owner.workspace_id}/{playbook_id}.js"


def test_only_an_active_playbook_takes_visits_and_its_chats_reach_the_inbox(owner: Owner) -> None:
    playbook_id = owner.create()
    one = f"playbooks/{playbook_id}"
    owner.post(f"{one}/publish", {})
    assert owner.arrives(playbook_id).status_code == httpx.codes.NOT_FOUND

    owner.post(f"{one}/activate")
    owner.switch("online")

    def reached() -> bool:
        """Who is online may be heard of a moment later: until then the visitor is sent to the offline flow."""
        visit = owner.visit(playbook_id)
        visit.pick("welcome", "chat")
        wanted = visit.get()["conversation_id"]

        def decided() -> str | None:
            return "person" if wanted in _unassigned(owner) else visit.waits_at()

        return eventually_sync(decided, within_s=120, what="a decision") == "person"

    eventually_sync(reached, within_s=120, every_s=0.5, what="a chat in Unassigned")
    owner.switch("offline")

    owner.post(f"{one}/deactivate")
    eventually_sync(lambda: not owner.arrives(playbook_id).is_success, within_s=120, what="no more visits")


def _unassigned(owner: Owner) -> set[str]:
    page = owner.get("folders/unassigned", "gateway")
    return {row["conversation_id"] for row in page["items"]}


def test_only_named_sites_get_visits(owner: Owner) -> None:
    playbook_id = owner.create()
    one = f"playbooks/{playbook_id}"
    owner.post(f"{one}/sites", {"sites": [SITE]})
    owner.publish(playbook_id)
    owner.visit(playbook_id)

    assert owner.arrives(playbook_id, origin=SITE).status_code == httpx.codes.CREATED
    refused = owner.arrives(playbook_id, origin=ELSEWHERE)
    assert (refused.status_code, refused.json()["code"]) == (403, "site_not_allowed")

    owner.post(f"{one}/sites", {"sites": [ELSEWHERE]})
    eventually_sync(
        lambda: owner.arrives(playbook_id, origin=ELSEWHERE).is_success, within_s=120, what="another site"
    )
    assert owner.arrives(playbook_id, origin=SITE).status_code == httpx.codes.FORBIDDEN
