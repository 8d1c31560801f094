"""Keys without Control can be switched off, for who speaks to their computer or hits them by mistake."""

from playwright.sync_api import expect

from tests.e2e.browser.people import Crowd


def test_single_keys_can_be_switched_off(crowd: Crowd) -> None:
    ana = crowd.agent("Ana")
    crowd.waiting_visitor()
    ana.open_folder("Unassigned")
    keys = ana.page.keyboard
    keys.press("?")
    single = ana.page.get_by_role("dialog").get_by_role("checkbox")
    expect(single).to_be_checked()
    single.click()
    keys.press("Escape")
    expect(ana.page.get_by_role("dialog")).to_have_count(0)
    ana.rows().first.focus()
    keys.press("?")
    keys.press("Control+k")
    expect(ana.page.get_by_role("combobox", name="What do you want to do?")).to_be_visible()
    expect(ana.page.get_by_role("dialog")).to_have_count(1)
    keys.press("Escape")
    ana.page.reload()
    expect(ana.rows()).to_have_count(1)
    ana.rows().first.focus()
    keys.press("a")
    keys.press("j")
    expect(ana.rows().first).to_be_focused()
    expect(ana.folder("Unassigned")).to_contain_text("1")
