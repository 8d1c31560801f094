"""No violation that axe knows of in rare states of the widget and of the editor, in all four looks."""

import re

from playwright.sync_api import FilePayload, Route, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible_work import TRIED_MS, Looks, broken, looks
from tests.e2e.browser.words import BROWSE, GOODBYE, WELCOME
from tests.waiting import eventually_sync

__all__ = ["looks"]

PROGRAM = FilePayload(name="setup.exe", mimeType="application/x-msdownload", buffer=b"MZ\x00\x01\x02\x03")
PAPER = FilePayload(name="offer.txt", mimeType="text/plain", buffer=b"Beans, 5 kg")
GREETING = "Questions about coffee?"
ASKED = "How many bags?"
RETRY = "A number, please."


def asks_for_more(company: Company) -> None:
    """Visits begin with a number, a date and one of several, and the button has a greeting."""
    one = f"playbooks/{company.playbook_id}"
    shared = {"kind": "capture", "field": "free", "text": ASKED, "retry_text": RETRY}
    kind = {"type": "choice", "options": ["Ground", "Whole"]}
    company.post(
        f"{one}/cards/kind", {"card": {**shared, **kind, "key": "kind", "label": "Kind", "next": "welcome"}}
    )
    day = {**shared, "type": "date", "key": "day", "label": "Day", "next": "kind"}
    company.post(f"{one}/cards/day", {"card": day})
    bags = {**shared, "type": "number", "least": 1, "most": 9, "key": "bags", "label": "Bags", "next": "day"}
    company.post(f"{one}/cards/bags", {"card": bags})
    company.post(f"{one}/start", {"card_id": "bags"})
    company.post(f"{one}/look", {"look": {**company.get(one)["look"], "greeting": GREETING}})
    company.publish(company.playbook_id)


def test_what_a_widget_asks_refuses_and_cannot_do(
    crowd: Crowd, company: Company, host: Host, looks: Looks
) -> None:
    asks_for_more(company)
    crowd.agent("Ana")
    eventually_sync(lambda: GREETING in company.launcher(company.playbook_id), what="the greeting")
    visitor = crowd.visitor()
    page = visitor.page
    expect(page.get_by_role("button", name=GREETING, exact=True)).to_be_visible()
    looks.look(page, "the button with its greeting")
    page.route("**/api/gateway/visits", broken)
    visitor.open()
    expect(visitor.panel.get_by_role("button", name="Retry")).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "a chat that does not begin", visitor.frame)
    page.unroute_all(behavior="ignoreErrors")
    visitor.panel.get_by_role("button", name="Retry").click()
    # What the browser itself would hold back is refused by the service as well.
    visitor.field(ASKED).evaluate("(it) => { it.form.noValidate = true; }")
    visitor.gives(ASKED, "77")
    expect(visitor.panel.get_by_role("alert").filter(has_text=RETRY)).to_be_visible()
    looks.look(page, "a number that was refused", visitor.frame)
    visitor.gives(ASKED, "7")
    visitor.sees(ASKED, times=2)
    looks.look(page, "a date is asked for", visitor.frame)
    visitor.gives(ASKED, "2030-01-02")
    expect(visitor.panel.get_by_role("button", name="Whole", exact=True)).to_be_visible()
    looks.look(page, "one of several is asked for", visitor.frame)
    visitor.choose("Whole")
    visitor.sees(WELCOME)
    visitor.choose(BROWSE)
    visitor.sees(GOODBYE)
    expect(visitor.panel.get_by_text("This conversation is over.")).to_be_visible()
    looks.look(page, "a walk that is over", visitor.frame)


def test_a_chat_whose_messages_do_not_pass(crowd: Crowd, looks: Looks) -> None:
    agent, visitor = crowd.chatting("Ana")
    page, panel = visitor.page, visitor.panel
    held: list[Route] = []
    page.route("**/files*", lambda route: held.append(route))
    visitor.attaches(PAPER)
    expect(panel.get_by_role("progressbar")).to_be_visible()
    looks.look(page, "a file that is on its way", visitor.frame)
    for route in held:
        route.continue_()
    page.unroute("**/files*")
    expect(agent.log.get_by_role("button", name="Save offer.txt")).to_be_visible()
    visitor.attaches(PROGRAM)
    expect(visitor.log.get_by_text("Files of this type are not taken.")).to_be_visible()
    agent.page.get_by_role("button", name="More", exact=True).click()
    agent.page.get_by_role("menuitem", name="Block the visitor").click()
    agent.page.get_by_role("dialog").get_by_role("button", name="Block", exact=True).click()
    expect(agent.page.get_by_text("You blocked this visitor.")).to_be_visible()
    visitor.say("Why?")
    expect(visitor.log.get_by_text("You cannot write here any more.").first).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "a message of somebody who is blocked", visitor.frame)
    visitor.close()
    agent.say("One moment, please.")
    expect(visitor.launcher).to_have_accessible_name(re.compile(r"Chat \(1 "), timeout=TRIED_MS)
    looks.look(page, "the button with something unread")


def test_the_editor_beside_others_and_where_it_fails(crowd: Crowd, company: Company, looks: Looks) -> None:
    editors = []
    for name in ("Ana", "Ben"):
        editor = EditorScreen(crowd.agent(name, role="editor", online=False).page, company)
        editor.open(company.playbook_id)
        editors.append(editor)
    ana, ben = editors
    page = ana.page
    expect(page.get_by_role("list", name="Who else is editing")).to_contain_text("Ben is editing too.")
    ben.select(GOODBYE)
    expect(ana.card(GOODBYE).get_by_text("Ben", exact=True)).to_be_visible()
    looks.look(page, "somebody else at a card")
    page.route("**/flow", broken)
    ana.select(GOODBYE)
    ana.write("Goodbye", "See you!")
    expect(page.locator(".pb-saving.failed")).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "a draft that could not be saved")
    ben.write("Goodbye", "Farewell!")
    ben.is_saved()
    page.unroute_all(behavior="ignoreErrors")
    ana.write("Goodbye", "See you soon!")
    expect(page.get_by_role("button", name="Take theirs")).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "both changed the same card")
    page.get_by_role("button", name="Keep mine").click()
    ana.is_saved()
    ana.publish("Another goodbye")
    ana.part("Versions")
    looks.dialog(page, "What changed with version 2")
    page.get_by_role("button", name="Use this version again").click()
    looks.look(page, "whether a version is used again")
    page.keyboard.press("Escape")
    _install(ana, looks)
    page.route("**/api/playbook/playbooks/**", broken)
    page.reload()
    expect(page.get_by_role("alert").first).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "an editor that could not be read")


def _install(editor: EditorScreen, looks: Looks) -> None:
    page = editor.page
    editor.part("Install")
    page.get_by_label("Address of a page").fill("https://shop.example.com/prices")
    looks.look(page, "install, with an address that is tried")
    page.get_by_role("button", name="Deactivate", exact=True).click()
    looks.look(page, "whether to deactivate")
    page.keyboard.press("Escape")
