"""Sockets that break at any moment, and a gateway that is started anew, cost no screen a message and double none."""

import random
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.wire import Wire
from tests.e2e.system import System
from tests.proof import count

pytestmark = pytest.mark.fault

CUTS = count(1_000)
CUTS_OF_A_CHAT = 25
SAID_MAX = 60  # A screen draws the last lines of a chat, and the others when they are asked for.
PARTIAL_BYTES_MAX = 300
SEEN_WITHIN_MS = 60_000
TALK = re.compile(r"^(visitor|agent) says \d+$")


def said_in(log: Locator) -> list[str]:
    """What both said, in the order in which this screen shows it."""
    return log.get_by_text(TALK).all_inner_texts()


def all_is_said(agent: AgentScreen, visitor: VisitorScreen, sent: list[str]) -> None:
    """Both screens show everything once; what one person said is in its order; and both show the same order."""
    for log in (agent.log, visitor.log):
        expect(log.get_by_text(TALK)).to_have_count(len(sent), timeout=SEEN_WITHIN_MS)
        expect(log.get_by_text("Sending…")).to_have_count(0, timeout=SEEN_WITHIN_MS)
    shown = said_in(visitor.log)
    assert sorted(shown) == sorted(sent)
    for who in ("visitor", "agent"):
        assert [text for text in shown if text.startswith(who)] == [it for it in sent if it.startswith(who)]
    assert said_in(agent.log) == shown


@pytest.mark.timeout(300 + 20 * CUTS)
def test_random_cuts_lose_double_and_disorder_nothing_on_either_screen(crowd: Crowd, wire: Wire) -> None:
    chance, cuts = random.Random(20261128), 0

    while cuts < CUTS:
        agent, visitor = crowd.chatting(f"Ana {cuts}")
        sent, wanted = list[str](), min(CUTS, cuts + CUTS_OF_A_CHAT)
        while cuts < wanted:
            cuts += wire.cut(chance.choice([0, 0, chance.randint(1, PARTIAL_BYTES_MAX)]))
            if len(sent) < SAID_MAX:
                speaker: AgentScreen | VisitorScreen = chance.choice((agent, visitor))
                sent.append(f"{'agent' if speaker is agent else 'visitor'} says {len(sent)}")
                speaker.say(sent[-1])
            visitor.page.wait_for_timeout(chance.uniform(0, 300))
        all_is_said(agent, visitor, sent)
        crowd.leave()


def test_what_is_written_while_nobody_gets_through_is_said_when_somebody_does(
    crowd: Crowd, wire: Wire
) -> None:
    agent, visitor = crowd.chatting("Ana")
    wire.down = True
    try:
        wire.cut_all()
        expect(agent.page.get_by_text("Not connected")).to_be_visible(timeout=SEEN_WITHIN_MS)
        expect(visitor.panel.get_by_text("No connection")).to_be_visible(timeout=SEEN_WITHIN_MS)
        sent = [f"{who} says {number}" for who in ("visitor", "agent") for number in range(5)]
        for text in sent:
            (visitor if text.startswith("visitor") else agent).say(text)
    finally:
        wire.down = False

    all_is_said(agent, visitor, sent)
    expect(agent.page.get_by_text("Not connected")).to_have_count(0)
    expect(visitor.panel.get_by_text("No connection")).to_have_count(0)


def test_a_gateway_that_is_started_anew_amid_a_chat_loses_nothing(
    crowd: Crowd, company: Company, shop: System
) -> None:
    agent, visitor = crowd.chatting("Ana")
    visitor.say("visitor says 1")
    agent.sees("visitor says 1")

    shop.kill("all")
    visitor.say("visitor says 2")
    agent.say("agent says 3")
    shop.start("all")

    all_is_said(agent, visitor, ["visitor says 1", "visitor says 2", "agent says 3"])
    visitor.say("visitor says 4")
    agent.sees("visitor says 4")
    expect(agent.page.get_by_role("switch")).to_be_checked(timeout=SEEN_WITHIN_MS)
