"""What agents do beside answering: search, reply by a shortcut, narrow lists, block, draft, and use keys for it."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.waiting import eventually_sync

REPLY = "Hello {visitor_name}, this is {agent_name}: <b>welcome</b>."
FOUND_WITHIN_S = 30
LOOKED_MS = 30_000
"""So long until a conversation that is open has looked again, and a moment more."""
MINE = re.compile(r"/live-chat/mine/")
FIELDS_MAX = 8
"""So many of a small dialog's parts can have the focus at most."""


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
    ana.page.keyboard.press("Escape")
    ana.page.get_by_role("button", name="Go on filling in").click()
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


def test_a_view_is_kept_under_its_name_until_it_is_removed(crowd: Crowd) -> None:
    ana = crowd.agent("Ana")
    crowd.waiting_visitor()
    ana.open_folder("Unassigned")
    expect(ana.rows()).to_have_count(1)
    only = ana.page.get_by_role("group", name="Show only")
    missed = only.get_by_role("button", name="Missed")

    missed.click()
    expect(ana.rows()).to_have_count(0)
    only.get_by_role("button", name="Save as view").click()
    ana.page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Came too late")
    ana.page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    ana.open_folder("Closed")
    expect(missed).to_have_attribute("aria-pressed", "false")
    ana.page.reload()
    view = ana.page.get_by_role("list", name="Views").get_by_role("button", name="Came too late", exact=True)
    view.click()

    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Unassigned")
    expect(missed).to_have_attribute("aria-pressed", "true")
    expect(ana.rows()).to_have_count(0)
    expect(view).to_have_attribute("aria-current", "page")
    expect(ana.folder("Unassigned")).not_to_have_attribute("aria-current", "page")

    # The folder itself is all of it, also where one is in it already.
    ana.open_folder("Unassigned")
    expect(missed).to_have_attribute("aria-pressed", "false")
    expect(ana.rows()).to_have_count(1)
    expect(ana.folder("Unassigned")).to_have_attribute("aria-current", "page")
    expect(view).not_to_have_attribute("aria-current", "page")
    view.click()
    expect(ana.rows()).to_have_count(0)
    missed.click()
    expect(ana.rows()).to_have_count(1)
    expect(view).not_to_have_attribute("aria-current", "page")
    ana.page.get_by_role("button", name="Remove the view Came too late").click()
    expect(view).to_have_count(0)


def test_who_is_blocked_cannot_write_until_they_are_unblocked(crowd: Crowd) -> None:
    ben = crowd.agent("Ben")
    ana, visitor = crowd.chatting("Ana")
    ben.open_folder("Ana")
    ben.open_conversation()

    ana.page.get_by_role("button", name="More", exact=True).click()
    ana.page.get_by_role("menuitem", name="Block the visitor").click()
    ana.page.get_by_role("dialog").get_by_label("Reason").fill("Sells watches")
    ana.page.get_by_role("dialog").get_by_role("button", name="Block", exact=True).click()
    expect(ana.page.get_by_text("The visitor is blocked.")).to_be_visible()
    visitor.say("Buy a watch!")
    expect(visitor.log.get_by_text("You cannot write here any more.")).to_be_visible()
    told = ben.page.get_by_text("Ana blocked this visitor: Sells watches")
    expect(told).to_be_visible(timeout=LOOKED_MS)
    ben.sees("Buy a watch!", times=0)

    ana.page.get_by_role("button", name="More", exact=True).click()
    ana.page.get_by_role("menuitem", name="Unblock the visitor").click()
    expect(ana.page.get_by_text("The visitor can write again.")).to_be_visible()
    visitor.log.get_by_role("button", name="Delete").click()
    visitor.say("I am sorry.")
    ana.sees("I am sorry.")
    expect(told).to_have_count(0, timeout=LOOKED_MS)


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


def test_a_new_row_does_not_move_what_is_under_the_pointer(crowd: Crowd) -> None:
    ben = crowd.agent("Ben")
    ana, _ = crowd.chatting("Ana")
    ana.open_folder("My conversations")
    ana.row().hover()
    before = ana.row().bounding_box()
    conversation_id = ana.row().get_attribute("data-row")

    crowd.waiting_visitor()
    ben.open_folder("Unassigned")
    ben.open_conversation()
    ben.take()
    expect(ben.page.get_by_text("Assigned to you")).to_be_visible()
    expect(ben.page).to_have_url(MINE)  # Whose menus are new ones.
    ben.assign_to("Ana")
    expect(ben.page.get_by_text("Assigned to Ana")).to_be_visible()

    fresh = ana.page.get_by_role("button", name="1 new", exact=True)
    expect(fresh).to_be_visible()
    expect(ana.rows()).to_have_count(1)
    assert ana.row().bounding_box() == before
    fresh.click()
    expect(ana.rows()).to_have_count(2)
    expect(ana.rows().nth(1)).to_have_attribute("data-row", conversation_id or "")
    expect(fresh).to_have_count(0)


def test_a_conversation_is_found_taken_answered_and_closed_by_keys_alone(crowd: Crowd) -> None:
    ana = crowd.agent("Ana")
    crowd.waiting_visitor()
    visitor = crowd.waiting_visitor()
    keys = ana.page.keyboard
    keys.press("Control+k")
    ana.page.get_by_role("combobox", name="What do you want to do?").fill("Go to Unass")
    keys.press("Enter")
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Unassigned")
    expect(ana.rows()).to_have_count(2)

    for key, focused in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        keys.press(key)
        expect(ana.rows().nth(focused)).to_be_focused()
    keys.press("Enter")
    expect(ana.page.get_by_role("button", name="Assign to me").first).to_be_enabled()
    keys.press("a")
    visitor.sees("Ana has joined the chat.")
    expect(ana.page.get_by_text("Assigned to you")).to_be_visible()
    keys.press("r")
    expect(ana.message).to_be_focused()
    keys.type("just a joke")
    keys.press("Enter")
    visitor.sees("just a joke")
    keys.press("Tab")
    expect(ana.message).not_to_be_focused()
    keys.press("e")
    asked = ana.page.get_by_role("dialog", name="Close this conversation?")
    expect(asked).to_be_visible()
    keys.press("Escape")
    expect(asked).to_have_count(0)
    expect(visitor.message).to_be_visible()
    keys.press("e")
    confirmed = asked.get_by_role("button", name="Close for good")
    expect(asked).to_be_visible()
    for _ in range(FIELDS_MAX):
        if confirmed.evaluate("(it) => it === document.activeElement"):
            break
        keys.press("Tab")
    expect(confirmed).to_be_focused()
    keys.press("Enter")
    expect(asked).to_have_count(0)
    expect(visitor.panel.get_by_role("button", name="Start a new chat")).to_be_visible()
