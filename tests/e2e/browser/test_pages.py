"""What may frame our pages, and what they may load, as a browser holds it."""

from playwright.sync_api import Page

from tests.e2e.browser.company import Company
from tests.e2e.browser.host import Host
from tests.e2e.browser.people import Crowd
from tests.e2e.browser.watching import Watch
from tests.waiting import eventually_sync


def is_refused(page: Page) -> bool:
    """Whether the browser shows its own page in place of the first frame's."""

    def where() -> str:
        page.wait_for_timeout(20)  # Lets the browser's messages come in.
        url = page.frames[1].url if len(page.frames) > 1 else ""
        return url if url not in ("", "about:blank") else ""

    return eventually_sync(where, what="the frame is somewhere").startswith("chrome-error:")


def test_the_inbox_is_framed_by_nobody(crowd: Crowd, company: Company, host: Host, watch: Watch) -> None:
    host.body = f'<iframe src="{company.base}/inbox"></iframe>'
    page = crowd.profile().new_page()

    page.goto(host.url)

    assert is_refused(page)
    assert watch.forget("frame-ancestors") > 0


def test_the_panel_is_framed_by_the_playbooks_sites_alone(
    crowd: Crowd, company: Company, host: Host, watch: Watch
) -> None:
    panel = f"{company.base}/panel/{company.workspace_id}/{company.playbook_id}"
    host.body = f'<iframe src="{panel}"></iframe>'
    page = crowd.profile().new_page()

    page.goto(host.url)
    assert not is_refused(page)
    assert watch.wrong == []

    page.goto(host.url.replace("localhost", "127.0.0.1"))
    assert is_refused(page)
    assert watch.forget("frame-ancestors") > 0
