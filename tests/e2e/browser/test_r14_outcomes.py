"""R14: "Create lead", deal and activity from the details; what was made stands under Final outcomes created."""

from playwright.sync_api import expect

from tests.e2e.browser.people import Crowd


def test_lead_deal_and_activity_stand_where_they_were_made(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")

    ana.create("lead")
    expect(ana.outcomes.get_by_role("listitem")).to_have_count(1)
    ana.create_more("Create deal")
    expect(ana.outcomes.get_by_role("listitem")).to_have_count(2)
    ana.create_more("Add activity")

    expect(ana.outcomes.get_by_role("listitem")).to_have_count(3)
    expect(ana.outcomes).to_contain_text("By you")
    ana.page.reload()
    expect(ana.outcomes.get_by_role("listitem")).to_have_count(3)
