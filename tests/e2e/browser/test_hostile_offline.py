"""Labels that an owner wrote for visitors who meet nobody are never markup, wherever they are read afterwards."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.hostile import Canary
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_hostile_details import READ_MS
from tests.e2e.browser.test_hostile_texts import canary, is_text, panel_is_clean, watched
from tests.e2e.browser.words import CHAT, THANKS

__all__ = ["canary"]

SHORT_S = 6


def offers_a_choice_to_who_met_nobody(company: Company, canary: Canary) -> list[str]:
    """The offline flow is two questions: one of several paths, and a detail that is one of several. Their labels."""
    labels = [text[:80] for text in canary.texts if text.isprintable()][:8]
    one = f"playbooks/{company.playbook_id}"
    paths = [{"choice_id": f"c{at}", "label": label, "next": "wish"} for at, label in enumerate(labels)]
    shared = {"kind": "capture", "field": "free", "type": "choice", "key": "wish", "next": "name"}
    wish = {**shared, "text": canary.picture, "label": canary.picture, "options": labels, "retry_text": "?"}
    made = {"kind": "action", "follow_up": "lead", "title": "{wish}", "note": "{wish}", "next": "thanks"}
    cards: dict[str, Any] = {
        "lead": made,
        "wish": wish,
        "asked": {"kind": "question", "text": canary.picture, "choices": paths},
        "leave_details": {"kind": "message", "text": canary.picture, "next": "asked"},
    }
    for name, card in cards.items():
        company.post(f"{one}/cards/{name}", {"card": card})
    company.post(f"{one}/name", {"name": canary.picture})
    company.waits(SHORT_S)
    return labels


def test_labels_of_choices_of_an_offline_flow_stay_text_on_every_screen(
    crowd: Crowd, company: Company, host: Host, canary: Canary
) -> None:
    labels = offers_a_choice_to_who_met_nobody(company, canary)
    agent, visitor = crowd.agent("Ana", role="owner"), crowd.visitor()
    page = agent.page
    for screen in (agent, visitor):
        watched(screen, canary, company, host)
    visitor.open()
    visitor.choose(CHAT)
    for picked in labels[:2]:
        for label in labels:
            expect(visitor.panel.get_by_role("button", name=label, exact=True)).to_be_visible(timeout=READ_MS)
        visitor.choose(picked)
        visitor.sees_last(picked)
    visitor.leaves_details()
    visitor.sees(THANKS)
    panel_is_clean(visitor)
    company.knows_leads(1)

    agent.open_folder("Closed")
    agent.open_conversation()
    for label in labels:
        expect(agent.log.get_by_role("listitem").filter(has_text=label).first).to_be_visible()
    expect(agent.details.get_by_role("definition")).to_have_text(labels[1], timeout=READ_MS)
    expect(agent.outcomes).to_contain_text(labels[1])
    is_text(page)
    agent.goes_to("All leads")
    is_text(page, labels[1])
    expect(page.get_by_text(f"By a card of the bot, in “{canary.picture}”").first).to_be_visible()

    editor = EditorScreen(page, company)
    editor.open(company.playbook_id)
    page.get_by_role("button", name="Visits", exact=True).click()
    expect(page.locator(".pb-came").first).to_be_visible()
    for label in labels:
        expect(
            editor.tree.get_by_role("heading").get_by_role("button").filter(has_text=label)
        ).to_be_visible()
    is_text(page)
    for at, label in enumerate(labels):
        editor.card(canary.picture).nth(1).click()
        expect(editor.form.get_by_label(f"Label of path {at + 1}", exact=True)).to_have_value(label)
    editor.card(canary.picture).nth(2).click()
    expect(editor.form.get_by_label("Name of the field", exact=True)).to_have_value(canary.picture)
    is_text(page)
