"""The site's pages, served at an address of their own, as a customer's site would be."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from string import Template

from services.cli.site.answering import Answer, answering
from services.cli.site.company import NAME

HERE = Path(__file__).parent
FRAME = Template((HERE / "frame.html").read_text())
PAGES = {"/": (NAME, "index.html"), "/beans": (f"Our beans · {NAME}", "beans.html")}
"""Title and content of the page at each path."""
HEADERS = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}


class Site:
    """Where it is, and the snippet that its pages hold from now on."""

    def __init__(self) -> None:
        self.url = self.snippet = ""

    def page(self, path: str) -> bytes | None:
        """The page at this path; None where there is none."""
        found = PAGES.get(path.partition("?")[0])
        if found is None:
            return None
        title, name = found
        content = (HERE / name).read_text()
        return FRAME.substitute(title=title, content=content, snippet=self.snippet).encode()

    def answer(self, path: str) -> Answer:
        """The same as an answer."""
        content = self.page(path)
        return (404, HEADERS, b"There is nothing here.") if content is None else (200, HEADERS, content)


@contextmanager
def serving(host: str, port: int) -> Iterator[Site]:
    """Serves the site until the context ends; port 0 takes a free one. Raises LookupError where it is taken."""
    site = Site()
    with ExitStack() as stack:
        try:
            taken = stack.enter_context(answering(host, port, site.answer))
        except OSError as error:
            raise LookupError(
                f"The demo site cannot have port {port}: {error.strerror}. Set LIVECHAT_SITE_PORT."
            ) from None
        site.url = f"http://{host}:{taken}"
        yield site
