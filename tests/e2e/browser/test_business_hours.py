"""The page of the business hours: owners set them by keyboard alone, agents read them, nobody is written over."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_accessible_work import Looks, looks

__all__ = ["looks"]

PAGE = "Business hours"
SAVE = "Save hours"
TABS_MAX = 4


def day(page: Page, name: str) -> Locator:
    """The intervals of a day."""
    return page.get_by_role("group", name=name, exact=True)


def presses(button: Locator) -> None:
    """As somebody does who has no pointer."""
    button.focus()
    button.press("Enter")


def tabs_to(page: Page, field: Locator) -> None:
    """The next field; a field of a time has several places inside."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    expect(field).to_be_focused()


def begins(page: Page) -> None:
    """The team is there within hours from now on."""
    page.get_by_role("radio", name="At any time").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Within these hours")).to_be_checked()


def test_an_owner_sets_the_hours_by_keyboard_and_agents_read_them(crowd: Crowd, looks: Looks) -> None:
    owner, agent = crowd.agent("Ana", role="owner", online=False), crowd.agent("Ben", online=False)
    agent.goes_to(PAGE)
    expect(agent.page.get_by_text("At any time", exact=True)).to_be_visible()
    expect(agent.page.get_by_role("button", name=SAVE)).to_have_count(0)
    looks.look(agent.page, "no hours, for an agent")
    owner.goes_to(PAGE)
    page = owner.page
    begins(page)
    page.get_by_label("Time zone").select_option("America/Sao_Paulo")

    presses(day(page, "Monday").get_by_role("button", name="Add hours: Monday"))
    expect(day(page, "Monday").get_by_label("Opens").last).to_be_focused()
    page.keyboard.press("ArrowUp")  # How a time is typed is the browser's own language's.
    tabs_to(page, day(page, "Monday").get_by_label("Closes").last)
    page.keyboard.press("ArrowDown")
    expect(day(page, "Monday").get_by_label("Closes").last).to_have_value("21:00")
    day(page, "Monday").get_by_label("Closes").last.fill("12:00")
    expect(day(page, "Monday").get_by_text("It closes before it opens.")).to_be_visible()
    looks.look(page, "hours with a mistake")
    presses(page.get_by_role("button", name=SAVE))
    expect(day(page, "Monday").get_by_label("Closes").last).to_be_focused()
    day(page, "Monday").get_by_label("Closes").last.fill("00:00")
    expect(day(page, "Monday").get_by_text("It closes before it opens.")).to_have_count(0)

    presses(day(page, "Tuesday").get_by_role("button", name="Remove 09:00–17:00: Tuesday"))
    expect(day(page, "Tuesday").get_by_text("Closed", exact=True)).to_be_visible()
    expect(day(page, "Tuesday").get_by_role("button", name="Add hours: Tuesday")).to_be_focused()
    presses(page.get_by_role("button", name="Add a special day"))
    expect(page.get_by_label("Date")).to_be_focused()
    page.get_by_label("Date").fill("2026-12-25")
    looks.look(page, "hours that can be saved")
    presses(page.get_by_role("button", name=SAVE))
    expect(page.get_by_text("Hours saved.")).to_be_visible()

    page.reload()
    expect(day(page, "Monday").get_by_label("Closes").last).to_have_value("00:00")
    expect(day(page, "Friday, 25 December 2026").or_(day(page, "Friday, December 25, 2026"))).to_be_visible()
    agent.page.reload()
    expect(agent.page.get_by_role("definition").first).to_have_text("09:00–17:00, 19:00–00:00")
    expect(agent.page.get_by_text("America/Sao_Paulo")).to_be_visible()
    looks.look(agent.page, "hours, for an agent")


def test_hours_that_another_owner_has_set_are_not_written_over(crowd: Crowd) -> None:
    ana, eva = (crowd.agent(name, role="owner", online=False) for name in ("Ana", "Eva"))
    for owner in (ana, eva):
        owner.goes_to(PAGE)
        begins(owner.page)
    ana.page.get_by_label("Time zone").select_option("Europe/Lisbon")
    ana.page.get_by_role("button", name=SAVE).click()
    expect(ana.page.get_by_text("Hours saved.")).to_be_visible()

    eva.page.get_by_label("Time zone").select_option("Asia/Tokyo")
    eva.page.get_by_role("button", name=SAVE).click()
    expect(eva.page.get_by_text("Somebody else has changed the hours meanwhile.")).to_be_visible()
    eva.page.get_by_role("button", name="Show theirs").click()
    expect(eva.page.get_by_label("Time zone")).to_have_value("Europe/Lisbon")

    eva.page.get_by_role("radio", name="At any time").check()
    eva.page.get_by_role("button", name=SAVE).click()
    expect(eva.page.get_by_text("Hours saved.")).to_be_visible()
    ana.page.reload()
    expect(ana.page.get_by_role("radio", name="At any time")).to_be_checked()
