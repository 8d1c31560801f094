"""R8: a playbook is switched on, put on a site that may show it, and its visitors' chats reach the inbox."""

from playwright.sync_api import expect

from tests.e2e.browser.company import Company
from tests.e2e.browser.editor_screen import EditorScreen
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.words import CHAT, ONLINE
from tests.waiting import eventually_sync


def test_from_a_draft_to_a_chat_in_the_inbox(crowd: Crowd, company: Company, host: Host) -> None:
    corner = company.create(name="Corner")
    owner = crowd.agent("Ana", role="editor")
    editor = EditorScreen(owner.page, company)
    editor.open(corner)
    page = owner.page
    editor.part("Install")
    activate = page.get_by_role("button", name="Activate", exact=True)
    expect(activate).to_have_attribute("aria-disabled", "true")
    page.get_by_role("textbox", name="Sites").fill(f"{host.url}/some/page")
    page.get_by_role("button", name="Save sites").click()
    expect(page.get_by_text("Only these sites may show it.").last).to_be_visible()
    editor.publish()
    activate.click()
    expect(page.get_by_role("button", name="Deactivate")).to_be_visible()
    host.snippet = page.get_by_role("textbox", name="Snippet").input_value()
    assert company.get(f"playbooks/{corner}")["sites"] == [host.url]
    eventually_sync(lambda: company.takes_visits(corner), within_s=120, what="it takes visits")

    visitor = crowd.visitor()
    visitor.open()
    visitor.choose(CHAT)
    visitor.sees(ONLINE)
    page.get_by_role("navigation").get_by_role("link", name="Live Chat", exact=True).click()
    owner.open_folder("Unassigned")
    owner.open_conversation()

    page.goto(f"{company.base}/inbox/chatbot/{corner}/install")
    page.get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(activate).to_be_visible()
    eventually_sync(lambda: not company.takes_visits(corner), within_s=120, what="it takes no more visits")
    late = crowd.profile().new_page()
    late.goto(host.url)
    late.wait_for_function("() => 'livechat' in window")
    expect(late.locator("iframe")).to_have_count(0)


def test_a_site_that_is_not_on_the_list_shows_no_panel(crowd: Crowd, company: Company, host: Host) -> None:
    owner = crowd.agent("Ana", role="editor", online=False)
    owner.page.goto(f"{company.base}/inbox/chatbot/{company.playbook_id}/install")
    owner.page.get_by_role("textbox", name="Sites").fill("https://elsewhere.example.com")
    owner.page.get_by_role("button", name="Save sites").click()

    def refused() -> bool:
        told = {"workspace_id": company.workspace_id, "playbook_id": company.playbook_id}
        answer = company.http.post("/api/gateway/visits", json=told, headers={"origin": host.url})
        return answer.status_code == 403

    eventually_sync(refused, within_s=120, what="the gateway knows of the sites")
    policy = company.http.get(f"/panel/{company.workspace_id}/{company.playbook_id}").headers[
        "content-security-policy"
    ]
    assert host.url not in policy
    assert "https://elsewhere.example.com" in policy
