"""R13: deal value, person, organization, notes: editable during and after the chat; what the bot captured is there."""

from playwright.sync_api import expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd


def fill(agent: AgentScreen, label: str, value: str) -> None:
    """A field of the details, which saves itself when it is left."""
    field = agent.details.get_by_role("textbox", name=label, exact=True)
    field.fill(value)
    field.press("Tab")
    expect(agent.details.get_by_text("Saved").first).to_be_visible()


def test_details_are_kept_during_and_after_the_chat_and_others_see_them(
    crowd: Crowd, company: Company
) -> None:
    company.asks_for_the_name_first()
    ben = crowd.agent("Ben")
    ana, visitor = crowd.chatting("Ana", visitor_name="Vera Lima")
    expect(ana.details.get_by_label("Name", exact=True)).to_have_value("Vera Lima")

    fill(ana, "E-mail", "vera@example.com")
    fill(ana, "Company", "Lima Ltd")
    fill(ana, "Deal value", "1,250.50")
    ana.close_conversation()
    expect(visitor.panel.get_by_text("This chat was closed.")).to_be_visible()
    fill(ana, "Phone", "+55 11 5555 0100")

    ben.open_folder("Closed")
    ben.open_conversation("Vera Lima")
    for label, value in (
        ("E-mail", "vera@example.com"),
        ("Company", "Lima Ltd"),
        ("Phone", "+55 11 5555 0100"),
        ("Name", "Vera Lima"),
        ("Deal value", "1,250.50"),
    ):
        expect(ben.details.get_by_role("textbox", name=label, exact=True)).to_have_value(value)


def test_what_cannot_be_is_told_at_the_field_and_stays_to_be_mended(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")
    field = ana.details.get_by_label("E-mail", exact=True)

    field.fill("vera.example.com")
    field.press("Tab")

    expect(ana.details.get_by_role("alert").or_(ana.details.get_by_text("Not saved")).first).to_be_visible()
    expect(field).to_have_value("vera.example.com")
    fill(ana, "E-mail", "vera@example.com")


def test_a_note_is_for_agents_alone(crowd: Crowd) -> None:
    ana, visitor = crowd.chatting("Ana")

    ana.details.get_by_role("textbox", name="New note").fill("Wants a discount.")
    ana.details.get_by_role("button", name="Add note").click()

    expect(ana.details.get_by_text("Wants a discount.")).to_be_visible()
    ana.say("One moment.")
    visitor.sees("One moment.")
    visitor.sees("Wants a discount.", times=0)
