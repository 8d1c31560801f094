"""A customer's site: pages with the snippet, under whatever policy the customer has."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

NONCE = "c2l0ZQ"
BODY = "<main><h1>A shop</h1><p>Some words about things to buy.</p></main>"


@dataclass
class Host:
    """What the site's pages say from now on. `policy` is their Content-Security-Policy."""

    url: str
    snippet: str = ""
    policy: str | None = None
    attributes: str = 'lang="en"'
    """Of the page's html element."""
    body: str = BODY

    def page(self) -> bytes:
        """A page of the site."""
        snippet = self.snippet.replace("<script", f'<script nonce="{NONCE}"')
        return (
            f"<!doctype html><html {self.attributes}><head><title>Shop</title>"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"</head><body>{self.body}{snippet}</body></html>"
        ).encode()


@contextmanager
def host_site() -> Iterator[Host]:
    """A site at a port of its own, under a name that is not ours, until the context ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    host = Host(f"http://localhost:{server.server_port}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path != "/favicon.ico" else 204)
            self.send_header("content-type", "text/html; charset=utf-8")
            if host.policy is not None:
                self.send_header("content-security-policy", host.policy)
            self.end_headers()
            if self.path != "/favicon.ico":
                self.wfile.write(host.page())

        def log_message(self, format: str, *args: object) -> None:
            """Nobody needs to know."""

    server.RequestHandlerClass = Handler
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
