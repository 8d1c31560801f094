"""Whether unfinished chats become leads is settled on the page Install, by keyboard as well."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.waiting import eventually_sync


def test_an_owner_says_when_an_unfinished_chat_becomes_a_lead(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    editor.part("Install")
    form = owner.page.get_by_role("form", name="Unfinished chats")
    after = form.get_by_label("Becomes a lead after")
    expect(after).to_have_value("")
    save = form.get_by_role("button", name="Save unfinished chats")
    expect(save).to_have_attribute("aria-disabled", "true")

    after.select_option(label="1 hour")
    after.focus()
    owner.page.keyboard.press("Tab")
    owner.page.keyboard.press("Enter")

    expect(owner.page.get_by_text("Saved. It counts for visits that begin from now on.")).to_be_visible()
    assert company.get(f"playbooks/{company.playbook_id}")["unfinished_after_s"] == 3_600
    owner.page.reload()
    expect(after).to_have_value("3600")
    after.select_option(label="Never")
    save.click()
    eventually_sync(
        lambda: company.get(f"playbooks/{company.playbook_id}")["unfinished_after_s"] is None,
        within_s=15,
        what="that none becomes a lead",
    )
