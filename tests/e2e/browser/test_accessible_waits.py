"""No violation that axe knows of while one waits, is cut off, comes back, or looks elsewhere, in all four looks."""

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible_work import Looks, looks
from tests.e2e.browser.test_formatted_texts import BODY, PICTURE
from tests.e2e.browser.test_inbox_work import MINE
from tests.e2e.browser.wire import Wire
from tests.e2e.browser.words import CHAT, OFFLINE, ONLINE
from tests.sample_files import png

__all__ = ["looks"]

SHORT_S = 6
WITHIN_MS = 60_000
BAD_FRAME = 4400
LONG = "We open at nine on weekdays. " * 100


def tells_much(company: Company) -> None:
    """Visits begin with a formatted text, and who waits is told their place in line."""
    one = f"playbooks/{company.playbook_id}"
    card = {"kind": "message", "text": "-", "body": BODY, "next": "welcome"}
    company.post(f"{one}/cards/about", {"card": card})
    company.post(f"{one}/start", {"card_id": "about"})
    company.post(f"{one}/live-chat-cards/live_chat", {"show_queue_position": True})
    company.waits(SHORT_S)


def test_a_visitor_in_line_cut_off_and_left_by_the_agent(
    crowd: Crowd, company: Company, wire: Wire, looks: Looks
) -> None:
    tells_much(company)
    agent, visitor = crowd.agent("Ana"), crowd.visitor()
    page, panel = visitor.page, visitor.panel
    page.route(PICTURE, lambda it: it.fulfill(body=png(40, 30), content_type="image/png"))
    lets = {"through": True}

    def carry(socket: WebSocketRoute) -> None:
        if lets["through"]:
            socket.connect_to_server()
        else:
            socket.close(code=1006)

    page.route_web_socket("**/api/gateway/socket", carry)
    visitor.open()
    expect(visitor.log.get_by_role("img", name="A sack of beans")).to_have_js_property("naturalWidth", 40)
    looks.look(page, "a text with words in bold, a link, a list and a picture", visitor.frame)
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    expect(panel.locator(".hint").get_by_text("You are next", exact=True)).to_be_visible()
    looks.look(page, "a place in line", visitor.frame)
    agent.open_folder("Unassigned")
    agent.open_conversation()
    agent.take()
    visitor.sees("Ana has joined the chat.")

    lets["through"] = False
    wire.cut()
    said = panel.get_by_role("status")
    expect(said).to_contain_text("Still no live connection.", timeout=WITHIN_MS)
    looks.look(page, "no live connection for long", visitor.frame)
    lets["through"] = True
    expect(said).not_to_contain_text("connection", timeout=WITHIN_MS)

    agent.page.close()
    company.removes("Ana")
    visitor.sees(OFFLINE, within_ms=WITHIN_MS)
    form = panel.get_by_role("form", name="Leave us your details")
    expect(form).to_be_visible()
    looks.look(page, "details are asked for after the agent has gone", visitor.frame)
    form.get_by_label("E-mail").fill("vera@example.com")
    form.get_by_role("button", name="Send").click()
    expect(panel.get_by_text("Thank you, we will get back to you.")).to_be_visible()
    looks.look(page, "details were left after the agent has gone", visitor.frame)


def test_an_agent_who_went_off_line_goes_on_line_again(crowd: Crowd, company: Company, looks: Looks) -> None:
    ana = crowd.agent("Ana")
    context = ana.page.context
    ana.page.close()
    company.knows_offline("Ana")
    page = context.new_page()
    page.goto(f"{company.base}/inbox")
    told = page.get_by_role("alert").filter(has_text="You went offline because the connection was lost.")
    expect(told).to_be_visible()
    expect(page.get_by_role("switch")).not_to_be_checked()
    looks.look(page, "off line because the connection was lost")

    told.get_by_role("button", name="Go online again").click()

    expect(page.get_by_role("switch")).to_be_checked()
    expect(told).to_have_count(0)
    company.knows_online("Ana")
    visitor = crowd.waiting_visitor()
    ana = AgentScreen(page, company)
    ana.open_folder("Unassigned")
    ana.open_conversation()
    ana.take()
    visitor.sees("Ana has joined the chat.")


def test_what_is_new_beyond_what_an_agent_looks_at_and_a_page_that_is_too_old(
    crowd: Crowd, company: Company, looks: Looks
) -> None:
    ben, (ana, visitor) = crowd.agent("Ben"), crowd.chatting("Ana")
    page = ana.page
    visitor.say(LONG)
    ana.sees(LONG[:100])
    ana.say(LONG)
    ana.log.evaluate("(it) => { it.scrollTop = 0; }")
    latest = page.get_by_role("button", name="Jump to the latest")
    expect(latest).to_be_visible()
    looks.look(page, "a chat that is read above its end")
    latest.click()
    expect(latest).to_have_count(0)

    ana.open_folder("My conversations")
    ana.row().hover()
    crowd.waiting_visitor()
    ben.open_folder("Unassigned")
    ben.open_conversation()
    ben.take()
    expect(ben.page.get_by_text("Assigned to you")).to_be_visible()
    expect(ben.page).to_have_url(MINE)  # Whose menus are new ones.
    ben.assign_to("Ana")
    expect(page.get_by_role("button", name="1 new", exact=True)).to_be_visible()
    looks.look(page, "a new row that moves nothing yet")
    _too_old(page, looks)


def _too_old(page: Page, looks: Looks) -> None:
    """A page that says what the gateway does not understand is told so, and comes anew."""
    page.route_web_socket("**/api/gateway/socket", lambda it: it.close(code=BAD_FRAME, reason="bad_frame"))
    page.reload()
    expect(page.get_by_role("heading", name="This page is out of date")).to_be_visible()
    looks.look(page, "a page that is out of date")
