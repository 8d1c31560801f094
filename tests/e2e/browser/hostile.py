"""Texts that people write who want more than to be read, and what is seen where one of them got it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Frame, Page, Request

from services.cli.site.answering import Answer, answering

TEXTS = (
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
MADE = "[onerror], [onload], [onfocus], [onmouseover], [srcdoc], math, mglyph, meta[http-equiv=refresh], base, object"
"""What our pages never have, anywhere."""
INSIDE = "body :is(script, link, style, iframe, form[action], b, i, svg:not([aria-hidden]))"
"""What they have in their heads, or drawn by themselves, and not among what people say."""
LINKS = "[...document.links].map((it) => it.protocol)"


@dataclass
class Canary:
    """A server that nobody should ask for anything, and whoever else was asked that is none of ours."""

    url: str
    asked: list[str] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The texts, with this canary's address."""
        return [text.replace("{canary}", self.url) for text in TEXTS]

    @property
    def picture(self) -> str:
        """The shortest of them, for where little can be written."""
        return f"<img src={self.url}/>"

    def over(self, context: BrowserContext, *ours: str) -> None:
        """Notes every request of this profile that does not go to these origins."""

        def noted(request: Request) -> None:
            url = urlsplit(request.url)
            if url.scheme in ("http", "https") and f"{url.scheme}://{url.netloc}" not in ours:
                self.asked.append(request.url)

        context.on("request", noted)


@contextmanager
def waiting_canary() -> Iterator[Canary]:
    """One at a port of its own."""
    found = Canary("")

    def answer(path: str) -> Answer:
        found.asked.append(path)
        return 204, {}, b""

    with answering("127.0.0.1", 0, answer) as port:
        found.url = f"http://127.0.0.1:{port}"
        yield found


def made_of(page: Page | Frame) -> list[str]:
    """What has become of texts on the page as it is: elements that are not ours, links that run something."""
    found = [one.evaluate("(it) => it.outerHTML") for one in page.locator(f"{MADE}, {INSIDE}").all()]
    return found + [one for one in page.evaluate(LINKS) if one not in ("http:", "https:")]
