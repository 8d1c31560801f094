"""What a request's body may be: a size, an encoding and a depth that every service can bear."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.app import BODY_BYTES_MAX, JSON_DEPTH_MAX
from tests.unit.notes import APP, is_problem, note, padded, told


@pytest.fixture(autouse=True)
def _nothing_told() -> Iterator[None]:
    told.clear()
    yield
    told.clear()


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
