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


def test_what_could_not_be_read_says_so_and_is_read_again(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")
    ana.create("lead")
    expect(ana.outcomes.get_by_role("listitem")).to_have_count(1)
    ana.page.route("**/outcomes?*", lambda route: route.fulfill(status=503, body=""))

    ana.page.reload()
    expect(ana.outcomes.get_by_role("alert")).to_be_visible()
    expect(ana.page.get_by_label("Name", exact=True)).to_be_visible()

    ana.page.unroute("**/outcomes?*")
    ana.outcomes.get_by_role("button", name="Retry").click()
    expect(ana.outcomes.get_by_role("listitem")).to_have_count(1)
    expect(ana.outcomes.get_by_role("alert")).to_have_count(0)
