"""A folder of a thousand conversations: few of them are drawn, and what happens in one changes that one alone."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.levers import holds
from tests.waiting import eventually_sync

MANY = 1_000
DRAWN_MAX = 100
CHANGES_MAX = 25
"""Of nodes, texts and attributes in one row, by an event in it; each that is drawn anew would add as many."""
READ = """(pages) => performance.getEntriesByType("resource")
    .filter((it) => /gateway.folders.[^?]+[?]/.test(it.name)).length >= pages"""
WATCH = """(list) => {
    window.changes = { all: 0, rows: 0 };
    new MutationObserver((changes) => {
      for (const change of changes) {
        window.changes.all += 1;
        for (const node of [...change.addedNodes, ...change.removedNodes])
          if (node.nodeName === "LI") window.changes.rows += 1;
      }
    }).observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


def test_a_thousand_conversations_open_with_few_rows_and_an_event_changes_one(
    crowd: Crowd, company: Company
) -> None:
    ana, visitor = crowd.chatting("Ana")
    holds(company.system, company.workspace_id, "Ana", MANY)
    ana.page.reload()
    ana.open_folder("My conversations")
    # The list is read whole, for it is in another order than its pages.
    eventually_sync(lambda: bool(ana.page.evaluate(READ, MANY // 100)), what="all pages are read")
    expect(ana.folder("My conversations")).to_contain_text("1,001")

    assert ana.rows().count() <= DRAWN_MAX
    ana.page.locator(".list-scroll").evaluate(WATCH)
    visitor.say("One of a thousand.")
    expect(ana.rows().first).to_contain_text("Visitor: One of a thousand.")
    changes = ana.page.evaluate("changes")
    assert changes["rows"] == 0, changes
    assert 0 < changes["all"] <= CHANGES_MAX, changes

    expect(ana.rows()).to_have_count(DRAWN_MAX)
    ana.rows().last.scroll_into_view_if_needed()
    expect(ana.rows()).to_have_count(2 * DRAWN_MAX)

    # Without a pointer that scrolls: the place of each is told, that there are more, and a button brings them.
    for row, place in ((ana.rows().first, 1), (ana.rows().last, 2 * DRAWN_MAX)):
        expect(row.locator("..")).to_have_attribute("aria-posinset", str(place))
        expect(row.locator("..")).to_have_attribute("aria-setsize", "-1")
    more = ana.page.get_by_role("button", name="Show more", exact=True)
    more.evaluate("(button) => { button.focus({ preventScroll: true }); button.click(); }")
    expect(ana.rows()).to_have_count(3 * DRAWN_MAX)
    expect(ana.rows().nth(2 * DRAWN_MAX)).to_be_focused()

    # Keys go on from the conversation that is open, however far below it is.
    far = 2 * DRAWN_MAX + 50
    ana.rows().nth(far).click()
    ana.page.reload()
    expect(ana.rows().nth(far)).to_have_attribute("aria-current", "true")
    ana.page.keyboard.press("j")
    expect(ana.rows().nth(far + 1)).to_be_focused()
