"""Text from people is never markup: on no screen does it run, load or ask for anything."""

import re
from collections.abc import Iterator
from functools import partial
from string import ascii_lowercase

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.hostile import Canary, made_of, waiting_canary
from tests.e2e.browser.notified import Notified, Profiles
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_identified import signed
from tests.e2e.browser.test_inbox_work import found
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, ONLINE, THANKS
from tests.e2e.push_service import PushService
from tests.waiting import eventually_sync

PAGE = "/?q=%3Cscript%3Ealert(1)%3C/script%3E#<img src=x onerror=alert(1)>"


@pytest.fixture
def canary() -> Iterator[Canary]:
    """Nobody asks it for anything, by the end of the test too."""
    with waiting_canary() as told:
        yield told
        assert told.asked == []


def watched(screen: AgentScreen | VisitorScreen, canary: Canary, company: Company, host: Host) -> None:
    """From now on, whatever else than us and the site is asked by this browser is noted."""
    canary.over(screen.page.context, company.base, host.url)


def is_text(page: Page, *texts: str) -> None:
    """These stand there as they were written, and nothing was made of any text."""
    for text in texts:
        expect(page.get_by_text(text, exact=True).first).to_be_visible()
    assert made_of(page) == []


def panel_is_clean(visitor: VisitorScreen) -> None:
    """Nothing was made of any text in the panel."""
    frame = visitor.page.locator("iframe").element_handle().content_frame()
    assert frame is not None
    assert made_of(frame) == []


def test_what_a_visitor_writes_stays_text_on_every_screen(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    company.asks_for_the_name_first()
    name = canary.texts[2]
    agent, visitor = crowd.chatting("Ana", visitor_name=name)
    for screen in (agent, visitor):
        watched(screen, canary, company, host)

    for text in canary.texts:
        visitor.say(text)
        visitor.sees_last(text)
        agent.sees_last(text)
    for text in canary.texts:
        agent.say(text)
        visitor.sees_last(text)

    expect(agent.page.get_by_role("heading", name=name)).to_be_visible()
    agent.open_folder("My conversations")
    agent.open_conversation(name)
    expect(agent.details.get_by_label("Name", exact=True).first).to_have_value(name)
    is_text(agent.page)
    panel_is_clean(visitor)


def test_names_of_agents_stay_text_in_the_widget_and_where_one_was_faster(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    name = canary.picture
    agents = [crowd.agent(name), crowd.agent(name)]
    visitor = crowd.waiting_visitor()
    watched(visitor, canary, company, host)
    for agent in agents:
        watched(agent, canary, company, host)
        agent.open_folder("Unassigned")
        agent.open_conversation()

    crowd.at_once(agents, "Assign to me")

    visitor.sees(f"{name} has joined the chat.")
    expect(visitor.title).to_have_text(name)
    faster = [agent.page.get_by_text(f"{name} was faster and took this conversation.") for agent in agents]
    eventually_sync(
        lambda: sum(one.count() for one in faster) == 1, what="one of them is told who was faster"
    )
    for agent in agents:
        is_text(agent.page)
    holder = agents[0] if faster[1].count() else agents[1]
    typing = visitor.panel.get_by_text(f"{name} is typing…")
    eventually_sync(lambda: holder.types() and typing.count() == 1, every_s=0.5, what="who is typing")
    panel_is_clean(visitor)


@pytest.mark.whole_browser
def test_notices_show_texts_and_only_as_their_body(
    crowd: Crowd, company: Company, host: Host, pushes: PushService, canary: Canary
) -> None:
    screen = Profiles(crowd, company, pushes).agent("granted", watched=True)
    canary.over(screen.page.context, company.base, host.url, f"http://127.0.0.1:{pushes.port}")
    visit, conversation_id = screen.asked_for()
    screen.until(screen.shown, "a notification")
    screen.takes(conversation_id)
    visit.post("start", {})

    for text in canary.texts:
        visit.say(text)
        screen.until(partial(_shows, screen, text), f"a notice of {text}")

    told = screen.pushed("new_message", conversation_id)
    hostile = {**told, "kind": "new_message", "title": "<b>Pay now</b>", "path": f"{canary.url}/path"}
    for number, text in enumerate(canary.texts):
        screen.deliver({**hostile, "id": f"00000000-0000-4000-8000-{number:012}", "text": text})
        (shown,) = screen.shown()
        assert (shown["title"], shown["body"]) == ("New message", text)
    assert made_of(screen.page) == []


def test_what_was_found_is_shown_as_text_with_its_words_marked(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    agent, visitor = crowd.chatting("Ana")
    watched(agent, canary, company, host)
    # Words are found by how they begin: none of these begins as another one.
    texts = {f"{letter}zucchini": text for letter, text in zip(ascii_lowercase, canary.texts, strict=False)}
    for word, text in texts.items():
        visitor.say(f"{word} {text}")
        visitor.sees_last(f"{word} {text}")

    for word, text in texts.items():
        one = found(agent, word)
        expect(one.locator("mark")).to_have_text([word])
        expect(one).to_contain_text(f"{word} {text}")
        is_text(agent.page)


def test_names_of_files_and_private_notes_stay_text(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    agent, visitor = crowd.chatting("Ana")
    for screen in (agent, visitor):
        watched(screen, canary, company, host)
    names = ["<img src=x onerror=alert(1)>.txt", "<svg onload=alert(1)>.txt", '"><script>alert(1)<.txt']
    for name in names:
        visitor.attaches({"name": name, "mimeType": "text/plain", "buffer": b"a text"})
        # Whoever saves it gets a name that no system takes for more.
        harmless = re.sub(r'[<>"]+', "_", name)
        expect(agent.log.get_by_role("button", name=f"Save {harmless}")).to_be_visible()
        expect(visitor.log.get_by_role("button", name=f"Save {harmless}")).to_be_visible()
        agent.attaches({"name": name, "mimeType": "text/plain", "buffer": b"a text"})
        is_text(agent.page)
        agent.page.get_by_role("button", name=f"Remove {name}").click()

    agent.page.get_by_role("button", name="Private note", exact=True).click()
    for text in canary.texts:
        agent.page.get_by_role("textbox", name="Private note").fill(text)
        agent.page.keyboard.press("Enter")
        agent.sees_last(text)
        expect(agent.details.get_by_text(text, exact=True).first).to_be_visible()
    is_text(agent.page)
    panel_is_clean(visitor)


def test_canned_replies_and_views_stay_text(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    for place, text in enumerate(canary.texts):
        reply = {"title": text[:80], "shortcut": f"hostile{place}", "text": text}
        company.post("replies", reply, service="conversation")
    agent, visitor = crowd.chatting("Ana")
    for screen in (agent, visitor):
        watched(screen, canary, company, host)

    for place, text in enumerate(canary.texts):
        agent.message.fill("")
        agent.message.press_sequentially(f"/hostile{place}")
        offered = agent.page.get_by_role("option").first
        expect(offered).to_contain_text(text)
        is_text(agent.page)
        agent.message.press("Enter")
        expect(agent.message).to_have_value(text)
        agent.message.press("Enter")
        visitor.sees_last(text)
    panel_is_clean(visitor)
    agent.goes_to("Canned replies")
    is_text(agent.page, *canary.texts)

    name = canary.picture
    agent.open_folder("Unassigned")
    agent.page.get_by_role("button", name="Missed").click()
    agent.page.get_by_role("button", name="Save as view").click()
    agent.page.get_by_role("dialog").get_by_label("Name", exact=True).fill(name)
    agent.page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    views = agent.page.get_by_role("list", name="Views")
    expect(views.get_by_role("button", name=name, exact=True)).to_be_visible()
    is_text(agent.page)


def test_who_a_visitor_is_and_where_they_come_from_stays_text(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    agent = crowd.agent("Ana", role="owner")
    visitor = crowd.visitor()
    for screen in (agent, visitor):
        watched(screen, canary, company, host)
    visitor.page.goto(host.url + PAGE)
    visitor.calls("identify", signed(company, host, "<b>user-7</b>", canary.picture))
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    agent.open_folder("Unassigned")
    agent.open_conversation(canary.picture)
    agent.take()
    expect(agent.page.get_by_role("heading", name=canary.picture)).to_be_visible()
    agent.page.get_by_role("button", name="More", exact=True).click()
    agent.page.get_by_role("menuitem", name="Block the visitor").click()
    agent.page.get_by_role("dialog").get_by_label("Reason").fill(canary.texts[1])
    agent.page.get_by_role("dialog").get_by_role("button", name="Block", exact=True).click()
    is_text(agent.page, f"You blocked this visitor: {canary.texts[1]}")
    agent.page.keyboard.press("Control+k")
    is_text(agent.page, f"Conversation: {canary.picture}")
    agent.page.keyboard.press("Escape")
    panel_is_clean(visitor)


def test_what_a_visitor_left_who_met_nobody_stays_text_among_the_leads(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    agent, visitor = crowd.agent("Ana", online=False), crowd.visitor()
    watched(agent, canary, company, host)
    visitor.open()
    visitor.choose(CHAT)
    visitor.gives("Name", canary.picture)
    visitor.gives("E-mail", "vera@example.com")
    visitor.sees(THANKS)
    company.knows_leads(1)

    agent.goes_to("All leads")

    expect(agent.listed()).to_have_count(1)
    is_text(agent.page, canary.picture, f"Lead from {canary.picture}")


def test_what_a_playbook_says_stays_text_on_the_site(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    one = f"playbooks/{company.playbook_id}"
    look = {**company.get(one)["look"], "bot_name": canary.picture, "greeting": canary.texts[6]}
    company.post(f"{one}/look", {"look": look})
    choices = [
        {"choice_id": f"c{place}", "label": text[:80], "next": "goodbye" if place else "live_chat"}
        for place, text in enumerate(canary.texts)
    ]
    card = {"kind": "question", "text": "\n".join(canary.texts), "choices": choices[:8]}
    company.post(f"{one}/cards/welcome", {"card": card})
    company.publish(company.playbook_id)
    visitor = crowd.visitor()
    watched(visitor, canary, company, host)

    eventually_sync(
        lambda: _greets(visitor, canary.texts[6]), every_s=0.5, what="the greeting of the new look"
    )
    visitor.open()

    expect(visitor.title).to_have_text(canary.picture)
    for choice in choices[:8]:
        expect(visitor.panel.get_by_role("button", name=choice["label"], exact=True)).to_be_visible()
    panel_is_clean(visitor)
    agent = crowd.agent("Ana", role="owner")
    watched(agent, canary, company, host)
    agent.goes_to("Chatbot")
    is_text(agent.page, canary.picture)


def _shows(screen: Notified, text: str) -> bool:
    return [one["body"] for one in screen.shown()] == [text]


def _greets(visitor: VisitorScreen, text: str) -> bool:
    visitor.arrive()
    return visitor.page.get_by_role("button", name=text, exact=True).count() == 1
