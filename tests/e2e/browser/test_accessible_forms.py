"""No violation that axe knows of in forms that are met rarely, in all four looks."""

from playwright.sync_api import expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible_states import opens
from tests.e2e.browser.test_accessible_work import TRIED_MS, Looks, broken, looks
from tests.e2e.browser.words import EMAIL, GOODBYE, ONLINE

__all__ = ["looks"]


def test_another_password_and_what_is_refused_in_dialogs(
    crowd: Crowd, company: Company, looks: Looks
) -> None:
    for reply in ("hours", "prices"):
        body = {"title": reply.title(), "shortcut": reply, "text": "We open at nine."}
        company.post("replies", body, service="conversation")
    agent = crowd.agent("Ana", role="owner")
    page = agent.page
    agent.goes_to("Canned replies")
    opens(page, "Hours: more", "Edit reply")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Shortcut", exact=True).fill("prices")
    dialog.get_by_role("button", name="Save reply").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    looks.look(page, "a reply that is changed, and was refused")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Throw away")).to_be_visible()
    looks.look(page, "whether to throw away what was filled in")
    page.get_by_role("button", name="Throw away").click()
    expect(dialog).to_have_count(0)
    agent.open_folder("Unassigned")
    page.get_by_role("button", name="Missed", exact=True).click()
    page.get_by_role("button", name="Save as view").click()
    page.route("**/account/views", broken)
    dialog.get_by_label("Name", exact=True).fill("Came too late")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog.get_by_role("alert")).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "a view that could not be saved")
    page.keyboard.press("Escape")
    out = crowd.profile().new_page()
    out.goto(f"{company.base}/inbox/reset?workspace={company.workspace_id}#nothing")
    out.get_by_label("Password", exact=True).fill(PASSWORD)
    looks.look(out, "another password")
    out.get_by_role("button", name="Set password").click()
    expect(out.get_by_role("alert")).to_be_visible()
    looks.look(out, "another password, refused")


def test_an_activity_among_all_of_them(crowd: Crowd, looks: Looks) -> None:
    agent, _ = crowd.chatting("Ana")
    agent.create_more("Add activity")
    expect(agent.outcomes.get_by_role("listitem")).to_have_count(1)
    agent.goes_to("All activities")
    expect(agent.listed("All activities")).to_have_count(1)
    looks.look(agent.page, "an activity")


def test_all_that_cards_ask_in_the_editor(crowd: Crowd, company: Company, looks: Looks) -> None:
    editor = EditorScreen(crowd.agent("Ana", role="editor", online=False).page, company)
    page = editor.page
    editor.open(company.playbook_id)
    editor.select(GOODBYE)
    looks.look(page, "the form of an end")
    editor.select(ONLINE)
    editor.form.get_by_text("Outside business hours", exact=True).click()
    expect(editor.form.get_by_label("Note outside business hours", exact=True)).to_be_visible()
    looks.look(page, "texts for outside the hours")
    editor.add_after(EMAIL, "condition")
    of = editor.form.get_by_label("Where it is about")
    for option in of.locator("option").evaluate_all("(all) => all.map((one) => one.value)"):
        of.select_option(value=option)
        looks.look(page, f"a condition by {option}")
    editor.add_after(EMAIL, "capture")
    editor.pick("Detail", "A field of your own")
    for kind in ("Text", "Number", "Date"):
        editor.pick("Type", kind)
        looks.look(page, f"a field of the type {kind}")
    editor.add_after(EMAIL, "action")
    for follow_up in ("A deal", "An activity"):
        editor.pick("Creates", follow_up)
        looks.look(page, f"what creates {follow_up}")
