"""Who waits reads their place in line, in the bot's language, where the Live Chat card says so; nobody else does."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen

WITHIN_MS = 20_000
FALAR = "Falar com a gente"


def stands(visitor: VisitorScreen, words: str) -> None:
    """It is seen once, and said once to whoever does not see."""
    expect(visitor.panel.locator(".hint").get_by_text(words, exact=True)).to_be_visible(timeout=WITHIN_MS)
    expect(visitor.panel.get_by_role("status").get_by_text(words, exact=True)).to_have_count(
        1, timeout=WITHIN_MS
    )


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
