"""R16 in a browser: asked once, shown once, clicked into the conversation, taken back when it is settled."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser.chromium import FLAGS, chromium
from tests.e2e.browser.company import Company
from tests.e2e.browser.desktop import Desktop, desktop
from tests.e2e.browser.notified import Notified, Profiles
from tests.e2e.browser.watching import Watch

pytestmark = pytest.mark.whole_browser

ASK, DENIED = "Turn on notifications", "Notifications are blocked"
# The database is another tab's for a while.
HOLDS = """async () => {
  const opening = indexedDB.open("livechat", 1);
  await new Promise((opened) => { opening.onsuccess = opened; });
  const store = opening.result.transaction("notices", "readwrite").objectStore("notices");
  const until = performance.now() + 1_000;
  const hold = () => { if (performance.now() < until) store.get("kept").onsuccess = hold; };
  hold();
}"""


def test_the_first_visit_asks_and_nothing_but_a_click_asks_the_browser(profiles: Profiles) -> None:
    screen = profiles.agent("prompt")
    page = screen.page
    page.evaluate(
        """() => { window.asked = []; Notification.requestPermission = async () => {
            window.asked.push(navigator.userActivation.isActive); return "default"; }; }"""
    )
    card = page.get_by_role("region", name=ASK)
    expect(card).to_be_visible()
    assert page.evaluate("window.asked") == []

    card.get_by_role("button", name=ASK).click()
    screen.until(lambda: page.evaluate("window.asked") == [True], "the browser's question")
    screen.set_permission("granted")
    told = screen.until(screen.devices, "the device")
    assert [one["label"] for one in told] == ["Chrome on Linux"]
    expect(card).to_be_hidden()

    page.reload()
    expect(page.get_by_role("switch")).to_be_visible()
    screen.watch()
    expect(card).to_be_hidden()


def test_not_now_is_not_asked_again_by_itself(profiles: Profiles) -> None:
    page = profiles.agent("prompt").page
    card = page.get_by_role("region", name=ASK)
    expect(card).to_be_visible()
    page.evaluate(HOLDS)

    # What is seen to go is kept by then, however long that takes.
    card.get_by_role("button", name="Not now").click()
    expect(card).to_be_hidden()

    page.reload()
    expect(page.get_by_role("switch")).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    expect(card).to_be_hidden()


def test_a_browser_that_denied_them_is_told_how_to_allow_them_again(profiles: Profiles) -> None:
    screen = profiles.agent("denied")
    card = screen.page.get_by_role("region", name=DENIED)

    expect(card).to_contain_text("to the left of the address")
    expect(card).to_contain_text("set “Notifications” to “Allow”")
    expect(card.get_by_role("button", name=ASK)).to_have_count(0)
    assert screen.devices() == []


def test_two_tabs_and_two_pushes_show_a_notice_once_until_somebody_takes_it(profiles: Profiles) -> None:
    screen = profiles.agent("granted", watched=True)
    other = screen.another_tab()

    visit, conversation_id = screen.asked_for()
    screen.until(screen.shown, "a notification")
    told = screen.pushed("new_conversation", conversation_id)
    screen.deliver(told)
    screen.deliver(told)
    for page in (screen.page, other):
        expect(page).to_have_title(_counted(1))

    # What comes after both pushes is shown: they were heard by then, and showed nothing.
    screen.takes(conversation_id)
    visit.say("<b>Do you ship</b> to Brazil?")
    screen.until(lambda: _message(screen), "the message")
    assert screen.displayed == [f"conversation-{conversation_id}"] * 2
    (only,) = screen.shown()
    assert (only["title"], only["body"]) == ("New message", "<b>Do you ship</b> to Brazil?")

    # Read on any screen, it stands on no desktop any more.
    screen.reads(conversation_id)
    screen.until(lambda: screen.shown() == [], "no notification")
    for page in (screen.page, other):
        expect(page).not_to_have_title(_counted(1))


def test_one_that_a_colleague_took_is_taken_back(profiles: Profiles, company: Company) -> None:
    screen = profiles.agent("granted", watched=True)
    _, conversation_id = screen.asked_for()
    screen.until(screen.shown, "a notification")

    company.switch("online")
    screen.until(lambda: company.takes(conversation_id), "a colleague who takes it")

    screen.until(lambda: screen.shown() == [], "no notification")


def test_what_an_agent_looks_at_is_not_shown_and_without_a_tab_a_push_is_once(profiles: Profiles) -> None:
    screen = profiles.agent("granted", watched=True)
    _, conversation_id = screen.asked_for()
    told = screen.pushed("new_conversation", conversation_id)
    screen.takes(conversation_id)
    screen.open(conversation_id)
    screen.until(lambda: screen.shown() == [], "no notification")
    screen.displayed.clear()

    screen.deliver({**told, "id": str(uuid4()), "kind": "new_message", "text": "Seen as it comes"})
    assert screen.displayed == []

    screen.page.goto("about:blank")
    unseen = {**told, "id": str(uuid4()), "kind": "new_message", "text": "Nobody is here"}
    screen.deliver(unseen)
    screen.deliver(unseen)
    assert screen.displayed == [told["tag"]]


def test_who_signs_out_gets_no_notices_there(profiles: Profiles) -> None:
    screen = profiles.agent("granted", watched=True)
    screen.asked_for()
    screen.until(screen.shown, "a notification")
    (device,) = screen.devices()
    path = f"/api/notifier/devices/{device['device_id']}"

    screen.page.get_by_role("button", name="Account").first.click()
    with screen.page.expect_response(lambda it: it.url.endswith(path)) as removed:
        screen.page.get_by_role("menuitem", name="Sign out").click()

    assert (removed.value.request.method, removed.value.status) == ("DELETE", 200)
    expect(screen.page.get_by_label("Password", exact=True)).to_be_visible()
    assert screen.shown() == []


@pytest.fixture
def clicked(
    browser: Browser, profiles: Profiles, watch: Watch, tmp_path: Path
) -> Iterator[tuple[Desktop, Notified]]:
    """An agent's browser on a desktop of ours. Chromium tells the clicks of a lasting profile alone."""
    with desktop() as found:
        environment: dict[str, str | float | bool] = {"DBUS_SESSION_BUS_ADDRESS": found.address}
        context = browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=chromium(), args=FLAGS, env=environment, locale="en-GB"
        )
        watch.over(context)
        try:
            yield found, profiles.agent("granted", watched=True, context=context)
        finally:
            context.close()


def test_a_click_leads_an_open_tab_to_the_conversation(clicked: tuple[Desktop, Notified]) -> None:
    found, screen = clicked
    screen.page.goto(f"{screen.origin}/inbox/account")
    expect(screen.page.get_by_role("switch")).to_be_checked()
    tabs = len(screen.page.context.pages)

    _, conversation_id = screen.asked_for()
    (told,) = screen.until(found.standing, "a notification on the desktop")
    assert (told.title, told.actions[0]) == ("New conversation", "default")
    found.click(told.number)

    screen.page.wait_for_url(f"{screen.origin}/inbox/live-chat/unassigned/{conversation_id}")
    assert len(screen.page.context.pages) == tabs
    screen.until(lambda: found.standing() == [], "a desktop without it")


def test_a_click_without_a_tab_opens_one(clicked: tuple[Desktop, Notified]) -> None:
    found, screen = clicked
    _, conversation_id = screen.asked_for()
    (told,) = screen.until(found.standing, "a notification on the desktop")
    screen.page.goto("about:blank")

    with screen.page.context.expect_page() as opened:
        found.click(told.number)

    page: Page = opened.value
    page.wait_for_url(f"{screen.origin}/inbox/live-chat/unassigned/{conversation_id}")


def test_a_push_that_comes_while_no_tab_is_open_is_clicked_into_a_new_one(
    clicked: tuple[Desktop, Notified], company: Company
) -> None:
    found, screen = clicked
    visit, conversation_id = screen.asked_for()
    screen.until(found.standing, "a notification on the desktop")
    screen.takes(conversation_id)
    screen.until(lambda: found.standing() == [], "nothing on the desktop")
    screen.page.goto("about:blank")
    visit.say("Is anybody there?")
    told = screen.pushed("new_message", conversation_id)
    assert [page.url for page in screen.page.context.pages if page.url != "about:blank"] == []
    assert found.standing() == []

    screen.deliver(told)
    (shown,) = screen.until(found.standing, "a notification on the desktop")
    assert (shown.title, shown.body.splitlines()[-1]) == ("New message", "Is anybody there?")
    with screen.page.context.expect_page() as opened:
        found.click(shown.number)

    page: Page = opened.value
    page.wait_for_url(f"{screen.origin}/inbox/live-chat/mine/{conversation_id}")
    expect(page.get_by_role("log").get_by_text("Is anybody there?")).to_be_visible()
    screen.until(lambda: found.standing() == [], "a desktop without it")


def _counted(count: int) -> re.Pattern[str]:
    return re.compile(rf"^\({count}\) ")


def _message(screen: Notified) -> bool:
    return any(one["title"] == "New message" for one in screen.shown())
