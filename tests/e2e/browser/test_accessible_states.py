"""No violation that axe knows of where something of the inbox goes wrong, is asked, or comes from others."""

from playwright.sync_api import FilePayload, Page, Route, expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible_work import TRIED_MS, Looks, broken, looks
from tests.e2e.browser.test_session_end import ends_in

__all__ = ["looks"]

PROGRAM = FilePayload(name="setup.exe", mimeType="application/x-msdownload", buffer=b"MZ\x00\x01\x02\x03")
PAPER = FilePayload(name="offer.txt", mimeType="text/plain", buffer=b"Beans, 5 kg")


def held(route: Route) -> None:
    """It is under way until the page goes."""


def opens(page: Page, opener: str, *items: str) -> None:
    """What these buttons and items lead to."""
    page.get_by_role("button", name=opener, exact=True).first.click()
    for item in items:
        page.get_by_role("menuitem", name=item).click()


def test_the_ways_in_where_they_lead_nowhere(crowd: Crowd, company: Company, looks: Looks) -> None:
    page = crowd.profile().new_page()
    page.goto(f"{company.base}/inbox/sign-in?workspace={company.workspace_id}")
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not the right one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("The workspace, the e-mail address or the password is wrong.")).to_be_visible()
    looks.look(page, "a sign-in that was refused")
    page.get_by_role("button", name="Use another workspace").click()
    expect(page.get_by_label("Workspace ID")).to_be_visible()
    looks.look(page, "a sign-in of another workspace")
    page.goto(f"{company.base}/inbox/reset?workspace={company.workspace_id}")
    expect(page.get_by_text("This address is not whole")).to_be_visible()
    looks.look(page, "a link without its end")
    page.route("**/api/gateway/tokens", broken)
    page.goto(f"{company.base}/inbox")
    expect(page.get_by_role("alert")).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "an inbox that does not open")


def test_details_that_are_wrong_disputed_or_full(crowd: Crowd, company: Company, looks: Looks) -> None:
    agent, _ = crowd.chatting("Ana")
    page, details = agent.page, agent.details
    agent.create("lead")
    agent.create_more("Create deal")
    agent.create_more("Add activity")
    expect(agent.outcomes.get_by_role("listitem")).to_have_count(3)
    details.get_by_label("Website", exact=True).fill("https://example.com")
    details.get_by_label("Website", exact=True).press("Enter")
    expect(details.get_by_role("link", name="Open website")).to_be_visible()
    details.get_by_label("New note").fill("Knows coffee well.")
    details.get_by_role("button", name="Add note").click()
    expect(details.get_by_role("article", name="Note by Ana")).to_be_visible()
    details.get_by_label("E-mail", exact=True).fill("not an address")
    details.get_by_label("E-mail", exact=True).press("Enter")
    page.route("**/details/person", broken)
    details.get_by_label("Phone", exact=True).fill("+46 8 555 0142")
    details.get_by_label("Phone", exact=True).press("Enter")
    expect(details.get_by_text("Not saved").first).to_be_visible(timeout=TRIED_MS)
    details.get_by_label("Company", exact=True).fill("Mine")
    path = f"conversations/{page.url.rpartition('/')[2]}/details/organization"
    company.post(path, {"name": "Theirs"}, service="crm")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(details.get_by_role("button", name="Company: keep what I typed")).to_be_visible()
    looks.look(page, "details of all kinds")
    opens(page, "Note by Ana: more")
    looks.look(page, "the menu of a note")
    page.get_by_role("menuitem", name="Edit note").click()
    expect(details.get_by_label("Edit note")).to_be_visible()
    looks.look(page, "a note that is changed")
    details.get_by_role("button", name="Cancel").click()
    looks.dialog(page, "Note by Ana: more", "Remove note")
    looks.dialog(page, "Account: Ana", "Sign out")
    page.route("**/details", broken)
    page.route("**/transcript*", broken)
    page.reload()
    expect(page.get_by_role("alert")).to_have_count(2, timeout=TRIED_MS)
    looks.look(page, "a conversation that could not be read")


def test_what_others_do_meanwhile_and_what_time_does(crowd: Crowd, company: Company, looks: Looks) -> None:
    company.waits(6)
    ben, (ana, visitor) = crowd.agent("Ben", reduced_motion="reduce"), crowd.chatting("Ana")
    page = ben.page
    late = crowd.waiting_visitor()
    late.page.close()
    ben.open_folder("Ana")
    ben.open_conversation()
    visitor.message.press_sequentially("A")
    expect(page.get_by_text("Also looking: Ana")).to_be_visible()
    expect(
        page.get_by_text("Only the agent who holds").or_(page.get_by_text("Ana holds this"))
    ).to_be_visible()
    looks.look(page, "a colleague's conversation")
    ben.open_folder("Unassigned")
    expect(ben.row().get_by_text("Missed")).to_be_visible(timeout=60_000)
    expect(ben.row().get_by_text("Visitor left")).to_be_visible(timeout=60_000)
    ben.open_conversation()
    looks.look(page, "a conversation that was missed, of a visitor who left")
    page.route("**/take", broken)
    ben.take()
    expect(page.get_by_role("button", name="Dismiss")).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "what was refused, told in passing")
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_role("button", name="Missed", exact=True).click()
    page.get_by_role("button", name="Save as view").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Came too late")
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Remove the view Came too late")).to_be_visible()
    looks.look(page, "a view among the folders")
    page.route("**/gateway/folders/closed*", held)
    ben.open_folder("Closed")
    expect(page.get_by_label("Loading").first).to_be_visible()
    looks.look(page, "a list that is being read")
    page.unroute_all(behavior="ignoreErrors")
    ben.open_folder("Ana")
    ben.open_conversation()
    ben.details.get_by_label("Phone", exact=True).fill("+46 8 555 0142")
    ana.page.close()
    company.removes("Ana")
    expect(page.get_by_text("Ana was removed from the team")).to_be_visible()
    expect(ben.details.get_by_label("Phone", exact=True)).to_have_value("+46 8 555 0142")
    looks.look(page, "details of a conversation whose holder was removed")
    ben.take()
    expect(page.get_by_text("Assigned to you")).to_be_visible()
    looks.look(page, "details once one holds it oneself")


def test_files_that_are_on_their_way_or_refused_and_the_end_of_a_session(
    crowd: Crowd, company: Company, looks: Looks
) -> None:
    agent, _ = crowd.chatting("Ana")
    page = agent.page
    agent.attaches(PROGRAM)
    expect(page.get_by_text("Files of this type are not taken.")).to_be_visible()
    looks.look(page, "a file that was refused")
    page.get_by_role("button", name="Remove setup.exe").click()
    page.route("**/files*", held)
    page.locator("input[type=file]").set_input_files(PAPER)
    expect(page.get_by_role("progressbar")).to_be_visible()
    looks.look(page, "a file that is on its way")
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Remove offer.txt").click()
    agent.message.fill("x" * 4_001)
    expect(page.get_by_text("1 character too many")).to_be_visible()
    looks.look(page, "a message that is too long")
    agent.message.fill("")
    ends_in(company, 300)
    page.reload()
    page.get_by_role("button", name="Stay signed in").click()
    looks.look(page, "whether to stay signed in")
    page.keyboard.press("Escape")
    looks.look(page, "a session that ends soon")
    ends_in(company, 0)
    page.reload()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def test_what_owners_are_asked_and_told(crowd: Crowd, company: Company, looks: Looks) -> None:
    reply = {"title": "Hours", "shortcut": "hours", "text": "We open at nine."}
    company.post("replies", reply, service="conversation")
    crowd.agent("Ben")
    owner = crowd.agent("Ana", role="owner")
    page = owner.page
    _team(owner, looks)
    owner.goes_to("Canned replies")
    expect(page.get_by_text("We open at nine.")).to_be_visible()
    looks.look(page, "canned replies of the team")
    looks.dialog(page, "Hours: more", "Remove reply")
    page.goto(f"{company.base}/inbox/account")
    page.get_by_label("Current password").fill("not the right one")
    page.get_by_label("New password").fill(f"{PASSWORD} and more")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is another one.")).to_be_visible()
    looks.look(page, "a password that was refused")
    owner.goes_to("Chatbot")
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    looks.look(page, "a new key")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="End key").first.click()
    looks.look(page, "whether to end a key")
    page.keyboard.press("Escape")
    for way in (["Snippet"], ["Deactivate"], ["More for Shop", "Edit sites"], ["More for Shop", "Archive"]):
        looks.dialog(page, *way)
    _set_up(page, looks)


def _team(owner: AgentScreen, looks: Looks) -> None:
    page = owner.page
    owner.goes_to("Team")
    page.get_by_label("E-mail").fill("carla@example.com")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Invited")).to_be_visible()
    page.get_by_label("E-mail").fill("person1@example.com")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_text("They are on the team already.")).to_be_visible()
    looks.look(page, "a team with somebody invited, and an invitation that was refused")
    for item in ("Link to set a new password", "Remove from the team"):
        looks.dialog(page, "Ben: more", item)
    opens(page, "Ben: more")
    page.get_by_role("menuitemradio", name="Role: Owner").click()
    looks.look(page, "whether somebody gets another role")
    page.keyboard.press("Escape")


def _set_up(page: Page, looks: Looks) -> None:
    opens(page, "Set up Live Chat")
    looks.look(page, "the ways to set Live Chat up")
    page.get_by_role("button", name="Add to an existing playbook").click()
    expect(page.get_by_label("Label of the path")).to_be_visible()
    looks.look(page, "Live Chat is added to a playbook")
    page.keyboard.press("Escape")
    opens(page, "Set up Live Chat")
    page.get_by_role("button", name="New from a template").click()
    looks.look(page, "setting up: its name")
    page.get_by_role("button", name="Continue").click()
    sites = page.get_by_role("dialog").get_by_role("textbox", name="Sites")
    expect(sites).to_be_visible()
    looks.look(page, "setting up: its sites")
    sites.fill("https://shop.example.com")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Activate")).to_be_visible()
    looks.look(page, "setting up: whether it is active")
    page.get_by_role("dialog").get_by_role("button", name="Activate").click()
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Snippet")).to_be_visible()
    looks.look(page, "setting up: the snippet")
