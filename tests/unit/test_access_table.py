"""The documented table of who may do what is the one that the routes enforce."""

from tests.access_table import DOCUMENT, written
from tests.e2e.routes import LET_IN, routes


def test_the_document_names_every_route_with_the_roles_that_it_lets_in() -> None:
    assert DOCUMENT.read_text() == written(), "write it anew: python -m tests.access_table"


def test_an_owner_may_what_an_editor_may_and_an_editor_what_an_agent_may() -> None:
    for lets_in in (LET_IN[route.access] for route in routes() if route.method != "SOCKET"):
        assert "agent" not in lets_in or "editor" in lets_in
        assert "editor" not in lets_in or "owner" in lets_in


def test_only_owners_decide_who_is_of_the_team() -> None:
    team = [route for route in routes() if route.path.startswith("/agents/") and route.service == "gateway"]

    assert {route.access for route in team if route.method == "POST"} == {"owner"}
