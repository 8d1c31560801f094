"""docs/api.md with its generated parts as of today; what stands between them is written by hand."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.api_reference import frames, problems, routes

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
PARTS: Mapping[str, Callable[[], str]] = {
    "problems": problems.table,
    "routes for anybody": partial(routes.routes_of, "public"),
    "routes for visitors": partial(routes.routes_of, "visitor"),
    "routes for visitors and agents": partial(routes.routes_of, "participant"),
    "routes for agents": partial(routes.routes_of, "agent"),
    "routes for editors": partial(routes.routes_of, "editor"),
    "routes for owners": partial(routes.routes_of, "owner"),
    "shapes": routes.shapes,
    "frames that a client sends": frames.commands,
    "events of conversations": frames.events_of_conversations,
    "events of visits": frames.events_of_visits,
    "rows": frames.rows,
}
"""What stands in the document between the markers of each name."""
_PART = re.compile(r"<!-- generated: ([^>]*?) -->\n.*?<!-- end of generated -->\n", re.DOTALL)


def written() -> str:
    """The document with each part made anew. Raises AssertionError where one is missing or unknown."""
    before = DOCUMENT.read_text()
    names = [found[1] for found in _PART.finditer(before)]
    assert sorted(names) == sorted(PARTS), f"the document's generated parts are {names}"
    return _PART.sub(lambda found: _marked(found[1]), before)


def _marked(name: str) -> str:
    return f"<!-- generated: {name} -->\n{PARTS[name]()}<!-- end of generated -->\n"
