"""An agent's session ends: told before, made longer for the password, and nothing written is lost after it."""

import re

import psycopg
from playwright.sync_api import Page, Request, expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.waiting import eventually_sync

DRAFT = "What I was about to say"
STAY = "Stay signed in"
WRITTEN = ("We open at nine", "Two bags a month", "not an address", "He was here before")
EVERYTHING_KEPT = """async () => {
  const found = [localStorage, sessionStorage].map((it) => JSON.stringify({ ...it }));
  for (const { name } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    await new Promise((opened) => { opening.onsuccess = opened; });
    for (const store of opening.result.objectStoreNames) {
      const reading = opening.result.transaction(store).objectStore(store).getAll();
      await new Promise((read) => { reading.onsuccess = read; });
      found.push(JSON.stringify(reading.result));
    }
    opening.result.close();
  }
  return found.join("\\n");
}"""
"""All that this browser holds for the inbox, as one text."""


def ends_in(company: Company, seconds: int) -> None:
    """The sessions of the company's agents end so soon, as if they had begun long ago."""
    with psycopg.connect(company.system.variables["LIVECHAT_GATEWAY_WORKER_DATABASE"]) as database:
        database.execute(
            "UPDATE log.credentials SET expires_at = clock_timestamp() + make_interval(secs => %s)"
            " WHERE kind = 'agent_session' AND workspace_id = %s",
            (seconds, company.workspace_id),
        )


def sign_in_again(agent: AgentScreen) -> None:
    """By the form that the inbox shows."""
    agent.page.get_by_label("E-mail").fill("person1@example.com")
    agent.page.get_by_label("Password", exact=True).fill(PASSWORD)
    agent.page.get_by_role("button", name="Sign in").click()


def test_who_is_told_of_the_end_stays_for_the_password(crowd: Crowd, company: Company) -> None:
    ana, _ = crowd.chatting("Ana")
    ana.message.fill(DRAFT)
    told = ana.page.get_by_role("status").filter(has_text="You will be signed out at")
    expect(told).to_have_count(0)
    ends_in(company, 300)
    ana.page.reload()

    told.get_by_role("button", name=STAY).click()
    asked = ana.page.get_by_role("dialog", name=STAY)
    asked.get_by_label("Password", exact=True).fill("not the right one")
    asked.get_by_role("button", name=STAY).click()
    expect(asked.get_by_role("alert")).to_have_text("Your password is another one.")
    asked.get_by_label("Password", exact=True).fill(PASSWORD)
    asked.get_by_role("button", name=STAY).click()

    expect(asked).to_have_count(0)
    expect(told).to_have_count(0)
    ana.page.reload()
    expect(ana.message).to_have_value(DRAFT)
    expect(told).to_have_count(0)


def test_after_the_end_the_sign_in_leads_back_to_what_was_being_written(
    crowd: Crowd, company: Company
) -> None:
    ana, _ = crowd.chatting("Ana")
    address = ana.page.url
    ends_in(company, 8)
    ana.page.reload()
    ana.message.fill(DRAFT)

    expect(ana.page.get_by_role("status").filter(has_text="You were signed out")).to_be_visible(
        timeout=60_000
    )
    assert ana.page.url == address
    sign_in_again(ana)

    expect(ana.message).to_have_value(DRAFT)
    assert ana.page.url == address


def test_what_was_on_its_way_when_the_session_ended_is_sent_after_the_sign_in_in_order(
    crowd: Crowd, company: Company
) -> None:
    ana, visitor = crowd.chatting("Ana")
    texts = ["We open at nine", "And close at six"]
    ends_in(company, 0)
    ana.page.route("**/messages", lambda route: route.fulfill(status=401, json={"code": "unauthorised"}))
    for text in texts:
        ana.say(text)
    expect(ana.log.get_by_role("alert")).to_have_count(1)
    ana.page.unroute("**/messages")
    ana.page.reload()
    sign_in_again(ana)

    for text in texts:
        visitor.sees(text)
    expect(ana.log.get_by_text(re.compile("^(We open|And close)"))).to_have_text(texts)
    expect(ana.log.get_by_role("alert")).to_have_count(0)


def begins(page: Page, message: str, note: str) -> None:
    """Writes a message and a note of the details, and sends neither."""
    page.get_by_role("textbox", name="Message").fill(message)
    page.get_by_role("complementary", name="Details").get_by_label("New note").fill(note)
    eventually_sync(lambda: message in kept_by(page) and note in kept_by(page), what="it is kept")


def kept_by(page: Page) -> str:
    """All that the browser holds."""
    return str(page.evaluate(EVERYTHING_KEPT))


def is_forgotten(*pages: Page) -> None:
    """Nothing of what was begun can be read in any of these tabs."""
    for page in pages:
        eventually_sync(lambda page=page: not found_in(page), what="nothing is kept")  # type: ignore[misc]


def found_in(page: Page) -> list[str]:
    return [text for text in WRITTEN if text in kept_by(page)]


def signs_out(page: Page) -> None:
    page.get_by_role("button", name="Account").first.click()
    page.get_by_role("menuitem", name="Sign out").click()


def writing_in_two_tabs(crowd: Crowd) -> tuple[AgentScreen, Page]:
    """Somebody who chats, and has begun something in that tab and in another one."""
    ana, _ = crowd.chatting("Ana")
    tab = ana.page.context.new_page()
    tab.goto(ana.page.url)
    begins(tab, WRITTEN[0], WRITTEN[3])
    begins(ana.page, WRITTEN[0], WRITTEN[1])
    return ana, tab


def test_who_signs_out_leaves_nothing_that_they_had_begun_in_any_tab(crowd: Crowd, company: Company) -> None:
    ana, visitor = crowd.chatting("Ana")
    tab = ana.page.context.new_page()
    tab.goto(ana.page.url)
    begins(ana.page, WRITTEN[0], WRITTEN[1])
    email = ana.details.get_by_label("E-mail", exact=True)
    email.fill(WRITTEN[2])
    email.press("Enter")
    expect(ana.details.get_by_text("This is not an e-mail address yet")).to_be_visible()
    begins(tab, WRITTEN[0], WRITTEN[3])

    signs_out(ana.page)
    asked = ana.page.get_by_role("dialog", name="Sign out?")
    asked.get_by_role("button", name="Cancel").click()
    expect(ana.message).to_have_value(WRITTEN[0])
    signs_out(ana.page)
    asked.get_by_role("button", name="Sign out").click()

    for page in (ana.page, tab):
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
    is_forgotten(ana.page, tab)
    sign_in_again(ana)
    expect(ana.message).to_have_value("")
    expect(ana.details.get_by_label("New note")).to_have_value("")
    expect(ana.page.get_by_text("You went offline because the connection was lost.")).to_have_count(0)
    visitor.say("Are you still there?")
    ana.sees("Are you still there?")


def test_who_signs_out_everywhere_is_told_what_is_lost_and_leaves_nothing_in_any_tab(
    crowd: Crowd, company: Company
) -> None:
    ana, tab = writing_in_two_tabs(crowd)

    ana.page.get_by_role("button", name="Account").first.click()
    ana.page.get_by_role("menuitem", name="Account", exact=True).click()
    ana.page.get_by_role("button", name="Sign out everywhere").click()
    asked = ana.page.get_by_role("dialog", name="Sign out everywhere?")
    expect(asked).to_contain_text("What you have begun to write, and what is not sent yet, is deleted")
    asked.get_by_role("button", name="Sign out everywhere").click()

    for page in (ana.page, tab):
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
    is_forgotten(ana.page, tab)


def test_what_a_session_left_that_ended_by_itself_is_for_its_agent_alone(
    crowd: Crowd, company: Company
) -> None:
    ana, tab = writing_in_two_tabs(crowd)
    ends_in(company, 0)
    for page in (ana.page, tab):
        page.reload()
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
    assert set(found_in(ana.page)) == {WRITTEN[0], WRITTEN[1]}

    ben = AgentScreen(ana.page, company)
    ben.join("Ben", company.invite())

    is_forgotten(ana.page, tab)
    ben.open_folder("Ana")
    ben.open_conversation()
    expect(ben.details.get_by_label("New note")).to_have_value("")
    expect(ben.page.get_by_text("You went offline because the connection was lost.")).to_have_count(0)


def test_who_signs_out_is_asked_for_what_they_have_begun_in_another_tab(crowd: Crowd) -> None:
    ana, _ = crowd.chatting("Ana")
    tab = ana.page.context.new_page()
    tab.goto(ana.page.url)
    note = tab.get_by_role("complementary", name="Details").get_by_label("New note")
    note.fill(WRITTEN[3])
    expect(note).to_have_value(WRITTEN[3])

    signs_out(ana.page)
    asked = ana.page.get_by_role("dialog", name="Sign out?")
    asked.get_by_role("button", name="Cancel").click()
    expect(note).to_have_value(WRITTEN[3])
    tab.close()
    signs_out(ana.page)

    expect(ana.page.get_by_label("Password", exact=True)).to_be_visible()


def is_save(request: Request) -> bool:
    return request.method == "POST" and "/details/" in request.url


def test_what_one_agent_has_begun_is_not_saved_as_another_who_comes_in(
    crowd: Crowd, company: Company
) -> None:
    ana, _ = crowd.chatting("Ana")
    saved = list[str]()
    ana.page.on("request", lambda it: saved.append(it.url) if is_save(it) else None)
    ana.details.get_by_label("E-mail", exact=True).fill("maria@example.com")

    ben = AgentScreen(ana.page.context.new_page(), company)
    ben.join("Ben", company.invite())
    here = AgentScreen(ana.page, company)
    here.open_folder("Ana")
    here.open_conversation()

    expect(here.details.get_by_label("E-mail", exact=True)).to_have_value("")
    assert not saved
