"""Whatever stands in a path, a query or a header: it is understood, or a problem says what is wrong with it."""

import socket
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import derived_id
from services.chassis.http import cursor_of
from tests.e2e.routes import INSTEAD, LET_IN, Route, caller_of, gets, posts, problem_of, routes
from tests.e2e.stage import Stage

pytestmark = pytest.mark.real

UNKNOWN = derived_id("unknown")
MALFORMED = ("x", UNKNOWN.upper(), f"{UNKNOWN}0", f" {UNKNOWN}", "\0", "é", "%", "x" * 5_000, " ")
PARTS = frozenset({"card_id", "question_id", "choice_id", "live_chat_id"})
"""Parts of a playbook, which its editors name as they like; a card is put under a new name as well as an old one."""
MALFORMED_PART = ("X", f" {UNKNOWN}", "\0", "é", "%", "x" * 65, " ")
NUMBERS = frozenset({"published"})
UNKNOWN_NUMBER, MALFORMED_NUMBER = "999", ("x", "0", "-1", "1.5", "\0", "é", "%", "9" * 40, " ")
NAMING = [route for route in routes() if route.parameters]
PAGED = [route for route in gets() if route.paged]
KEYED = [route for route in posts() if route.access != "public"]


@pytest.mark.parametrize("route", NAMING, ids=str)
def test_a_path_names_what_is_there(stage: Stage, route: Route) -> None:
    before = stage.appended()
    for name in route.parameters:
        if name not in ("folder", "card_id"):  # A folder that holds nothing is empty.
            answer = _at(stage, route, name, UNKNOWN_NUMBER if name in NUMBERS else UNKNOWN)
            assert (answer.status_code, problem_of(answer)["code"]) == (404, "not_found"), answer.text
        for malformed in _malformed(name):
            problem = problem_of(_at(stage, route, name, malformed))
            assert (problem["code"], problem["errors"][0]["where"]) == ("invalid", f"path.{name}"), malformed
        assert _at(stage, route, name, f"{UNKNOWN}\n").status_code in (404, 422)
        for elsewhere in ("../..", f"../{UNKNOWN}", f"{UNKNOWN}/x"):
            assert problem_of(_at(stage, route, name, elsewhere))["code"] in (
                "not_found",
                "method_not_allowed",
            )
    assert stage.appended() == before


def _malformed(name: str) -> tuple[str, ...]:
    if name in NUMBERS:
        return MALFORMED_NUMBER
    return MALFORMED_PART if name in PARTS else MALFORMED


def _at(stage: Stage, route: Route, name: str, value: str) -> httpx.Response:
    quoted = quote(value, safe="")
    instead = dict.fromkeys(INSTEAD.get(str(route), {}).values(), quoted) if name == "playbook_id" else {}
    url = route.url(**{**stage.ids, name: quoted, **instead})
    headers = stage.headers(caller_of(route))
    return stage.http.request(route.method, url, json=stage.body(route), headers=headers)


@pytest.mark.parametrize("route", routes(), ids=str)
def test_a_route_takes_its_own_methods_alone(stage: Stage, route: Route) -> None:
    own = {other.method for other in routes() if (other.service, other.path) == (route.service, route.path)}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - own:
        answer = stage.http.request(method, route.url(**stage.ids), headers=stage.headers("owner"))
        if method == "GET" and route.path == "/playbooks/import":  # It is read as a playbook's id.
            assert problem_of(answer)["code"] == "invalid"
            continue
        assert answer.status_code in (404, 405), (method, answer.text)
        assert problem_of(answer)["code"] in ("not_found", "method_not_allowed")


@pytest.mark.parametrize("route", KEYED, ids=str)
def test_an_idempotency_key_is_a_few_visible_characters(stage: Stage, route: Route) -> None:
    before = stage.appended()
    for key in (b"", b"k" * 129, b"a b", b"a\tb", "schlüssel".encode(), b"\x80"):
        headers: Any = {**stage.headers(caller_of(route)), "idempotency-key": key}
        answer = stage.http.request("POST", route.url(**stage.ids), json=stage.body(route), headers=headers)
        assert (answer.status_code, problem_of(answer)["code"]) == (400, "bad_idempotency_key"), key
    assert stage.appended() == before


@pytest.mark.parametrize(
    "header",
    [b"idempotency-key: a\x01b", b"idempotency-key: a\0b", b"authorization: Bearer \x7f", b"x y: 1", b": 1"],
)
def test_no_header_holds_control_characters(stage: Stage, header: bytes) -> None:
    before = stage.appended()
    address = httpx.URL(stage.system.bases["presence"])
    with socket.create_connection((address.host, address.port or 80), 10) as raw:
        raw.sendall(
            b"POST /api/presence/offline HTTP/1.1\r\nhost: x\r\n" + header + b"\r\ncontent-length: 0\r\n\r\n"
        )
        assert raw.recv(4_096).startswith(b"HTTP/1.1 4")
    assert stage.appended() == before


CURSORS = [
    "",
    "x",
    "%",
    "é",
    "\0",
    "e30",
    "bnVsbA",
    "W10",
    "W1tdXQ",
    "W251bGxd",
    "WzEuNV0",
    "W1tdLFtdXQ",
    "W1tbW1tbW1tb",
    "WyJcdWQ4MDAiXQ",
    "WyJcdWQ4MDAiLCJcdWQ4MDAiXQ",
    cursor_of(["\0"]),
    cursor_of(["\0", "\0"]),
    cursor_of(["a", "b", "c"]),
    cursor_of([1, 2, 3, 4]),
    "x" * 513,
]


@pytest.mark.parametrize("route", PAGED, ids=str)
def test_a_list_goes_on_from_its_own_cursors_alone(stage: Stage, route: Route) -> None:
    for cursor in CURSORS:
        problem = problem_of(_page(stage, route, cursor=cursor))
        assert problem["code"] in ("bad_cursor", "invalid"), (cursor, problem)
    for limit in ("0", "-1", "101", "x", "", "1.5", "9" * 300, "1e1"):
        problem = problem_of(_page(stage, route, limit=limit))
        assert (problem["code"], problem["errors"][0]["where"]) == ("invalid", "query.limit"), limit


def _page(stage: Stage, route: Route, **query: str) -> httpx.Response:
    headers = stage.headers("agent" if "agent" in LET_IN[route.access] else caller_of(route))
    return stage.http.get(route.url(**stage.ids), params={**route.query, **query}, headers=headers)


KEYS = (
    st.integers()
    | st.text(max_size=40)
    | st.datetimes().map(str)
    | st.datetimes(timezones=st.timezones()).map(str)
)


@given(st.lists(KEYS, min_size=1, max_size=2))
def test_no_cursor_is_a_failure(stage: Stage, keyset: list[Any]) -> None:
    for route in PAGED:
        answer = _page(stage, route, cursor=cursor_of(keyset))
        assert answer.is_success or problem_of(answer)["code"] in ("bad_cursor", "invalid"), answer.text
