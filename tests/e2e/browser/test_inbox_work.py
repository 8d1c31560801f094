"""What agents do beside answering: search, reply by a shortcut, block, see who else looks, and draft."""

from playwright.sync_api import Locator, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.waiting import eventually_sync

REPLY = "Hello {visitor_name}, this is {agent_name}: <b>welcome</b>."
FOUND_WITHIN_S = 30


def found(agent: AgentScreen, words: str) -> Locator:
    """The only conversation in which these words were said, once the search knows of it."""
    box = agent.page.get_by_role("searchbox", name="Search all conversations")
    box.fill(words)
    results = agent.page.get_by_role("list", name="Found conversations").get_by_role("listitem")

    def there() -> bool:
        box.press("Enter")
        return results.count() > 0

    eventually_sync(there, within_s=FOUND_WITHIN_S, every_s=0.5, what=f"“{words}” is found")
    expect(results).to_have_count(1)
    return results.first


def test_what_was_said_is_found_by_its_words_and_opened(crowd: Crowd) -> None:
    ben = crowd.agent("Ben")
    ana, visitor = crowd.chatting("Ana")
    visitor.say("Do you sell <i>cardamom</i> coffee?")
    ana.sees("cardamom")

    one = found(ben, "cardamom coffee")

    expect(one.locator("mark")).to_have_text(["cardamom", "coffee"])
    expect(one).to_contain_text("Do you sell <i>cardamom</i> coffee?")
    expect(one).to_contain_text("Ana")
    one.get_by_role("link").click()
    ben.sees("Do you sell <i>cardamom</i> coffee?")
    expect(ben.page.get_by_text("Assigned to Ana")).to_be_visible()


def test_a_canned_reply_is_written_by_a_slash_with_the_names_filled_in(
    crowd: Crowd, company: Company
) -> None:
    company.asks_for_the_name_first()
    ana, visitor = crowd.chatting("Ana", visitor_name="Vera Lima")
    ana.goes_to("Canned replies")
    ana.page.get_by_role("button", name="Add reply").click()
    asked = ana.page.get_by_role("dialog", name="Add reply")
    asked.get_by_label("Title", exact=True).fill("Warm welcome")
    expect(asked.get_by_label("Shortcut", exact=True)).to_have_value("warm-welcome")
    asked.get_by_label("Text", exact=True).fill(REPLY)
    asked.get_by_role("button", name="Save reply").click()
    expect(ana.page.get_by_role("list", name="Canned replies")).to_contain_text("Warm welcome")

    ana.open_folder("My conversations")
    ana.open_conversation("Vera Lima")
    ana.message.press_sequentially("/war")
    offered = ana.page.get_by_role("listbox", name="Canned replies").get_by_role("option")
    expect(offered).to_have_count(1)
    ana.message.press("Enter")

    filled = "Hello Vera Lima, this is Ana: <b>welcome</b>."
    expect(ana.message).to_have_value(filled)
    ana.message.press("Enter")
    visitor.sees(filled)
    expect(ana.message).to_have_value("")


def test_who_is_blocked_cannot_write_until_they_are_unblocked(crowd: Crowd) -> None:
    ben = crowd.agent("Ben")
    ana, visitor = crowd.chatting("Ana")

    ana.page.get_by_role("button", name="More", exact=True).click()
    ana.page.get_by_role("menuitem", name="Block the visitor").click()
    ana.page.get_by_role("dialog").get_by_label("Reason").fill("Sells watches")
    ana.page.get_by_role("dialog").get_by_role("button", name="Block", exact=True).click()
    expect(ana.page.get_by_text("The visitor is blocked.")).to_be_visible()
    visitor.say("Buy a watch!")
    expect(visitor.log.get_by_text("You cannot write here any more.")).to_be_visible()
    ben.open_folder("Ana")
    ben.open_conversation()
    expect(ben.page.get_by_text("Ana blocked this visitor: Sells watches")).to_be_visible()
    ben.sees("Buy a watch!", times=0)

    ana.page.get_by_role("button", name="More", exact=True).click()
    ana.page.get_by_role("menuitem", name="Unblock the visitor").click()
    expect(ana.page.get_by_text("The visitor can write again.")).to_be_visible()
    visitor.log.get_by_role("button", name="Delete").click()
    visitor.say("I am sorry.")
    ana.sees("I am sorry.")


def test_agents_see_who_else_looks_at_a_conversation(crowd: Crowd) -> None:
    ben = crowd.agent("Ben")
    ana, _ = crowd.chatting("Ana")
    looks = ana.page.get_by_role("status").get_by_text("Also looking: Ben")

    ben.open_folder("Ana")
    ben.open_conversation()

    expect(looks).to_be_visible()
    expect(ben.page.get_by_role("status").get_by_text("Also looking: Ana")).to_be_visible()
    ben.open_folder("Unassigned")
    expect(looks).to_have_count(0)


def test_what_was_begun_is_still_there_after_a_reload_on_both_sides(crowd: Crowd) -> None:
    ana, visitor = crowd.chatting("Ana")

    ana.message.fill("We open at")
    visitor.message.fill("When do you")
    ana.page.reload()
    visitor.arrive()
    visitor.open()

    expect(ana.message).to_have_value("We open at")
    expect(visitor.message).to_have_value("When do you")
    ana.message.press("Enter")
    visitor.sees("We open at")
    ana.page.reload()
    ana.sees("We open at")
    expect(ana.message).to_have_value("")
