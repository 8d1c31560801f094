"""R4: a Live Chat card's online message, wait time, offline message and offline flow, as a visitor sees them."""

import re

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, LEAVE_DETAILS, NAME, OFFLINE, ONLINE, WELCOME

OURS_ONLINE, OURS_OFFLINE = "A barista looks up.", "All baristas are pouring."
OURS = {
    "online_message": OURS_ONLINE,
    "offline_message": OURS_OFFLINE,
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

    visitor.sees(OURS_ONLINE)
    expect(visitor.panel.get_by_role("timer")).to_be_visible()
    visitor.sees(OURS_OFFLINE, within_ms=30_000)
    visitor.sees(LEAVE_DETAILS)
    expect(visitor.panel.get_by_role("timer")).to_have_count(0)


OFFLINE_FLOW = ("Our shop sleeps, our letter box does not.", "We answer before the next roast.")
WAIT_TIME_S = 8


def _write(editor: EditorScreen) -> None:
    """The card's own words and wait time, and an offline flow with other words and one card more."""
    editor.select(ONLINE)
    editor.write("Online message", OURS_ONLINE)
    editor.write("Wait time in seconds", str(WAIT_TIME_S))
    editor.form.get_by_label("Wait time in seconds").press("Enter")
    editor.write("Offline message", OURS_OFFLINE)
    offline_flow = editor.tree.locator(".pb-offline")
    expect(offline_flow.get_by_role("button", name="Offline flow", exact=True)).to_be_visible()
    offline_flow.locator("[data-card]").filter(has_text=LEAVE_DETAILS).click()
    editor.write("Message", OFFLINE_FLOW[0])
    editor.add_after(OFFLINE_FLOW[0], "message")
    editor.write("Message", OFFLINE_FLOW[1])
    editor.is_saved()
    editor.publish("Words of our own")


def _walks_the_offline_flow(visitor: VisitorScreen) -> None:
    for said in (*OFFLINE_FLOW, NAME):
        visitor.sees(said, within_ms=30_000)
    visitor.sees(LEAVE_DETAILS, times=0)
    visitor.sees(OFFLINE, times=0)


def test_what_is_edited_on_the_screen_is_what_visitors_read_in_both_flows(
    crowd: Crowd, company: Company
) -> None:
    owner = crowd.agent("Ana", role="editor")
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    _write(editor)

    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(OURS_ONLINE)
    timer = visitor.panel.get_by_role("timer")
    expect(timer).to_be_visible()
    expect(timer).to_contain_text(re.compile(r"\b0:0[0-8]\b"))
    visitor.sees(OURS_OFFLINE, within_ms=30_000)
    _walks_the_offline_flow(visitor)
    visitor.sees(OURS_OFFLINE)

    owner.go_offline()
    company.knows_offline("Ana")
    late = crowd.visitor()
    late.open()
    late.choose(CHAT)
    _walks_the_offline_flow(late)
    late.sees(OURS_ONLINE, times=0)
    late.sees(OURS_OFFLINE, times=0)
