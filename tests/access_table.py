"""The table of who may do what, made from the services' own routes; `python -m tests.access_table` writes it anew."""

from pathlib import Path

from tests.e2e.pages import pages
from tests.e2e.routes import LET_IN, Route, routes

DOCUMENT = Path(__file__).parents[1] / "docs" / "access.md"
BEGIN, END = "<!-- routes -->\n", "<!-- end of routes -->\n"
ROLES = ("visitor", "agent", "editor", "owner")


def table() -> str:
    """Every route with the roles that it lets in, by service and address."""
    head = "| route | anybody | visitor | agent | editor | owner |\n|---|---|---|---|---|---|\n"
    return head + "".join(sorted([*map(_line, routes()), *map(_page, pages())]))


def _page(page: str) -> str:
    method, _, path = page.partition(" ")
    return f"| `{path}` {method} | {' | '.join('x' * (1 + len(ROLES)))} |\n"


def _line(route: Route) -> str:
    method = "WebSocket" if route.method == "SOCKET" else route.method
    let_in = LET_IN["participant" if route.method == "SOCKET" else route.access]
    marks = ["x" if who in let_in else "" for who in ("nobody", *ROLES)]
    return f"| `/api/{route.service}{route.path}` {method} | {' | '.join(marks)} |\n"


def written() -> str:
    """The document with the table of today in it."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    DOCUMENT.write_text(written())
