"""An owner gathers the team on its page: invites by a link that works once, and removes."""

from playwright.sync_api import expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd

SHORT_S = 10
WITHIN_MS = 40_000
THANKS = "Thank you, we will get back to you."


def invited(owner: AgentScreen, email: str) -> str:
    """The address of a new invitation, as the owner is shown it."""
    owner.goes_to("Team")
    form = owner.page.get_by_role("region", name="Invite somebody")
    form.get_by_label("E-mail").fill(email)
    form.get_by_role("button", name="Invite", exact=True).click()
    told = owner.page.get_by_role("dialog", name=f"Invitation for {email}")
    address = told.get_by_label("One-time link").input_value()
    told.get_by_role("button", name="Done").click()
    return address


def removes(owner: AgentScreen, name: str) -> None:
    """The owner takes somebody off the team."""
    owner.goes_to("Team")
    owner.page.get_by_role("button", name=f"{name}: more").click()
    owner.page.get_by_role("menuitem", name="Remove from the team").click()
    asked = owner.page.get_by_role("dialog", name=f"Remove {name}?")
    asked.get_by_role("button", name="Remove from the team").click()


def test_who_is_invited_joins_by_a_link_that_works_once(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Olga", role="owner", online=False)
    address = invited(owner, "nora@example.com")
    expect(owner.page.get_by_role("list", name="Invited")).to_contain_text("nora@example.com")

    nora = AgentScreen(crowd.profile().new_page(), company)
    nora.page.goto(address)
    nora.comes_in("Nora")
    assert "#" not in nora.page.url
    expect(nora.folder("Unassigned")).to_be_visible()

    thief = crowd.profile().new_page()
    thief.goto(address)
    thief.get_by_label("Your name").fill("Nemo")
    thief.get_by_label("Password", exact=True).fill(PASSWORD)
    thief.get_by_role("button", name="Join").click()
    expect(thief.get_by_text("This link is not valid any more. Ask for a new one.")).to_be_visible()
    expect(thief.get_by_role("navigation")).to_have_count(0)


def test_owners_read_who_made_a_link_to_another_password_and_agents_do_not(
    crowd: Crowd, company: Company
) -> None:
    owner, bea = crowd.agent("Olga", role="owner", online=False), crowd.agent("Bea", online=False)
    owner.goes_to("Team")
    owner.page.get_by_role("button", name="Bea: more").click()
    owner.page.get_by_role("menuitem", name="Link to set a new password").click()
    owner.page.get_by_role("dialog").get_by_role("button", name="Make link").click()
    link = owner.page.get_by_role("dialog").get_by_label("One-time link").input_value()
    owner.page.get_by_role("dialog").get_by_role("button", name="Done").click()

    expect(owner.page.get_by_role("dialog")).to_have_count(0)
    row = owner.page.get_by_role("listitem").filter(has_text="Bea")
    expect(row).to_contain_text("Password link by you")
    assert link.partition("#")[2] not in owner.page.content()
    bea.goes_to("Team")
    expect(bea.page.get_by_role("list", name="Members")).to_contain_text("Olga")
    expect(bea.page.get_by_text("Password link")).to_have_count(0)


def test_who_is_removed_is_signed_out_at_once_and_their_chats_wait_again(
    crowd: Crowd, company: Company
) -> None:
    owner = crowd.agent("Olga", role="owner", online=False)
    nora, visitor = crowd.chatting("Nora")

    removes(owner, "Nora")

    expect(owner.page.get_by_role("list", name="Removed")).to_contain_text("Nora")
    expect(nora.page.get_by_text("You were signed out")).to_be_visible()
    visitor.sees("Nora has left. Somebody else will be with you.")
    owner.open_folder("Unassigned")
    expect(owner.rows()).to_have_count(1)


def test_who_waits_in_vain_after_that_leaves_details_and_is_thanked_once_these_have_arrived(
    crowd: Crowd, company: Company
) -> None:
    company.waits(SHORT_S)
    owner = crowd.agent("Olga", role="owner", online=False)
    _, visitor = crowd.chatting("Nora")
    removes(owner, "Nora")
    form = visitor.panel.get_by_role("form", name="Leave us your details")
    expect(form).to_be_visible(timeout=WITHIN_MS)
    messages = "**/conversations/*/messages"
    visitor.page.route(messages, lambda route: route.fulfill(status=503))

    form.get_by_label("E-mail").fill("vera@example.com")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_have_text("Not sent", timeout=WITHIN_MS)
    expect(form.get_by_label("E-mail")).to_have_value("vera@example.com")
    expect(visitor.panel.get_by_text(THANKS)).to_have_count(0)
    visitor.page.unroute(messages)

    expect(visitor.panel.get_by_text(THANKS)).to_be_visible(timeout=WITHIN_MS)
    visitor.sees("E-mail: vera@example.com")
    expect(form).to_have_count(0)


def test_agents_look_at_the_team_and_change_nothing(crowd: Crowd, company: Company) -> None:
    agent = crowd.agent("Ana", online=False)

    agent.goes_to("Team")

    expect(agent.page.get_by_role("list", name="Members")).to_contain_text("Ana")
    expect(agent.page.get_by_role("region", name="Invite somebody")).to_have_count(0)
    expect(agent.page.get_by_role("button", name="Ana: more")).to_have_count(0)
