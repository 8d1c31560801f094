"""An agent's session ends: told before, made longer for the password, and nothing written is lost after it."""

import psycopg
from playwright.sync_api import expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd

DRAFT = "What I was about to say"
STAY = "Stay signed in"


def ends_in(company: Company, seconds: int) -> None:
    """The sessions of the company's agents end so soon, as if they had begun long ago."""
    with psycopg.connect(company.system.variables["LIVECHAT_GATEWAY_WORKER_DATABASE"]) as database:
        database.execute(
            "UPDATE log.credentials SET expires_at = clock_timestamp() + make_interval(secs => %s)"
            " WHERE kind = 'agent_session' AND workspace_id = %s",
            (seconds, company.workspace_id),
        )


def sign_in_again(agent: AgentScreen) -> None:
    """By the form that the inbox shows."""
    agent.page.get_by_label("E-mail").fill("person1@example.com")
    agent.page.get_by_label("Password", exact=True).fill(PASSWORD)
    agent.page.get_by_role("button", name="Sign in").click()


def test_who_is_told_of_the_end_stays_for_the_password(crowd: Crowd, company: Company) -> None:
    ana, _ = crowd.chatting("Ana")
    ana.message.fill(DRAFT)
    told = ana.page.get_by_role("status").filter(has_text="You will be signed out at")
    expect(told).to_have_count(0)
    ends_in(company, 300)
    ana.page.reload()

    told.get_by_role("button", name=STAY).click()
    asked = ana.page.get_by_role("dialog", name=STAY)
    asked.get_by_label("Password", exact=True).fill("not the right one")
    asked.get_by_role("button", name=STAY).click()
    expect(asked.get_by_role("alert")).to_have_text("Your password is another one.")
    asked.get_by_label("Password", exact=True).fill(PASSWORD)
    asked.get_by_role("button", name=STAY).click()

    expect(asked).to_have_count(0)
    expect(told).to_have_count(0)
    ana.page.reload()
    expect(ana.message).to_have_value(DRAFT)
    expect(told).to_have_count(0)


def test_after_the_end_the_sign_in_leads_back_to_what_was_being_written(
    crowd: Crowd, company: Company
) -> None:
    ana, _ = crowd.chatting("Ana")
    address = ana.page.url
    ends_in(company, 8)
    ana.page.reload()
    ana.message.fill(DRAFT)

    expect(ana.page.get_by_role("status").filter(has_text="You were signed out")).to_be_visible(
        timeout=60_000
    )
    assert ana.page.url == address
    sign_in_again(ana)

    expect(ana.message).to_have_value(DRAFT)
    assert ana.page.url == address
