"""No violation that axe knows of in full chats, pages, dialogs, notices and at 375 px, in all four looks."""

import pytest
from playwright.sync_api import FilePayload, ViewportSize, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.notified import Profiles, set_permission
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible_work import Looks, broken, looks
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.wire import Wire
from tests.e2e.push_service import PushService
from tests.sample_files import png

__all__ = ["looks"]

NARROW = ViewportSize(width=375, height=667)
NO_NOTICES = "delete window.Notification;"
NO_PUSH = "PushManager.prototype.subscribe = async () => { throw new DOMException('none', 'AbortError'); };"
PICTURE = FilePayload(name="dot.png", mimeType="image/png", buffer=png(40, 30))
PAPER = FilePayload(name="offer.txt", mimeType="text/plain", buffer=b"Beans, 5 kg")


def test_a_chat_with_files_notes_and_a_message_that_failed(
    crowd: Crowd, company: Company, wire: Wire, looks: Looks
) -> None:
    reply = {"title": "Hours", "shortcut": "hours", "text": "We open at nine."}
    company.post("replies", reply, service="conversation")
    crowd.agent("Ben")
    agent, visitor = crowd.chatting("Ana")
    for file in (PICTURE, PAPER):
        visitor.attaches(file)
        expect(agent.log.get_by_role("button", name=f"Save {file['name']}")).to_be_visible()
    expect(agent.log.get_by_role("img", name="dot.png")).to_be_visible()
    agent.page.route("**/messages", broken)
    agent.say("This does not arrive.")
    expect(agent.log.get_by_text("Not sent")).to_be_visible()
    agent.attaches(PAPER)
    looks.look(agent.page, "files, and a message that failed")
    agent.page.unroute("**/messages")
    agent.message.press_sequentially("/ho")
    expect(agent.page.get_by_role("listbox", name="Canned replies")).to_be_visible()
    looks.look(agent.page, "canned replies")
    agent.message.fill("")
    agent.page.get_by_role("button", name="Private note", exact=True).click()
    agent.page.get_by_role("textbox", name="Private note").fill("Knows coffee well.")
    agent.page.keyboard.press("Enter")
    agent.sees_last("Knows coffee well.")
    looks.look(agent.page, "a private note")
    for way in (["Create lead"], ["Close"], ["More", "Block the visitor"]):
        looks.dialog(agent.page, *way)
    for what in ("Create deal", "Add activity"):
        looks.dialog(agent.page, "Create something else", what)
    agent.page.get_by_role("switch").click()
    expect(agent.page.get_by_role("dialog", name="Go offline")).to_be_visible()
    looks.look(agent.page, "whether to go offline")
    agent.page.keyboard.press("Escape")
    wire.down = True
    try:
        wire.cut_all()
        expect(agent.page.get_by_text("Not connected. Trying again…")).to_be_visible()
        looks.look(agent.page, "no connection")
    finally:
        wire.down = False
    _blocked(agent, visitor, looks)


def _blocked(agent: AgentScreen, visitor: VisitorScreen, looks: Looks) -> None:
    expect(agent.page.get_by_text("Not connected. Trying again…")).to_have_count(0)
    agent.page.get_by_role("button", name="More", exact=True).click()
    agent.page.get_by_role("menuitem", name="Block the visitor").click()
    agent.page.get_by_role("dialog").get_by_role("button", name="Block", exact=True).click()
    expect(agent.page.get_by_text("You blocked this visitor.")).to_be_visible()
    looks.look(agent.page, "a visitor who is blocked")
    visitor.close()


def test_pages_and_dialogs_of_an_owner(crowd: Crowd, looks: Looks) -> None:
    agent = crowd.agent("Ana", role="owner")
    page = agent.page
    page.get_by_role("button", name="Account").first.click()
    looks.look(page, "the account's menu")
    page.get_by_role("menuitem", name="Account", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    expect(page.get_by_text("Last used")).to_be_visible()
    looks.look(page, "the account")
    looks.dialog(page, "Sign out everywhere")
    agent.goes_to("Team")
    page.get_by_label("E-mail").fill("carla@example.com")
    looks.dialog(page, "Invite")
    page.get_by_role("button", name=": more").first.click()
    looks.look(page, "what can be done about somebody")
    page.keyboard.press("Escape")
    agent.goes_to("Canned replies")
    looks.look(page, "no canned replies")
    looks.dialog(page, "Add reply")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("zzzz")
    expect(page.get_by_text("Nothing matches.")).to_be_visible()
    looks.look(page, "a palette without a match")
    page.keyboard.press("Escape")
    page.goto(page.url.rpartition("/")[0] + "/nowhere")
    expect(page.get_by_text("There is no such page")).to_be_visible()
    looks.look(page, "no such page")


@pytest.mark.whole_browser
def test_the_card_and_the_settings_of_notices_in_every_state(
    crowd: Crowd, company: Company, pushes: PushService, looks: Looks
) -> None:
    for setting, script, card in (
        ("prompt", "", "Turn on notifications"),
        ("denied", "", "Notifications are blocked"),
        ("granted", NO_PUSH, "Notifications need an open tab"),
        ("prompt", NO_NOTICES, None),
    ):
        context = crowd.profile()
        context.add_init_script(script)
        page = context.new_page()
        set_permission(page, company.base, setting)
        AgentScreen(page, company).join("Ben", company.invite())
        if card is not None:
            expect(page.get_by_role("region", name=card)).to_be_visible()
            looks.look(page, card)
        page.goto(f"{company.base}/inbox/account")
        expect(page.get_by_role("region", name="Notifications", exact=True)).to_be_visible()
        looks.look(page, f"the account where notices are {setting} {script}")
    on = Profiles(crowd, company, pushes).agent("granted", watched=True).page
    on.goto(f"{company.base}/inbox/account")
    expect(on.get_by_text("Notifications are on in this browser")).to_be_visible()
    looks.look(on, "the account where notices are on")
    on.get_by_role("button", name="Turn off in this browser").click()
    expect(on.get_by_text("You turned notifications off in this browser.")).to_be_visible()
    looks.look(on, "the account where notices are off")


def test_at_375_pixels(crowd: Crowd, looks: Looks) -> None:
    agent = crowd.agent("Ana")
    agent.page.set_viewport_size(NARROW)
    crowd.waiting_visitor()
    looks.look(agent.page, "a narrow list")
    agent.page.get_by_role("button", name="Menu", exact=True).click()
    expect(agent.page.get_by_role("navigation")).to_be_visible()
    looks.look(agent.page, "the narrow navigation")
    agent.folder("Unassigned").click()
    agent.open_conversation()
    looks.look(agent.page, "a narrow conversation")
    agent.page.get_by_role("button", name="Details", exact=True).click()
    expect(agent.details).to_be_visible()
    looks.look(agent.page, "narrow details")
    agent.page.keyboard.press("Escape")
    looks.dialog(agent.page, "More", "Block the visitor")
