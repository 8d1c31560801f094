"""A site says who its visitor is, by what the company's own server has signed, before a visit or amid it."""

import time

import jwt
from playwright.sync_api import expect

from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.test_widget_calls import kept
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.words import CHAT, ONLINE, WELCOME
from tests.waiting import eventually_sync


def signed(company: Company, host: Host, user: str, name: str) -> str:
    """What the company's own server says of who is signed in there."""
    key = company.post("identity-keys", status=201, service="gateway")
    now = int(time.time())
    claims = {"sub": user, "aud": host.url, "iat": now, "exp": now + 300, "name": name}
    return jwt.encode(claims, key["secret"], algorithm="HS256", headers={"kid": key["kid"]})


def is_known_in_a_new_visit(
    agent: AgentScreen, visitor: VisitorScreen, company: Company, before: object
) -> None:
    """Who said nothing in the visit before has another one as themselves, and agents see who it is."""
    eventually_sync(lambda: kept(visitor, company).get("who") == "user-7", what="a visit of theirs")
    assert kept(visitor, company)["visit"] != before
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    agent.open_folder("Unassigned")
    agent.open_conversation("Zoë Müller")
    expect(agent.details.get_by_text("Signed for by your site")).to_have_count(1)


def test_whom_the_site_signs_for_has_a_name_in_the_inbox_and_agents_see_who_says_so(
    crowd: Crowd, company: Company, host: Host
) -> None:
    agent = crowd.agent("Ana")
    visitor = crowd.visitor()

    visitor.calls("identify", signed(company, host, "user-7", "Zoë Müller"))
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(ONLINE)

    agent.open_folder("Unassigned")
    agent.open_conversation("Zoë Müller")
    expect(agent.details.get_by_role("textbox", name="Name", exact=True)).to_have_value("Zoë Müller")
    expect(agent.details.get_by_text("Signed for by your site")).to_have_count(1)


def test_who_signs_in_with_the_panel_open_and_has_said_nothing_is_known_from_then_on(
    crowd: Crowd, company: Company, host: Host
) -> None:
    agent = crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    before = eventually_sync(lambda: kept(visitor, company).get("visit"), what="a visit")

    visitor.calls("identify", signed(company, host, "user-7", "Zoë Müller"))

    is_known_in_a_new_visit(agent, visitor, company, before)


def test_who_is_named_as_the_next_page_loads_and_has_said_nothing_is_known_from_then_on(
    crowd: Crowd, company: Company, host: Host
) -> None:
    agent = crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.open()
    visitor.sees(WELCOME)
    before = eventually_sync(lambda: kept(visitor, company).get("visit"), what="a visit")

    token = signed(company, host, "user-7", "Zoë Müller")
    # The queue takes it before the widget is there, and tells it before the panel listens.
    queued = (
        f"(window.livechat ||= function () {{ (livechat.q ||= []).push(arguments) }})('identify', '{token}')"
    )
    host.snippet = f"<script>{queued}</script>{host.snippet}"
    visitor.arrive()

    is_known_in_a_new_visit(agent, visitor, company, before)


def test_who_signs_in_amid_a_chat_goes_on_with_it_and_is_known_in_the_next_one(
    crowd: Crowd, company: Company, host: Host
) -> None:
    agent = crowd.agent("Ana")
    visitor = crowd.waiting_visitor()

    visitor.calls("identify", signed(company, host, "user-7", "Zoë Müller"))
    visitor.say("I have signed in.")
    visitor.sees("I have signed in.")
    agent.open_folder("Unassigned")
    expect(agent.row("Visitor")).to_be_visible()
    visitor.ends_chat()
    visitor.panel.get_by_role("button", name="Start a new chat").click()
    visitor.sees(WELCOME)
    visitor.choose(CHAT)

    visitor.sees(ONLINE)
    agent.open_conversation("Zoë Müller")


def test_a_token_that_does_not_count_keeps_nobody_from_chatting(
    crowd: Crowd, company: Company, host: Host
) -> None:
    agent = crowd.agent("Ana")
    visitor = crowd.visitor()
    good = signed(company, host, "user-7", "Zoë Müller")

    visitor.calls("identify", good[:-8] + ("a" if good[-8] == "b" else "b") + good[-7:])
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(ONLINE)

    agent.open_folder("Unassigned")
    agent.open_conversation("Visitor")
    expect(agent.row("Zoë")).to_have_count(0)
    expect(agent.details.get_by_role("textbox", name="Name", exact=True)).to_have_value("")


def test_somebody_else_who_signs_in_on_the_site_sees_nothing_of_who_was_there_before(
    crowd: Crowd, company: Company, host: Host
) -> None:
    crowd.agent("Ana")
    visitor = crowd.visitor()
    visitor.calls("identify", signed(company, host, "user-7", "Zoë Müller"))
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(ONLINE)

    visitor.calls("identify", signed(company, host, "user-8", "Yves Roy"))

    visitor.sees(ONLINE, times=0)
    visitor.sees(WELCOME)
    expect(visitor.panel.get_by_role("button", name="Earlier chats")).to_have_count(0)
