"""Whatever is sent to a route that takes something: it is carried out, or a problem says what is wrong with it."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.e2e.routes import ENDING, OF_CONSEQUENCE, Route, caller_of, gets, posts, problem_of
from tests.e2e.stage import Stage
from tests.proof import count
from tests.waiting import eventually_sync

pytestmark = pytest.mark.real

JSON = "application/json"
OTHER_TYPES: tuple[Any, ...] = (None, True, 17, 1.5, "", [], {}, [None], {"x": 1}, [[]])
TAKING = [route for route in posts() if route.body]
JSON_ALONE = [route for route in posts() if not route.raw]
HARMLESS = [route for route in JSON_ALONE if str(route) not in OF_CONSEQUENCE | ENDING]


def send(
    stage: Stage, route: Route, content: Any, type_: str | None = JSON, **headers: str
) -> httpx.Response:
    """The route called with these bytes."""
    told = {**stage.headers(caller_of(route)), **headers} | ({"content-type": type_} if type_ else {})
    return stage.http.request(route.method, route.url(**stage.ids), content=content, headers=told)


def told(body: Any) -> bytes:
    """JSON in ASCII, so that halves of surrogate pairs can be told."""
    return json.dumps(body).encode()


class Sender:
    """Sends what must be refused, and keeps count."""

    def __init__(self, stage: Stage, route: Route) -> None:
        self._stage, self._route = stage, route
        self.count = 0

    def refused(self, content: Any, *codes: str, type_: str | None = JSON) -> dict[str, Any]:
        """The problem with these bytes, which is one of `codes`."""
        answer = send(self._stage, self._route, content, type_)
        self.count += 1
        problem = problem_of(answer)
        assert answer.is_client_error
        assert problem["code"] in codes, (str(content)[:200], answer.text)
        assert problem["detail"]
        return problem


@pytest.fixture
def sender(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Sender]:
    """Sends to the test's route; nothing must come of it but counts."""
    route: Route = request.getfixturevalue("route")
    sender = Sender(stage, route)
    asked = {"name": "livechat_http_requests_total", "service": route.service, "status": "4"}
    refused = {"name": "livechat_refused_total", "service": route.service}
    before, counts = stage.appended(), [stage.metric(**asked), stage.metric(**refused)]
    yield sender
    assert stage.appended() == before
    assert [stage.metric(**asked), stage.metric(**refused)] == [count + sender.count for count in counts]


def texts_of(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there are texts in a body."""
    match body:
        case str():
            yield path
        case dict():
            for name, value in body.items():
                yield from texts_of(value, (*path, name))
        case list():
            for place, value in enumerate(body):
                yield from texts_of(value, (*path, place))


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The body with another value at this place."""
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = changed(body[path[0]], path[1:], value)
    return copy


def is_valid(route: Route, body: dict[str, Any]) -> bool:
    """Whether the route's own model takes the body."""
    assert route.body is not None
    try:
        route.body.model_validate(body)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("route", TAKING, ids=str)
def test_a_wrong_type_is_told_by_the_name_of_its_field(stage: Stage, route: Route, sender: Sender) -> None:
    assert route.body is not None
    body = stage.body(route)

    for name in route.body.model_fields:
        wrong = [value for value in OTHER_TYPES if not is_valid(route, {**body, name: value})]
        assert len(wrong) >= 4, f"{name} takes nearly everything"
        for value in wrong:
            problem = sender.refused(told({**body, name: value}), "invalid")
            assert any(f"body.{name}" in error["where"] for error in problem["errors"]), problem


@pytest.mark.parametrize("route", TAKING, ids=str)
def test_a_missing_and_an_unknown_field_are_told_by_name(stage: Stage, route: Route, sender: Sender) -> None:
    assert route.body is not None
    body = stage.body(route)

    for name, field in route.body.model_fields.items():
        if field.is_required():
            rest = {other: value for other, value in body.items() if other != name}
            problem = sender.refused(told(rest), "invalid")
            assert {"where": f"body.{name}", "what": "Field required"} in problem["errors"]
    problem = sender.refused(told({**body, "unexpected": 1}), "invalid")
    assert [error["where"] for error in problem["errors"]] == ["body.unexpected"]


@pytest.mark.parametrize("route", TAKING, ids=str)
def test_no_text_is_longer_than_it_may_be_or_holds_what_no_text_holds(
    stage: Stage, route: Route, sender: Sender
) -> None:
    body = stage.body(route)

    for path in texts_of(body):
        for text in ("x" * 60_000, "a\0b", "a\ud800b", "\udfff"):
            sender.refused(told(changed(body, path, text)), "invalid")


ANY_BODY = {
    "deep": (b"[" * 60_000, "too_deep"),
    "deeper": (b"[" * 100_000, "body_too_large"),
    "deep inside": (b'{"x":' * 5_000 + b"1" + b"}" * 5_000, "too_deep"),
    "UTF-16": ('{"text":"a"}'.encode("utf-16"), "not_utf8"),
    "UTF-16 that says nothing of it": ('{"text":"a"}'.encode("utf-16-le"), "not_utf8"),
    "UTF-32": ('{"text":"a"}'.encode("utf-32-be"), "not_utf8"),
    "Latin-1": (b'{"text":"\xe9"}', "not_utf8"),
    "a surrogate": (b'{"text":"\xed\xa0\x80"}', "not_utf8"),
    "NUL": (b'{"text":"a\0b"}', "not_utf8"),
    "huge": (b'{"text":"' + b"x" * 70_000 + b'"}', "body_too_large"),
}


@pytest.mark.parametrize("route", JSON_ALONE, ids=str)
def test_no_route_reads_what_is_no_json_in_utf8_of_a_bearable_size(route: Route, sender: Sender) -> None:
    for content, code in ANY_BODY.values():
        sender.refused(content, code)
    sender.refused((b"x" * 4_096 for _ in range(40)), "body_too_large")
    for type_ in (None, "text/plain", "application/xml", "multipart/form-data; boundary=x"):
        sender.refused(b"{}", "not_json", type_=type_)


@pytest.mark.parametrize("route", TAKING, ids=str)
def test_a_body_is_an_object_in_json(route: Route, sender: Sender) -> None:
    for content in (
        b"{",
        b"}",
        b'{"a":}',
        b"nul",
        b"[1,]",
        b"'a'",
        b'{"a":"\n"}',
        b"\x01",
        b"{}{}",
        b"\xef\xbb\xbf{",
    ):
        sender.refused(content, "invalid")
    for content in (b"[]", b'"text"', b"17", b"true", b"NaN", b"-Infinity", b"1e999", b"[{}]"):
        sender.refused(content, "invalid")
    sender.refused(b'{"x":' + b"9" * 5_000 + b"}", "bad_body")
    if route.needs_body:
        sender.refused(b"", "invalid")
        sender.refused(b"null", "invalid")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@st.composite
def bodies_like(draw: st.DrawFn, body: Any) -> Any:
    """A body in which something is another, is missing, or is too much."""
    how = draw(st.integers(0, 3))
    match body:
        case dict() if body and how == 0:
            name = draw(st.sampled_from(sorted(body)))
            return {**body, name: draw(bodies_like(body[name]))}
        case dict() if body and how == 1:
            gone = draw(st.sampled_from(sorted(body)))
            return {name: value for name, value in body.items() if name != gone}
        case dict() if how == 2:
            return {**body, draw(st.text(max_size=10)): draw(ANYTHING)}
        case list() if body and how < 3:
            return [*body[1:], draw(bodies_like(body[0])), *draw(st.lists(ANYTHING, max_size=2))]
        case str() if how < 3:
            return body[: draw(st.integers(0, len(body)))] + draw(st.text(max_size=10))
        case _:
            return draw(ANYTHING)


@settings(max_examples=count(8_000))
@given(st.data())
def test_no_body_is_a_failure(stage: Stage, data: st.DataObject) -> None:
    route = data.draw(st.sampled_from(HARMLESS))
    body = stage.body(route) or {}
    content = data.draw(bodies_like(body).map(told) | ANYTHING.map(told) | st.binary(max_size=200))

    answer = send(stage, route, content)

    assert answer.status_code < 500, answer.text
    assert answer.is_success or problem_of(answer)["detail"]


def test_no_reader_stumbles_over_what_was_taken(stage: Stage) -> None:
    name = f"Last {uuid4()}"
    create, listed = (
        next(route for route in found if str(route).endswith("playbook/playbooks"))
        for found in (posts(), gets())
    )
    assert stage.ask(create, "owner", {"name": name}).is_success

    eventually_sync(lambda: name in stage.ask(listed, "owner").text, what="the list of playbooks goes on")
    parked = [
        row for log in stage.logs for row in log.execute("SELECT consumer, reason FROM log.parked").fetchall()
    ]
    assert not parked
