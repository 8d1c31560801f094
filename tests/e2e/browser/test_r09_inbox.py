"""R9: the switch at the bottom left; Unassigned, My conversations, one folder for each other agent, Closed."""

from playwright.sync_api import expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_session_end import signs_out
from tests.waiting import eventually_sync


def test_the_switch_says_in_words_how_it_stands_and_others_see_it(crowd: Crowd) -> None:
    ana, ben = crowd.agent("Ana", online=False), crowd.agent("Ben", online=False)
    switch = ana.page.get_by_role("switch", name="Your status")
    expect(switch).not_to_be_checked()
    expect(switch).to_contain_text("You take no chats")

    ana.go_online()

    expect(switch).to_contain_text("You take chats")
    expect(ben.folder("Ana").get_by_text("Online")).to_have_count(1)
    box, page = switch.bounding_box(), ana.page.viewport_size
    assert box is not None
    assert page is not None
    assert box["x"] < page["width"] / 3
    assert box["y"] > page["height"] / 2


def test_whoever_signs_out_in_another_browser_stays_online_where_they_switched_on(
    crowd: Crowd, company: Company
) -> None:
    ana = crowd.agent("Ana")
    other = crowd.profile().new_page()
    other.goto(f"{company.base}/inbox/sign-in?workspace={company.workspace_id}")
    other.get_by_label("E-mail").fill("person1@example.com")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("switch", name="Your status")).to_be_checked()

    with other.expect_response("**/api/gateway/sign-out"):
        signs_out(other)
    expect(other.get_by_label("Password", exact=True)).to_be_visible()

    # What was asked for after it is heard of after it.
    ben = crowd.agent("Ben")
    expect(ana.folder("Ben").get_by_text("Online")).to_have_count(1)
    expect(ben.folder("Ana").get_by_text("Online")).to_have_count(1)
    expect(ana.page.get_by_role("switch", name="Your status")).to_be_checked()


def test_there_is_a_folder_for_everything_and_for_each_colleague_with_its_count(
    crowd: Crowd, company: Company
) -> None:
    ana, ben = crowd.agent("Ana"), crowd.agent("Ben")
    for name in ("Unassigned", "My conversations", "Ben", "Closed"):
        expect(ana.folder(name)).to_be_visible()
    expect(ana.folder("Ana")).to_have_count(0)

    visitor = crowd.waiting_visitor()
    expect(ana.folder("Unassigned")).to_contain_text("1")
    ben.open_folder("Unassigned")
    ben.open_conversation()
    ben.take()

    expect(ana.folder("Unassigned")).not_to_contain_text("1")
    expect(ana.folder("Ben")).to_contain_text("1")
    expect(ben.folder("My conversations")).to_contain_text("1")
    visitor.sees("Ben has joined the chat.")


def test_the_palette_asks_before_it_goes_offline_with_open_conversations(crowd: Crowd) -> None:
    ana, _ = crowd.agent("Ana"), crowd.waiting_visitor()
    ana.open_folder("Unassigned")
    ana.open_conversation()
    ana.take()
    expect(ana.folder("My conversations")).to_contain_text("1")

    ana.page.keyboard.press("Control+k")
    ana.page.get_by_role("dialog").get_by_role("combobox").fill("Go offline")
    ana.page.keyboard.press("Enter")

    switch, dialog = ana.page.get_by_role("switch"), ana.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Go offline with open conversations?")
    expect(switch).to_be_checked()
    dialog.get_by_role("button", name="Go offline").click()
    expect(switch).not_to_be_checked()
    expect(dialog).to_have_count(0)


def test_a_search_can_be_narrowed_to_a_folder_and_kept_as_a_view(crowd: Crowd, company: Company) -> None:
    ana, visitor = crowd.agent("Ana"), crowd.waiting_visitor()
    visitor.say("Forty pallets, please.")
    # A search tells what is known when it is asked, and no more.
    eventually_sync(
        lambda: company.get("search?words=pallets", service="gateway")["items"], what="it can be found"
    )
    ana.open_folder("Closed")
    box = ana.page.get_by_role("searchbox")
    found = ana.page.get_by_role("list", name="Found conversations")

    box.fill("pallets")
    expect(found.get_by_role("listitem")).to_have_count(1)
    ana.page.get_by_role("button", name="Only in Closed").click()
    expect(ana.page.get_by_text("Nothing was found")).to_be_visible()
    ana.page.get_by_role("button", name="Only in Closed").click()
    expect(found.get_by_role("listitem")).to_have_count(1)

    box.fill("")
    ana.open_folder("Unassigned")
    expect(ana.row()).to_contain_text("Visitor: Forty pallets, please.")
    visitor.say("Or <b>fifty</b>?")
    expect(ana.row()).to_contain_text("Visitor: Or <b>fifty</b>?")
    box.fill("pallets")
    ana.page.get_by_role("button", name="Only in Unassigned").click()
    ana.page.get_by_role("button", name="Save as view").click()
    ana.page.get_by_label("Name").fill("Pallets")
    ana.page.get_by_role("button", name="Save", exact=True).click()
    expect(ana.page.get_by_role("dialog")).to_have_count(0)
    box.fill("")
    expect(found).to_have_count(0)
    ana.page.get_by_role("list", name="Views").get_by_role("button", name="Pallets").first.click()
    expect(box).to_have_value("pallets")
    expect(found.get_by_role("listitem")).to_have_count(1)


def test_who_is_not_signed_in_sees_no_inbox(crowd: Crowd, company: Company) -> None:
    page = crowd.profile().new_page()

    page.goto(f"{company.base}/inbox/live-chat/unassigned?workspace={company.workspace_id}")

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("link", name="Unassigned")).to_have_count(0)
