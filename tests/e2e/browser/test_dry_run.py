"""Before a draft is published it is tried on visits from before: what changes, and where they would get stuck."""

from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import WELCOME
from tests.waiting import eventually_sync


def _tried(editor: EditorScreen) -> Locator:
    editor.page.get_by_role("button", name="Try on past visits").click()
    dialog = editor.page.get_by_role("dialog", name="Past visits, walked through the draft")
    expect(dialog.get_by_role("status")).to_contain_text("walked again")
    return dialog


def _are_known(company: Company, visits: int) -> None:
    path = f"playbooks/{company.playbook_id}/dry-runs"
    eventually_sync(
        lambda: company.post(path, {})["visits"] == visits, within_s=120, what=f"{visits} visits are known"
    )


def test_a_draft_is_tried_on_past_visits(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    dialog = _tried(editor)
    expect(dialog.get_by_text("No visits yet")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()

    for _ in range(2):
        company.visit(company.playbook_id).pick("welcome", "browse")
    company.visit(company.playbook_id)
    _are_known(company, 3)
    dialog = _tried(editor)
    expect(dialog.get_by_role("status")).to_have_text("3 visits were walked again.")
    expect(dialog.get_by_text("Nothing changes for any of them.")).to_be_visible()
    row = dialog.get_by_role("row").filter(has_text="Came to an end card")
    expect(row.get_by_role("cell")).to_have_text(["2", "2"])
    dialog.get_by_role("button", name="Done").click()

    draft: Any = company.get(f"playbooks/{company.playbook_id}")["draft"]["cards"]["welcome"]
    draft["choices"] = [choice for choice in draft["choices"] if choice["choice_id"] != "browse"]
    company.post(f"playbooks/{company.playbook_id}/cards/welcome", {"card": draft})
    owner.page.reload()
    editor.is_open()
    dialog = _tried(editor)
    expect(dialog.get_by_role("row").filter(has_text="Stuck").get_by_role("cell")).to_have_text(["0", "2"])
    stuck = dialog.get_by_role("region", name="Where they get stuck")
    expect(stuck).to_contain_text("The choice that they picked is gone · 2 visits")
    changes = dialog.get_by_role("region", name="What changes")
    changes.get_by_text("Visits", exact=True).click()
    expect(changes.get_by_role("list").last.get_by_role("listitem")).to_have_count(2)
    stuck.get_by_role("button", name="Question").click()
    expect(dialog).to_have_count(0)
    expect(editor.card(WELCOME)).to_have_attribute("aria-current", "true")
