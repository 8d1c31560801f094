"""R4: a Live Chat card's online message, wait time, offline message and offline flow, as a visitor sees them."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import CHAT, LEAVE_DETAILS, WELCOME

OURS = {
    "online_message": "A barista looks up.",
    "offline_message": "All baristas are pouring.",
    "wait_time_s": 15,
}


def test_what_the_card_says_is_what_the_visitor_reads(crowd: Crowd, company: Company, host: Host) -> None:
    company.post(f"playbooks/{company.playbook_id}/live-chat-cards/live_chat", OURS)
    company.publish(company.playbook_id)
    crowd.agent("Ana")
    visitor = crowd.visitor()

    visitor.open()
    visitor.sees(WELCOME)
    visitor.choose(CHAT)

    visitor.sees("A barista looks up.")
    expect(visitor.panel.get_by_role("timer")).to_be_visible()
    visitor.sees("All baristas are pouring.", within_ms=30_000)
    visitor.sees(LEAVE_DETAILS)
    expect(visitor.panel.get_by_role("timer")).to_have_count(0)
