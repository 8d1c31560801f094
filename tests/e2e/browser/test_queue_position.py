"""An owner switches it on: who waits reads their place in line, moves up, and has it again after a reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, ONLINE

WITHIN_MS = 20_000
FALAR = "Falar com a gente"
NEXT = "You are next"
SAID_EVERY_MS = 9_900
LISTENS = """() => {
  self.said = [];
  const region = [...document.querySelectorAll("[role=status]")].find((it) => it.textContent.includes("in line"));
  const options = { subtree: true, childList: true, characterData: true };
  new MutationObserver(() => said.push(performance.now())).observe(region, options);
}"""
"""Notes when another place is read out."""
IN_LINE = re.compile("in line|You are next")


def stands(visitor: VisitorScreen, words: str) -> None:
    """It is seen once, and said once to whoever does not see."""
    expect(visitor.panel.locator(".hint").get_by_text(words, exact=True)).to_be_visible(timeout=WITHIN_MS)
    expect(visitor.panel.get_by_role("status").get_by_text(words, exact=True)).to_have_count(
        1, timeout=WITHIN_MS
    )


def test_visitors_who_wait_read_where_they_stand_until_they_are_taken(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor")
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    editor.select(ONLINE)
    switch = editor.form.get_by_role("checkbox", name="Tell visitors their place in line")
    expect(switch).not_to_be_checked()
    switch.check()
    editor.is_saved()
    owner.page.get_by_role("button", name="Preview", exact=True).click()
    played = owner.page.frame_locator("iframe[title^=Panel]")
    played.get_by_role("button", name=CHAT, exact=True).click()
    expect(played.locator(".hint").get_by_text(NEXT, exact=True)).to_be_visible()
    owner.page.get_by_role("button", name="Preview", exact=True).click()
    editor.publish("Line")
    agent = crowd.agent("Ben")
    first, second, third = (crowd.waiting_visitor() for _ in range(3))
    stands(first, NEXT)
    stands(second, "You are number 2 in line")
    stands(third, "You are number 3 in line")

    third.page.reload()
    third.open()
    stands(third, "You are number 3 in line")
    third.frame.evaluate(LISTENS)
    for taken in (first, second):
        agent.open_folder("Unassigned")
        agent.rows().first.click()
        agent.take()
        taken.sees("Ben has joined the chat.")
        expect(taken.panel.get_by_text(IN_LINE)).to_have_count(0)
        if taken is first:
            stands(second, NEXT)
            stands(third, "You are number 2 in line")
    stands(third, NEXT)
    moves = third.frame.evaluate("() => said")
    assert len(moves) == 2
    assert moves[1] - moves[0] >= SAID_EVERY_MS


@pytest.mark.parametrize("shows", [True, False])
def test_the_bots_language_and_the_setting_decide(
    crowd: Crowd, company: Company, host: Host, shows: bool
) -> None:
    company.install(host, language="pt-BR")
    card = f"playbooks/{company.playbook_id}/live-chat-cards/live_chat"
    company.post(card, {"show_queue_position": shows})
    company.publish(company.playbook_id)
    crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(FALAR)

    expect(visitor.panel.get_by_role("timer")).to_be_visible(timeout=WITHIN_MS)
    if shows:
        stands(visitor, "Você é a próxima pessoa da fila")
    else:
        expect(visitor.panel.get_by_text("da fila")).to_have_count(0)
