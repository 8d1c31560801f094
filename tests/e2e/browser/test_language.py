"""An agent reads their language in whichever browser, and leaves it to nobody who comes after them."""

import pytest
from playwright.sync_api import Page, expect

from services.cli.demo.clients import PASSWORD
from tests.e2e.browser.agent_screen import AgentScreen
from tests.e2e.browser.company import Company
from tests.e2e.browser.notified import Profiles
from tests.e2e.browser.people import Crowd
from tests.e2e.push_service import PushService

PORTUGUESE = "Português (Brasil)"


def speaks(page: Page, language: str) -> None:
    """All of the page is in this language, as it is told to whoever reads it out."""
    expect(page.locator("html")).to_have_attribute("lang", language)


def signs_in(page: Page, company: Company, email: str) -> None:
    page.goto(f"{company.base}/inbox/sign-in?workspace={company.workspace_id}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_two_agents_in_one_browser_read_each_their_own(crowd: Crowd, company: Company) -> None:
    bia = crowd.agent("Bia", online=False)
    page = bia.page
    page.get_by_role("button", name="Account: Bia").click()
    page.get_by_role("menuitemradio", name=PORTUGUESE).click()
    speaks(page, "pt-BR")
    expect(page.get_by_role("switch", name="Seu status")).to_be_visible()
    page.reload()
    speaks(page, "pt-BR")
    page.get_by_role("button", name="Conta: Bia").click()
    page.get_by_role("menuitem", name="Sair").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    speaks(page, "en")

    ben = AgentScreen(page, company)
    ben.join("Ben", company.invite())
    ben.open_folder("Unassigned")
    speaks(page, "en")


def test_an_agent_reads_theirs_in_another_browser_and_changes_it_in_the_account(
    crowd: Crowd, company: Company
) -> None:
    bia = crowd.agent("Bia", online=False)
    bia.page.goto(f"{company.base}/inbox/account")
    bia.page.get_by_label("Language", exact=True).select_option(PORTUGUESE)
    speaks(bia.page, "pt-BR")

    phone = crowd.profile().new_page()
    signs_in(phone, company, "person1@example.com")
    expect(phone.get_by_role("heading", name="Não atribuídas", level=1)).to_be_visible()
    speaks(phone, "pt-BR")
    phone.goto(f"{company.base}/inbox/account")
    phone.get_by_label("Idioma", exact=True).select_option("English")
    speaks(phone, "en")

    bia.page.reload()
    expect(bia.page.get_by_label("Language", exact=True)).to_have_value("en")
    speaks(bia.page, "en")


def test_what_was_picked_at_the_way_in_is_the_language_of_who_comes_in(
    crowd: Crowd, company: Company
) -> None:
    page = crowd.profile().new_page()
    page.goto(f"{company.base}/inbox/join?workspace={company.workspace_id}#{company.invite()}")
    page.get_by_role("button", name=PORTUGUESE).click()
    page.get_by_label("Seu nome").fill("Bia")
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    with page.expect_response("**/account/language") as told:
        page.get_by_role("button", name="Participar").click()
    assert told.value.ok

    page.reload()
    expect(page.get_by_role("button", name="Conta: Bia")).to_be_visible()
    speaks(page, "pt-BR")


@pytest.mark.whole_browser
def test_notices_say_it_in_the_agents_language(crowd: Crowd, company: Company, pushes: PushService) -> None:
    screen = Profiles(crowd, company, pushes).agent("granted", watched=True)
    screen.page.goto(f"{company.base}/inbox/account")
    with screen.page.expect_response("**/account/language"):
        screen.page.get_by_label("Language", exact=True).select_option(PORTUGUESE)
    speaks(screen.page, "pt-BR")

    screen.asked_for()

    screen.until(screen.shown, "a notification")
    assert [one["title"] for one in screen.shown()] == ["Nova conversa"]
