"""Playbooks over the real system: edited and published while visitors walk, rolled back, and carried as files."""

import json
from pathlib import Path

import pytest

from tests.e2e.editing import Owner
from tests.e2e.system import System
from tests.e2e.test_command_line import livechat
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real


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

    eventually_sync(listed, within_s=120, what="the list of versions")


def test_a_playbook_is_carried_as_a_file(system: System, owner: Owner, tmp_path: Path) -> None:
    playbook_id, file = owner.create(language="pt-BR"), tmp_path / "shop.json"
    owner.post(f"playbooks/{playbook_id}/look", {"look": {"bot_name": "Bia", "language": "pt-BR"}})
    there = ("--workspace", owner.workspace_id)

    livechat(system, "playbook", "export", playbook_id, str(file), *there)
    made = livechat(system, "playbook", "import", str(file), *there).split()[-1]
    other = owner.create(name="Other")
    livechat(system, "playbook", "import", str(file), *there, "--into", other)

    document = owner.get(f"playbooks/{playbook_id}/export")
    assert owner.get(f"playbooks/{made}/export") == document
    assert owner.get(f"playbooks/{other}/export") == {**document, "name": "Other"}
    assert document["look"]["bot_name"] == "Bia"
    assert document["flow"]["cards"]["welcome"]["text"].startswith("Ol")

    file.write_text(json.dumps({**document, "more": 1, "name": ""}))
    told = livechat(system, "playbook", "import", str(file), *there, status=1)
    assert "  name: " in told
    assert "  more: " in told
