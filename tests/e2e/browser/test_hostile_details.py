"""Text from people is never markup in what agents and owners work with: details, names, playbooks, dialogs, titles."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from services.playbook.cards import FREE_CHARS_MAX
from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.hostile import Canary, made_of, waiting_canary
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_hostile_texts import canary, is_text, watched
from tests.waiting import eventually_sync

__all__ = ["canary"]

READ_MS = 60_000
"""Details are read again every 15 s, and are the CRM's, which hears of a visit later than the inbox."""


@pytest.fixture
def another() -> Iterator[Canary]:
    """A second one, so that two texts are never the same."""
    with waiting_canary() as told:
        yield told
        assert told.asked == []


def dialog_is_text(page: Page, *texts: str) -> None:
    """An open dialog says these as they were written, and is put away again."""
    dialog = page.get_by_role("dialog")
    for text in texts:
        expect(dialog).to_contain_text(text)
    assert made_of(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def menu(page: Page, opener: Locator, *items: str) -> None:
    """Opens a menu, and picks one of it where one is named."""
    opener.click()
    for item in items:
        page.get_by_role("menuitem", name=item, exact=True).click()


def in_details(texts: Iterable[str]) -> list[str]:
    """The texts, together in as few details as hold them, which have no characters that cannot be shown."""
    found = [""]
    for text in texts:
        if not text.isprintable():
            continue
        if len(f"{found[-1]} {text}") > FREE_CHARS_MAX:
            found.append("")
        found[-1] = f"{found[-1]} {text}".strip()
    return found


def asks_for_all(company: Company, label: str) -> None:
    """Visits begin with a company and a field of the playbook's own, and make a lead of both."""
    one = f"playbooks/{company.playbook_id}"
    made = {"kind": "action", "follow_up": "lead", "title": "{company}", "note": "{wish}", "next": "welcome"}
    wish = {"kind": "capture", "text": label, "field": "free", "key": "wish", "label": label, "next": "made"}
    organization = {"kind": "capture", "text": label, "field": "company", "next": "wish"}
    cards: dict[str, Any] = {"made": made, "wish": wish, "organization": organization}
    for name, card in cards.items():
        retry = {"retry_text": label} if card["kind"] == "capture" else {}
        company.post(f"{one}/cards/{name}", {"card": {**card, **retry}})
    company.post(f"{one}/start", {"card_id": "organization"})
    company.publish(company.playbook_id)


def waits(company: Company, wish: str) -> str:
    """A visitor who was asked for all of it and then wants a person; their company's name is the wish's beginning."""

    def asked() -> str:
        visit = company.visit(company.playbook_id)
        visit.give("organization", wish[:80])
        visit.give("wish", wish)
        eventually_sync(lambda: visit.waits_at() == "welcome", what="the question")
        visit.pick("welcome", "chat")
        return str(visit.get()["conversation_id"] or "")

    return eventually_sync(asked, within_s=120, what="a visitor who waits") or ""


def test_what_was_captured_and_what_came_of_it_stays_text(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    label = canary.picture
    asks_for_all(company, label)
    agent = crowd.agent("Ana")
    page = agent.page
    watched(agent, canary, company, host)
    for wish in in_details(canary.texts):
        conversation_id = waits(company, wish)
        page.goto(f"{company.base}/inbox/live-chat/unassigned/{conversation_id}")
        expect(agent.details.get_by_label("Company", exact=True)).to_have_value(
            wish[:80].strip(), timeout=READ_MS
        )
        expect(agent.details.get_by_role("term")).to_have_text(label)
        expect(agent.details.get_by_role("definition")).to_have_text(wish)
        expect(agent.outcomes).to_contain_text(wish)
        agent.sees_last(wish)
        is_text(page)

    for what in ("Create deal", "Add activity"):
        menu(page, page.get_by_role("button", name="Create something else"), what)
        asked = page.get_by_role("dialog")
        asked.get_by_label("Title", exact=True).fill(f"{what} {canary.texts[1]}")
        asked.get_by_label("Note", exact=True).fill(canary.texts[8])
        asked.get_by_role("button", name=what).click()
        expect(agent.outcomes).to_contain_text(f"{what} {canary.texts[1]}")
        expect(agent.outcomes.get_by_text(canary.texts[8], exact=True).first).to_be_visible()
    is_text(page)
    assert page.title() == "Live Chat · Live Chat"


def test_details_that_two_set_and_notes_that_are_changed_stay_text(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    agent, _ = crowd.chatting("Ana")
    watched(agent, canary, company, host)
    details, page = agent.details, agent.page
    website = details.get_by_label("Website", exact=True)
    for address in ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>"):
        website.fill(address)
        website.press("Enter")
        expect(details.get_by_text("This is not an address yet")).to_be_visible()
        expect(details.get_by_role("link", name="Open website")).to_have_count(0)
    website.fill('https://example.com/"onmouseover="alert(1)')
    website.press("Enter")
    expect(details.get_by_role("link", name="Open website")).to_be_visible()
    is_text(page)

    conversation_id = page.url.rpartition("/")[2]
    field = details.get_by_label("Company", exact=True)
    field.fill("Mine")
    path = f"conversations/{conversation_id}/details/organization"
    company.post(path, {"name": canary.picture}, service="crm")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(details.get_by_role("alert").get_by_text(canary.picture, exact=True)).to_be_visible()
    is_text(page)
    details.get_by_role("button", name="Company: use what somebody else set").click()
    expect(field).to_have_value(canary.picture)

    for text in canary.texts[:4]:
        details.get_by_label("New note").fill(text)
        details.get_by_role("button", name="Add note").click()
        note = details.get_by_role("article").first
        expect(note).to_contain_text(text)
        menu(page, note.get_by_role("button", name="more"), "Edit note")
        expect(note.get_by_label("Edit note")).to_have_value(text)
        assert made_of(page) == []
        note.get_by_role("button", name="Cancel").click()
        menu(page, note.get_by_role("button", name="more"), "Remove note")
        dialog_is_text(page, text)


def test_names_of_agents_stay_text_wherever_they_are_read(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    name = canary.picture
    other = crowd.agent(name, role="editor")
    owner = crowd.agent("Ana", role="owner")
    page = owner.page
    watched(owner, canary, company, host)
    crowd.waiting_visitor()
    other.open_folder("Unassigned")
    other.open_conversation()
    other.take()
    other.details.get_by_label("New note").fill("Called them")
    other.details.get_by_role("button", name="Add note").click()
    other.create("lead")
    expect(other.outcomes).to_contain_text("By you")
    owner.open_folder(name)
    owner.open_conversation()
    expect(page.get_by_text(f"Assigned to {name}", exact=True)).to_be_visible()
    expect(page.get_by_text(f"Also looking: {name}", exact=True)).to_be_visible()
    expect(owner.outcomes).to_contain_text(f"By {name}")
    expect(owner.details.get_by_role("article", name=f"Note by {name}")).to_be_visible()
    page.get_by_role("button", name="Assign to an agent").click()
    expect(page.get_by_role("menuitem", name=name)).to_be_visible()
    is_text(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill(name)
    dialog_is_text(page, f"Go to {name}")

    owner.goes_to("Team")
    more = page.get_by_role("button", name=f"{name}: more")
    for item in ("Link to set a new password", "Remove from the team"):
        menu(page, more, item)
        dialog_is_text(page, name)
    menu(page, more)
    page.get_by_role("menuitemradio", name="Role: Owner").click()
    dialog_is_text(page, name)
    is_text(page)


def test_what_a_playbook_is_made_of_stays_text_in_its_editor(
    crowd: Crowd, company: Company, host: Host, canary: Canary, another: Canary
) -> None:
    name, said = canary.picture, another.picture
    one = f"playbooks/{company.playbook_id}"
    company.post(f"{one}/name", {"name": name})
    labels = [text[:80] for text in canary.texts[:8]]
    choices = [{"choice_id": f"c{at}", "label": label, "next": "goodbye"} for at, label in enumerate(labels)]
    choices[0]["next"] = "live_chat"
    company.post(f"{one}/cards/welcome", {"card": {"kind": "question", "text": said, "choices": choices}})
    company.post(f"{one}/publish", {"note": canary.texts[1]})
    rule = {"when": [{"of": "page", "compare": "contains", "value": name}]}
    elsewhere = company.create(name=canary.texts[3])
    company.post(f"{one}/page-rules", {"rules": [{**rule, "playbook_id": elsewhere}]})
    owner = crowd.agent("Ana", role="owner", online=False)
    page = owner.page
    watched(owner, canary, company, host)
    editor = EditorScreen(page, company)
    editor.open(company.playbook_id)

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    editor.select(said)
    for at, label in enumerate(labels):
        expect(editor.path(label)).to_be_visible()
        expect(editor.form.get_by_label(f"Label of path {at + 1}", exact=True)).to_have_value(label)
    is_text(page)
    editor.card(said).press("Delete")
    dialog_is_text(page, said)
    more = page.get_by_role("button", name="More for this playbook")
    for item in ("Duplicate", "Deactivate", "Archive"):
        menu(page, more, item)
        dialog_is_text(page, name)
    menu(page, more, "What is not published yet")
    dialog_is_text(page, "There is no difference.")
    page.get_by_role("button", name="Preview", exact=True).click()
    panel = page.frame_locator("iframe[title^=Panel]")
    for label in labels:
        expect(panel.get_by_role("button", name=label, exact=True)).to_be_visible()
    frame = page.locator("iframe[title^=Panel]").element_handle().content_frame()
    assert frame is not None
    assert made_of(frame) == []
    page.get_by_role("button", name="Preview", exact=True).click()

    editor.part("Versions")
    expect(page.get_by_text(canary.texts[1], exact=True)).to_be_visible()
    page.get_by_role("button", name="What changed with version 2").click()
    dialog_is_text(page, said, *labels)
    editor.part("Install")
    expect(page.get_by_label("What", exact=True)).to_have_value(name)
    page.get_by_label("Address of a page").fill(f"{host.url}/{name}")
    is_text(page)
    assert page.title() == "Chatbot · Live Chat"
    owner.goes_to("Chatbot")
    is_text(page, name, canary.texts[3])


def test_what_a_visitor_picks_and_how_a_search_is_kept_stays_text(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    labels = [text[:80] for text in canary.texts[:8]]
    choices = [
        {"choice_id": f"c{at}", "label": label, "next": "live_chat"} for at, label in enumerate(labels)
    ]
    choices[-1]["next"] = "goodbye"
    card = {"kind": "question", "text": canary.picture, "choices": choices}
    company.post(f"playbooks/{company.playbook_id}/cards/welcome", {"card": card})
    company.publish(company.playbook_id)
    agent, visitor = crowd.agent("Ana"), crowd.visitor()
    for screen in (agent, visitor):
        watched(screen, canary, company, host)
    visitor.page.evaluate(
        "(text) => { document.title = text; history.pushState(null, '', '?q=' + text); }", labels[1]
    )
    visitor.open()
    visitor.choose(labels[2])
    agent.open_folder("Unassigned")
    agent.open_conversation()
    agent.take()
    agent.sees_last(labels[2])
    is_text(agent.page)
    _keeps_a_search(agent, labels[2])


def _keeps_a_search(agent: AgentScreen, words: str) -> None:
    page = agent.page
    expect(page.get_by_role("heading", level=1)).to_have_text("My conversations")
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("button", name="Only in My conversations").click()
    page.get_by_role("button", name="Save as view").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill(words[:60])
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name=f"Remove the view {words[:60]}")).to_be_visible()
    is_text(page)
    page.get_by_role("list", name="Views").get_by_role("button", name=words[:60], exact=True).click()
    expect(page.get_by_role("searchbox")).to_have_value(words)
    is_text(page)
