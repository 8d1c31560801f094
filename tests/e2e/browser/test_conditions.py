"""Conditions in a browser: its language and the campaign by which its visitor came decide what the bot says."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen

BOTH, SPRING, OTHERS = "Olá, primavera!", "Hello, spring!", "Hello there!"
PT = {"of": "locale", "locales": ["pt"]}
CAMPAIGN = {"of": "utm", "parameter": "campaign", "compare": "is", "value": "spring"}
FLOW = {
    "start": "asks",
    "cards": {
        "asks": {
            "kind": "condition",
            "cases": [{"when": [PT, CAMPAIGN], "next": "both"}, {"when": [CAMPAIGN], "next": "spring"}],
            "otherwise": "others",
        },
        "both": {"kind": "end", "text": BOTH},
        "spring": {"kind": "end", "text": SPRING},
        "others": {"kind": "end", "text": OTHERS},
    },
}


def test_the_browsers_language_and_the_campaign_decide_what_the_bot_says(
    crowd: Crowd, company: Company, host: Host
) -> None:
    company.post(f"playbooks/{company.playbook_id}/flow", {"flow": FLOW})
    company.publish(company.playbook_id)

    def comes(locale: str, *addresses: str) -> VisitorScreen:
        visitor = crowd.visitor(locale=locale)
        for address in addresses:
            visitor.page.goto(f"{host.url}{address}")
        visitor.open()
        return visitor

    # A page later the campaign still counts; the panel was not open before.
    comes("pt-BR", "/?utm_source=mail&utm_campaign=Spring", "/prices").sees(BOTH)
    comes("en-GB", "/?utm_campaign=spring").sees(SPRING)
    others = comes("pt-BR", "/prices")
    others.sees(OTHERS)
    for text in (BOTH, SPRING):
        expect(others.log.get_by_text(text)).to_have_count(0)
