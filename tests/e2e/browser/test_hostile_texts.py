"""Text from people is never markup: on no screen does it run, load or ask for anything."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from services.cli.site.answering import Answer, answering
from tests.e2e.browser.company import Company
from tests.e2e.browser.people import Crowd

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="{canary}/img">',
    "<svg/onload=alert(1)>",
    '<iframe src="{canary}/frame"></iframe>',
    '<link rel=stylesheet href="{canary}/css">',
    '"><script src="{canary}/js"></script>',
    "' onfocus='alert(1)' autofocus='",
    "<style>@import url({canary}/style);</style>",
    '<form action="{canary}/form"><button>go</button></form>',
    "{{constructor.constructor('alert(1)')()}}",
    "${{alert(1)}}#{{7*7}}<%= 7*7 %>",
    "javascript:alert(1)",
    "[click](javascript:alert(1))",
    "data:text/html,<script>alert(1)</script>",
    'http://example.com/" onmouseover="alert(1)',
    "https://example.com/<b>bold</b>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "\u202e<b>gnp.exe\u202c",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
)


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody should ask for anything, and what it was asked for."""
    asked: list[str] = []

    def answer(path: str) -> Answer:
        asked.append(path)
        return 204, {}, b""

    with answering("127.0.0.1", 0, answer) as port:
        yield f"http://127.0.0.1:{port}", asked


def test_what_a_visitor_writes_stays_text_on_every_screen(
    crowd: Crowd, company: Company, canary: tuple[str, list[str]]
) -> None:
    url, asked = canary
    company.asks_for_the_name_first()
    texts = [text.replace("{canary}", url) for text in HOSTILE]
    name = texts[2]
    agent, visitor = crowd.chatting("Ana", visitor_name=name)

    for text in texts:
        visitor.say(text)
        visitor.sees_last(text)
        agent.sees_last(text)
    for text in texts:
        agent.say(text)
        visitor.sees_last(text)

    expect(agent.page.get_by_role("heading", name=name)).to_be_visible()
    agent.open_folder("My conversations")
    agent.open_conversation(name)
    expect(agent.details.get_by_label("Name", exact=True).first).to_have_value(name)
    for log in (agent.log, visitor.log):
        assert (
            log.locator("script, iframe, link, style, form, svg[onload], math, [onerror], [onfocus]").count()
            == 0
        )
        for link in log.get_by_role("link").all():
            assert (link.get_attribute("href") or "").startswith(
                ("http://example.com/", "https://example.com/", url)
            )
    assert asked == []
