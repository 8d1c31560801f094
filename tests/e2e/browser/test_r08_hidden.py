"""R8: where its owner wants it, the widget's button is not on the page while no agent is online."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.visitor_screen import VisitorScreen
from tests.e2e.browser.watching import OPEN_SHADOWS
from tests.e2e.browser.words import WELCOME
from tests.waiting import eventually_sync

HIDES: Mapping[str, object] = {"hides_offline": True}


def behaves(company: Company, **how: object) -> None:
    """The widget behaves so on pages that are loaded from now on."""
    company.post(f"playbooks/{company.playbook_id}/behaviour", {"behaviour": how})

    def told() -> bool:
        launcher = company.launcher(company.playbook_id)
        return all(f'"{name}"' in launcher for name, value in how.items() if value)

    eventually_sync(told, what="the gateway knows of it")


def arrives(crowd: Crowd, host: Host) -> tuple[VisitorScreen, list[str]]:
    """Somebody on a page of the site, and what it asks us for; their button may be hidden."""
    context = crowd.profile()
    context.add_init_script(OPEN_SHADOWS)
    page: Page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda it: asked.append(it.url) if host.url not in it.url else None)
    page.goto(host.url, wait_until="networkidle")
    return VisitorScreen(page, host), asked


def online_asked(asked: list[str]) -> int:
    return sum(url.endswith("/online.js") for url in asked)


@pytest.mark.parametrize("strict", [False, True])
def test_the_button_is_there_while_somebody_is_online(
    crowd: Crowd, company: Company, host: Host, strict: bool
) -> None:
    behaves(company, **HIDES)
    if strict:
        host.is_strict(company.base)
    visitor, asked = arrives(crowd, host)
    assert online_asked(asked) == 1
    expect(visitor.launcher).to_be_hidden()

    crowd.agent("Ana")

    def comes_back() -> bool:
        with visitor.page.expect_response("**/online.js") as told:
            visitor.page.reload()
        return told.value.text() == "export default 1;"

    eventually_sync(comes_back, within_s=120, every_s=0.5, what="pages are told that somebody is online")
    expect(visitor.launcher).to_be_visible()


def test_it_is_opened_by_the_site_and_asks_once(crowd: Crowd, company: Company, host: Host) -> None:
    behaves(company, **HIDES)
    visitor, asked = arrives(crowd, host)

    visitor.page.evaluate("livechat('open')")

    visitor.sees(WELCOME)
    expect(visitor.launcher).to_be_visible()
    visitor.close()
    expect(visitor.launcher).to_be_hidden()
    assert online_asked(asked) == 1


def test_who_chats_keeps_the_button(crowd: Crowd, company: Company, host: Host) -> None:
    behaves(company, **HIDES)
    agent, visitor = crowd.chatting("Ana")
    agent.go_offline_amid_chats()
    company.knows_offline("Ana")

    visitor.close()
    with visitor.page.expect_response("**/online.js"):
        visitor.page.reload()

    expect(visitor.launcher).to_be_visible()


def test_a_widget_that_does_not_hide_asks_nobody(crowd: Crowd, host: Host) -> None:
    visitor, asked = arrives(crowd, host)

    expect(visitor.launcher).to_be_visible()
    assert online_asked(asked) == 0


def test_an_owner_switches_it_on(crowd: Crowd, company: Company) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    editor = EditorScreen(owner.page, company)
    editor.open(company.playbook_id)
    editor.part("Install")

    owner.page.get_by_role("checkbox", name="Hide the button while nobody is online").check()
    owner.page.get_by_role("button", name="Save behaviour").click()

    expect(owner.page.get_by_text("Saved. Pages behave so within a minute.").last).to_be_visible()
    assert company.get(f"playbooks/{company.playbook_id}")["behaviour"]["hides_offline"] is True
