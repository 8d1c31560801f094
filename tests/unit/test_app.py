"""The application around every service's routes: one form of problem, limits, headers and counts."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from contracts.personal import ClearKeyring
from services.chassis.app import BODY_BYTES_MAX, JSON_DEPTH_MAX, application
from services.chassis.decider import NotFound, Refused
from services.chassis.http import Body, Unauthorised
from services.chassis.memory import CountedIds, MemoryCredentials, MemoryStore, MovedClock
from services.chassis.ports import Fenced, Ports
from services.chassis.service import Service
from services.chassis.tokens import Verifier

JSON = {"content-type": "application/json"}
router = APIRouter()
told: list[Any] = []


class Note(Body):
    """Anything under `text`."""

    text: Any


@router.post("/notes/{name}")
async def take_note(name: str, body: Note) -> dict[str, Any]:
    """Takes note."""
    told.append(body.text)
    return {"text": body.text}


@router.get("/failing/{how}")
async def fail(how: str) -> None:
    """Fails."""
    raise {
        "bug": KeyError("the secret cause"),
        "refused": Refused("held", "Ana holds it.", holder="Ana"),
        "missing": NotFound("lead"),
        "unauthorised": Unauthorised("Who?"),
        "down": psycopg.OperationalError("the server at 10.0.0.1 is away"),
        "fenced": Fenced("the store is behind stream x-1; run: livechat restore"),
    }[how]


@router.get("/cut")
async def cut() -> StreamingResponse:
    """Fails in the middle of an answer."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"half of "
        raise KeyError("x")

    return StreamingResponse(chunks())


def app() -> Any:
    """The routes above as a service."""
    clock, unused = MovedClock(datetime(2026, 3, 2, tzinfo=UTC)), None
    ports: Any = Ports(
        service="notes",
        store=MemoryStore(clock),
        reader=unused,  # type: ignore[arg-type]
        clock=clock,
        ids=CountedIds(),
        keyring=ClearKeyring(),
        credentials=MemoryCredentials(),
        tail=unused,  # type: ignore[arg-type]
        signals=unused,  # type: ignore[arg-type]
    )
    return application(Service("notes", (), (), (), router), ports, Verifier({}))


APP = app()


async def ask(
    method: str, path: str, content: bytes | AsyncIterator[bytes] = b"", headers: Any = JSON
) -> httpx.Response:
    """One request."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://notes") as client:
        return await client.request(method, path, content=content, headers=headers)


async def note(content: bytes | AsyncIterator[bytes], headers: Any = JSON) -> httpx.Response:
    """A note in these bytes."""
    return await ask("POST", "/notes/a", content, headers)


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    """Whether the answer is this problem, in the one form that there is."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert (problem["type"], problem["status"]) == (f"/problems/{problem['code']}", answer.status_code)
    assert problem["detail"]
    return (answer.status_code, problem["code"]) == (status, code)


@pytest.fixture(autouse=True)
def _nothing_told() -> Iterator[None]:
    told.clear()
    yield
    told.clear()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/failing/refused", 409, "held"),
        ("GET", "/failing/missing", 404, "not_found"),
        ("GET", "/failing/unauthorised", 401, "unauthorised"),
        ("GET", "/failing/down", 503, "unavailable"),
        ("GET", "/failing/fenced", 503, "fenced"),
        ("GET", "/failing/bug", 500, "unexpected"),
        ("GET", "/nowhere", 404, "not_found"),
        ("PUT", "/notes/a", 405, "method_not_allowed"),
        ("POST", "/notes/a", 422, "invalid"),
    ],
)
async def test_every_problem_has_one_form_and_the_headers_of_every_answer(
    method: str, path: str, status: int, code: str
) -> None:
    answer = await ask(method, path)

    assert is_problem(answer, status, code)
    assert UUID(answer.headers["x-correlation-id"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_an_answer_has_these_headers_as_well() -> None:
    answer = await note(b'{"text":"a"}')

    assert answer.json() == {"text": "a"}
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == (
        "nosniff",
        "no-store",
    )


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-12345", True), ("short", False), ("a" * 65, False), ("with space", False)]
)
async def test_the_caller_may_name_the_correlation(sent: str, kept: bool) -> None:
    answer = await ask("GET", "/nowhere", headers={"x-correlation-id": sent})

    assert (answer.headers["x-correlation-id"] == sent) is kept


async def test_what_a_refusal_knows_is_told_beside_its_detail() -> None:
    assert (await ask("GET", "/failing/refused")).json()["holder"] == "Ana"


async def test_a_missing_token_is_asked_for_and_a_broken_database_is_tried_again_later() -> None:
    assert (await ask("GET", "/failing/unauthorised")).headers["www-authenticate"] == "Bearer"
    assert (await ask("GET", "/failing/down")).headers["retry-after"] == "1"


@pytest.mark.parametrize("path", ["/failing/bug", "/failing/down"])
async def test_the_cause_of_a_failure_is_for_the_logs_alone(path: str) -> None:
    answer = await ask("GET", path)

    assert "secret" not in answer.text
    assert "10.0.0.1" not in answer.text


async def test_an_answer_that_breaks_off_is_not_made_to_look_whole() -> None:
    with pytest.raises(KeyError):
        await ask("GET", "/cut")


def padded(size: int) -> bytes:
    """A body of this many bytes."""
    return b'{"text":"' + b"x" * (size - 11) + b'"}'


async def chunks_of(body: bytes, read: list[int]) -> AsyncIterator[bytes]:
    """The body in chunks of 4 KB, without a length; `read` tells how many were taken."""
    for start in range(0, len(body), 4_096):
        read.append(start)
        yield body[start : start + 4_096]


async def test_a_body_may_have_the_most_bytes_and_not_one_more() -> None:
    assert (await note(padded(BODY_BYTES_MAX))).is_success
    assert is_problem(await note(padded(BODY_BYTES_MAX + 1)), 413, "body_too_large")


async def test_a_body_without_a_length_is_read_no_further_than_that() -> None:
    read: list[int] = []

    assert is_problem(await note(chunks_of(padded(10 * BODY_BYTES_MAX), read)), 413, "body_too_large")
    assert len(read) <= BODY_BYTES_MAX // 4_096 + 2


@pytest.mark.parametrize(
    "type_", [None, "", "text/plain", "application/x-www-form-urlencoded", "application/json/x", "json"]
)
async def test_a_body_of_another_type_is_refused(type_: str | None) -> None:
    headers = {} if type_ is None else {"content-type": type_}

    assert is_problem(await note(b'{"text":"a"}', headers), 415, "not_json")


async def test_parameters_and_capitals_make_no_other_type() -> None:
    assert (await note(b'{"text":"a"}', {"content-type": "Application/JSON; charset=utf-8"})).is_success


@pytest.mark.parametrize("body", [b'{"text":"\xff"}', b'{"text":"\xed\xa0\x80"}', b'{"text":"\xc0\x80"}'])
async def test_a_body_that_is_not_utf8_is_refused(body: bytes) -> None:
    assert is_problem(await note(body), 400, "not_utf8")


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
async def test_a_body_in_another_encoding_is_refused_even_if_it_could_be_guessed(coding: str) -> None:
    assert is_problem(await note('{"text":"a"}'.encode(coding)), 400, "not_utf8")
    assert not told


@pytest.mark.parametrize("body", [b"{", b'{"text":}', b"\x01", b'{"text":"a"}}', b'{"text":"a\nb"}', b"[1,]"])
async def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    assert is_problem(await note(body), 422, "invalid")


async def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert is_problem(await note(b'{"text":' + b"1" * 5_000 + b"}"), 400, "bad_body")


@pytest.mark.parametrize(
    "body",
    [
        rb'{"text":"\ud800"}',
        rb'{"text":"a","\udfff":1}',
        rb'{"text":[{"a":["\u0000"]}]}',
        rb'{"text":{"\u0000":1}}',
    ],
)
async def test_texts_that_cannot_be_kept_are_refused_at_any_depth(body: bytes) -> None:
    assert is_problem(await note(body), 422, "invalid")
    assert not told


async def test_signs_outside_of_the_basic_plane_are_texts() -> None:
    assert (await note(rb'{"text":"\ud83d\ude00 \\u0000"}')).json() == {"text": "\U0001f600 \\u0000"}


def nested(depth: int) -> bytes:
    """A body as deep as this."""
    return b'{"text":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


async def test_a_body_may_be_as_deep_as_the_limit_and_not_deeper() -> None:
    assert (await note(nested(JSON_DEPTH_MAX))).is_success
    assert is_problem(await note(nested(JSON_DEPTH_MAX + 1)), 400, "too_deep")
    assert is_problem(await note(b"[" * 60_000), 400, "too_deep")
    assert is_problem(await note(b"[" * 100_000), 413, "body_too_large")


@given(st.text(alphabet='[]{}\\"a', max_size=300))
async def test_brackets_in_texts_do_not_count(text: str) -> None:
    body = json.dumps({"text": ["[" * JSON_DEPTH_MAX, text, {text: text}]}).encode()

    assert (await note(body)).is_success


@pytest.mark.parametrize(
    "worst",
    [
        b'["' + b"[" * 70 + b'\\"' * 32_000,
        b'"' * 65_000 + b"[" * 70,
        b"[" * 70 + b"\\" * 65_000,
        b'{"' * 32_000,
    ],
)
async def test_no_body_takes_long_to_be_refused(worst: bytes) -> None:
    began_s = time.process_time()

    assert (await note(worst)).is_client_error
    assert time.process_time() - began_s < 1.0


async def test_what_a_client_did_not_finish_is_not_carried_out() -> None:
    messages = [
        {"type": "http.request", "body": b'{"text":"a"}', "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/notes/a",
        "headers": [(b"content-type", b"application/json")],
        "query_string": b"",
    }

    async def receive() -> Any:
        return messages.pop(0)

    async def send(_: Any) -> None:
        raise AssertionError("there is nobody to answer")

    await asyncio.wait_for(APP(scope, receive, send), 5)

    assert not told


def counted(name: str, **labels: str) -> float:
    """A counter's value."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("path", "body", "route", "status", "code"),
    [
        ("/notes/a", b'{"text":1}', "/notes/{name}", "200", None),
        ("/notes/a", b"{}", "/notes/{name}", "422", "invalid"),
        ("/notes/a", b"\xff", "unknown", "400", "not_utf8"),
        ("/notes/a", padded(70_000), "unknown", "413", "body_too_large"),
        ("/nowhere/a", b"{}", "unknown", "404", "not_found"),
    ],
)
async def test_requests_are_counted_by_route_and_refusals_by_code(
    path: str, body: bytes, route: str, status: str, code: str | None
) -> None:
    def counts() -> tuple[float, float]:
        asked = counted(
            "livechat_http_requests_total", service="notes", route=route, method="POST", status=status
        )
        return asked, counted("livechat_refused_total", service="notes", code=code or "")

    asked, refused = counts()
    await ask("POST", path, body)

    assert counts() == (asked + 1, refused + (code is not None))
