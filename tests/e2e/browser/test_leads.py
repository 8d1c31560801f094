"""All leads, deals and activities, also of visits that met nobody: about whom, made by whom, where it was said."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible_pages import NARROW
from tests.e2e.browser.test_accessible_work import TRIED_MS, Looks, broken, looks
from tests.e2e.browser.test_narrow import LONG, WHOLE
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, LEAVE_DETAILS, THANKS

__all__ = ["looks"]

PAGES = ("All leads", "All deals", "All activities")
WITHOUT = "From a visit without a conversation"
LOOKED_MS = 30_000
"""So long until an open page has looked again, and a moment more."""


def meets_nobody(crowd: Crowd, name: str, email: str) -> VisitorScreen:
    """A visitor comes while nobody is online, and leaves what they are asked for."""
    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(LEAVE_DETAILS)
    visitor.gives("Name", name)
    visitor.gives("E-mail", email)
    visitor.sees(THANKS)
    return visitor


def pages_of_one(page: Page) -> None:
    """Pages of one lead instead of thirty."""
    page.route(
        "**/crm/leads?*",
        lambda route: route.continue_(url=route.request.url.replace("limit=30", "limit=1")),
    )


def test_who_met_nobody_is_a_lead_that_an_agent_sees(crowd: Crowd) -> None:
    agent = crowd.agent("Ana", online=False)
    agent.goes_to("All leads")
    expect(agent.page.get_by_text("There are no leads yet")).to_be_visible()

    meets_nobody(crowd, "Vera", "vera@example.com")

    expect(agent.listed()).to_have_count(1, timeout=LOOKED_MS)
    lead = agent.listed().first
    for text in ("Lead from Vera", "vera@example.com", "By a card of the bot, in “Shop”", WITHOUT):
        expect(lead.get_by_text(text)).to_be_visible()
    expect(lead.locator("time")).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\dT"))
    expect(lead.get_by_role("link")).to_have_count(0)


def test_new_leads_are_offered_and_move_nothing(crowd: Crowd, company: Company) -> None:
    meets_nobody(crowd, "Vera", "vera@example.com")
    company.knows_leads(1)
    agent = crowd.agent("Ana", online=False)
    agent.goes_to("All leads")
    first = agent.listed().filter(has_text="Vera")
    expect(first).to_be_visible()
    place = first.bounding_box()

    meets_nobody(crowd, "Wanda", "wanda@example.com")
    offer = agent.page.get_by_role("button", name="New leads: show")
    expect(offer).to_be_visible(timeout=LOOKED_MS)
    assert first.bounding_box() == place
    expect(agent.listed()).to_have_count(1)
    offer.press("Enter")

    expect(agent.listed()).to_have_count(2)
    expect(agent.listed().first).to_contain_text("wanda@example.com")
    expect(agent.listed().first).to_be_focused()
    expect(offer).to_have_count(0)


def test_what_an_agent_made_leads_to_its_conversation_open_and_closed(crowd: Crowd) -> None:
    ana, visitor = crowd.chatting("Ana")
    visitor.say("We are twelve.")
    ana.sees("We are twelve.")
    chat = ana.page.url.rpartition("/")[2]
    ana.create("lead")
    expect(ana.outcomes.get_by_role("listitem")).to_have_count(1)
    ana.create_more("Create deal")
    ana.create_more("Add activity")
    expect(ana.outcomes.get_by_role("listitem")).to_have_count(3)

    for page in PAGES:
        ana.goes_to(page)
        expect(ana.listed(page)).to_have_count(1)
        expect(ana.listed(page)).to_contain_text("By you")
        ana.listed(page).get_by_role("link", name="Open conversation").click()
        ana.sees("We are twelve.")
        assert ana.page.url.endswith(f"/unassigned/{chat}")
    ana.close_conversation()

    ben = crowd.agent("Ben", online=False)
    ben.goes_to("All leads")
    expect(ben.listed()).to_contain_text("By Ana")
    link = ben.listed().get_by_role("link", name="Open conversation")
    expect(link).to_have_attribute("href", f"/inbox/live-chat/closed/{chat}")
    link.press("Enter")
    ben.sees("We are twelve.")


def test_an_activity_says_what_is_to_be_done_and_by_when(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")
    ana.page.get_by_role("button", name="Create something else").click()
    ana.page.get_by_role("menuitem", name="Add activity").click()
    asked = ana.page.get_by_role("dialog")
    asked.get_by_label("Title", exact=True).fill("Ask about the beans")
    asked.get_by_label("Call", exact=True).check()
    asked.get_by_label("Due", exact=True).fill("2031-05-06T10:30")
    asked.get_by_role("button", name="Add activity").click()
    expect(ana.outcomes).to_contain_text("Ask about the beans")

    ana.page.keyboard.press("Control+k")
    ana.page.get_by_role("combobox", name="What do you want to do?").fill("All activ")
    ana.page.keyboard.press("Enter")

    expect(ana.page).to_have_title(re.compile("^All activities"))
    activity = ana.listed("All activities").first
    for text in ("Ask about the beans", "Call", re.compile(r"^Due .*2031, 10:30"), "By you"):
        expect(activity.get_by_text(text)).to_be_visible()


def test_older_ones_are_shown_page_by_page_and_the_keyboard_goes_on_with_them(
    crowd: Crowd, company: Company
) -> None:
    for name in ("Una", "Vera", "Wanda"):
        meets_nobody(crowd, name, f"{name.lower()}@example.com")
    company.knows_leads(3)
    agent = crowd.agent("Ana", online=False)
    pages_of_one(agent.page)
    agent.goes_to("All leads")
    more = agent.page.get_by_role("button", name="Show more")
    expect(agent.listed()).to_have_count(1)

    for count, name in ((2, "Vera"), (3, "Una")):
        more.press("Enter")
        expect(agent.listed()).to_have_count(count)
        expect(agent.listed().last).to_contain_text(f"Lead from {name}")
        expect(agent.listed().last).to_be_focused()
    expect(more).to_have_count(0)


def test_what_cannot_be_read_says_so_and_can_be_tried_again(crowd: Crowd, company: Company) -> None:
    meets_nobody(crowd, "Vera", "vera@example.com")
    company.knows_leads(1)
    agent = crowd.agent("Ana", online=False)
    agent.page.route("**/crm/leads?*", broken)
    agent.goes_to("All leads")
    expect(agent.page.get_by_role("alert")).to_be_visible(timeout=TRIED_MS)
    agent.page.unroute("**/crm/leads?*")

    agent.page.get_by_role("button", name="Retry").click()

    expect(agent.listed()).to_have_count(1)
    expect(agent.page.get_by_role("alert")).to_have_count(0)


def _waits(agent: AgentScreen, looks: Looks) -> None:
    """The page while it is read, and when it could not be."""
    page = agent.page
    page.emulate_media(
        reduced_motion="reduce"
    )  # What stands for rows that are read moves until they are there.
    page.route("**/crm/leads?*", lambda _: None)
    agent.goes_to("All leads")
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    looks.look(page, "leads that are read")
    agent.goes_to("Team")
    page.unroute("**/crm/leads?*")
    page.route("**/crm/leads?*", broken)
    agent.goes_to("All leads")
    expect(page.get_by_role("alert")).to_be_visible(timeout=TRIED_MS)
    looks.look(page, "leads that could not be read")
    agent.goes_to("Team")
    page.unroute("**/crm/leads?*")


def test_no_violation_that_axe_knows_of(crowd: Crowd, company: Company, looks: Looks) -> None:
    agent = crowd.agent("Ana", online=False)
    page = agent.page
    for name in PAGES:
        agent.goes_to(name)
        expect(page.get_by_text("What you, your team and the cards of the bot create")).to_be_visible()
        looks.look(page, f"{name}: none")
    meets_nobody(crowd, "Vera", "vera@example.com")
    company.knows_leads(1)
    _waits(agent, looks)
    pages_of_one(page)
    agent.goes_to("All leads")
    expect(agent.listed()).to_have_count(1)
    meets_nobody(crowd, LONG[:100], "wanda@example.com")
    offer = page.get_by_role("button", name="New leads: show")
    expect(offer).to_be_visible(timeout=LOOKED_MS)
    looks.look(page, "new leads are offered")
    offer.click()
    expect(page.get_by_role("button", name="Show more")).to_be_visible()
    looks.look(page, "leads of which there are more")
    page.set_viewport_size(NARROW)
    looks.look(page, "narrow leads")
    assert page.evaluate(WHOLE)
