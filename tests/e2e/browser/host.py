"""A customer's site: pages with the snippet, under whatever policy the customer has."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from services.cli.site.answering import Answer, answering

NONCE = "c2l0ZQ"
STRICT = (
    f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'self'; frame-src {{ours}}; "
    "require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'"
)
"""A policy that lets in nothing but scripts with the nonce and frames of ours."""
BODY = "<main><h1>A shop</h1><p>Some words about things to buy.</p></main>"


class Place(Protocol):
    """Where a company's people work: its workspace, at an address."""

    @property
    def base(self) -> str: ...

    @property
    def workspace_id(self) -> str: ...


@dataclass
class Host:
    """What the site's pages say from now on. `policy` is their Content-Security-Policy."""

    url: str
    snippet: str = ""
    policy: str | None = None
    attributes: str = 'lang="en"'
    """Of the page's html element."""
    body: str = BODY

    def is_strict(self, ours: str) -> None:
        """Its pages let in nothing but the snippet and frames of ours."""
        self.policy = STRICT.format(ours=ours)

    def page(self) -> bytes:
        """A page of the site."""
        snippet = self.snippet.replace("<script", f'<script nonce="{NONCE}"')
        return (
            f"<!doctype html><html {self.attributes}><head><title>Shop</title>"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"</head><body>{self.body}{snippet}</body></html>"
        ).encode()

    def answer(self, path: str) -> Answer:
        """What the site answers, whatever page is asked for."""
        headers = {"content-type": "text/html; charset=utf-8"}
        if self.policy is not None:
            headers["content-security-policy"] = self.policy
        return (204, headers, b"") if path == "/favicon.ico" else (200, headers, self.page())


@contextmanager
def host_site() -> Iterator[Host]:
    """A site at a port of its own, under a name that is not ours, until the context ends."""
    host = Host("")
    with answering("127.0.0.1", 0, host.answer) as port:
        host.url = f"http://localhost:{port}"
        yield host
