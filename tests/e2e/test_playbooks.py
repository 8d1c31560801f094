"""Playbooks over the real system: edited, published, rolled back, carried as files, and loaded by named sites alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.demo.clients import PASSWORD
from tests.e2e.system import System
from tests.e2e.test_command_line import livechat
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

SITE, ELSEWHERE = "https://shop.example", "https://evil.example"


class Owner:
    """The owner of a new workspace, and the visitors who come."""

    def __init__(self, system: System, http: httpx.Client) -> None:
        self.system, self._http = system, http
        link = system.new_workspace()
        told = {"link": link, "name": "Ana", "password": PASSWORD}
        joined = http.post("/api/gateway/links/redeem", json=told).raise_for_status().json()
        self.workspace_id = joined["workspace_id"]
        self._headers = {"authorization": f"Bearer {joined['token']}"}

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """A command to the playbook service."""
        answer = self._http.post(f"/api/playbook/{path}", json=body, headers={**self._headers, **headers})
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        """A read of the playbook service."""
        return self._http.get(f"/api/playbook/{path}", headers=self._headers).raise_for_status().json()

    def create(self, **body: Any) -> str:
        """A new playbook's id."""
        return str(self.post("playbooks", {"name": "Shop", **body}, 201)["ids"]["playbook_id"])

    def arrives(self, playbook_id: str, **headers: str) -> httpx.Response:
        """Somebody wants a visit."""
        body = {"workspace_id": self.workspace_id, "playbook_id": playbook_id}
        return self._http.post("/api/gateway/visits", json=body, headers=headers)

    def visit(self, playbook_id: str) -> "Visit":
        """A visit that has begun, once the gateway knows of the playbook."""

        def come() -> httpx.Response | None:
            answer = self.arrives(playbook_id)
            return answer if answer.is_success else None

        answer = eventually_sync(come, within_s=30, what="the playbook takes visits")
        assert answer is not None
        visit = Visit(self._http, answer.json())
        visit.post("start", {})
        return visit


class Visit:
    """One visitor's walk."""

    def __init__(self, http: httpx.Client, told: Any) -> None:
        self._http, self._path = http, f"/api/playbook/visits/{told['visit_id']}"
        self._headers = {"authorization": f"Bearer {told['token']}"}

    def post(self, step: str, body: Any, status: int = 200) -> Any:
        """A command of the visitor's."""
        answer = self._http.post(f"{self._path}/{step}", json=body, headers=self._headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def labels(self) -> list[str]:
        """The choices that are offered."""
        shown = self._http.get(self._path, headers=self._headers).raise_for_status().json()
        return [option["label"] for option in shown["waiting"]["options"]]


@pytest.fixture
def owner(system: System) -> Iterator[Owner]:
    with httpx.Client(base_url=system.bases["gateway"], timeout=30) as http:
        yield Owner(system, http)


def test_each_visit_finishes_the_version_on_which_it_began(owner: Owner) -> None:
    playbook_id = owner.create()
    one = f"playbooks/{playbook_id}"
    owner.post(f"{one}/publish", {})
    owner.post(f"{one}/activate")
    first = owner.visit(playbook_id)

    read = owner.get(one)
    label, chat = {"label": "Talk to us"}, f"{one}/questions/welcome/choices/chat"
    changed = owner.post(chat, label, 200, **{"if-match": str(read["version"])})
    stale = owner.post(chat, {"label": "Late"}, 412, **{"if-match": str(read["version"])})
    owner.post(f"{one}/publish", {"note": "Another label."})
    second = owner.visit(playbook_id)
    owner.post(f"{one}/rollback", {"published": 1})
    third = owner.visit(playbook_id)

    assert stale["version"] == changed["version"]
    assert [visit.labels()[0] for visit in (first, second, third)] == [
        "Chat with us",
        "Talk to us",
        "Chat with us",
    ]
    for visit in (first, second):
        visit.post("answers", {"card_id": "welcome", "choice_id": "browse"})

    def listed() -> bool:
        versions = owner.get(f"{one}/versions")["items"]
        return [(item["published"], item["note"]) for item in versions] == [(2, "Another label."), (1, "")]

    eventually_sync(listed, within_s=30, what="the list of versions")


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
    owner.post(f"{one}/publish", {})
    owner.post(f"{one}/activate")
    visit = owner.visit(playbook_id)

    refused = visit.post("details", {"card_id": "size", "value": "large"}, 422)

    assert (refused["code"], refused["retry_text"]) == ("detail_not_valid", "A number, please.")
    visit.post("details", {"card_id": "size", "value": "42"})


def test_a_playbook_is_carried_as_a_file(owner: Owner, tmp_path: Path) -> None:
    playbook_id, file = owner.create(language="pt-BR"), tmp_path / "shop.json"
    owner.post(f"playbooks/{playbook_id}/look", {"look": {"bot_name": "Bia", "language": "pt-BR"}})
    there = ("--workspace", owner.workspace_id)

    livechat(owner.system, "playbook", "export", playbook_id, str(file), *there)
    made = livechat(owner.system, "playbook", "import", str(file), *there).split()[-1]
    other = owner.create(name="Other")
    livechat(owner.system, "playbook", "import", str(file), *there, "--into", other)

    document = owner.get(f"playbooks/{playbook_id}/export")
    assert owner.get(f"playbooks/{made}/export") == document
    assert owner.get(f"playbooks/{other}/export") == {**document, "name": "Other"}
    assert document["look"]["bot_name"] == "Bia"
    assert document["flow"]["cards"]["welcome"]["text"].startswith("Ol")

    file.write_text(json.dumps({**document, "more": 1, "name": ""}))
    told = livechat(owner.system, "playbook", "import", str(file), *there, status=1)
    assert "  name: " in told
    assert "  more: " in told


def test_only_named_sites_get_visits(owner: Owner) -> None:
    playbook_id = owner.create()
    one = f"playbooks/{playbook_id}"
    owner.post(f"{one}/sites", {"sites": [SITE]})
    owner.post(f"{one}/publish", {})
    owner.post(f"{one}/activate")
    owner.visit(playbook_id)

    assert owner.arrives(playbook_id, origin=SITE).status_code == httpx.codes.CREATED
    refused = owner.arrives(playbook_id, origin=ELSEWHERE)
    assert (refused.status_code, refused.json()["code"]) == (403, "site_not_allowed")

    owner.post(f"{one}/sites", {"sites": [ELSEWHERE]})
    eventually_sync(
        lambda: owner.arrives(playbook_id, origin=ELSEWHERE).is_success, within_s=30, what="another site"
    )
    assert owner.arrives(playbook_id, origin=SITE).status_code == httpx.codes.FORBIDDEN
