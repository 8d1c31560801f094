"""The site's pages, served at an address of their own, as a customer's site would be."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Thread

from services.cli.site.company import NAME

HERE = Path(__file__).parent
FRAME = Template((HERE / "frame.html").read_text())
PAGES = {"/": (NAME, "index.html"), "/beans": (f"Our beans · {NAME}", "beans.html")}
"""Title and content of the page at each path."""
HEADERS = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}


class Site:
    """Where it is, and the snippet that its pages hold from now on."""

    def __init__(self, url: str) -> None:
        self.url, self.snippet = url, ""

    def page(self, path: str) -> bytes | None:
        """The page at this path; None where there is none."""
        found = PAGES.get(path.partition("?")[0])
        if found is None:
            return None
        title, name = found
        content = (HERE / name).read_text()
        return FRAME.substitute(title=title, content=content, snippet=self.snippet).encode()


@contextmanager
def serving(host: str, port: int) -> Iterator[Site]:
    """Serves the site until the context ends; port 0 takes a free one. Raises LookupError where it is taken."""
    try:
        server = ThreadingHTTPServer((host, port), BaseHTTPRequestHandler)
    except OSError as error:
        raise LookupError(
            f"The demo site cannot have port {port}: {error.strerror}. Set LIVECHAT_SITE_PORT."
        ) from None
    site = Site(f"http://{host}:{server.server_port}")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = site.page(self.path)
            self.send_response(404 if content is None else 200)
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content or b"There is nothing here.")

        def log_message(self, format: str, *args: object) -> None:
            """Nobody needs to know."""

    server.RequestHandlerClass = Handler
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True, name="site").start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
