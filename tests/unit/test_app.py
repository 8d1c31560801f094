"""The application around every service's routes: one form of problem, the same headers, every request counted."""

from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from tests.unit.notes import ask, is_problem, note, padded


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
        ("GET", "/failing/refused/", 404, "not_found"),
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
    def counts() -> tuple[float, ...]:
        which = {"service": "notes", "route": route, "method": "POST"}
        asked = counted("livechat_http_requests_total", **which, status=status)
        timed = counted("livechat_http_request_duration_seconds_count", **which)
        return asked, timed, counted("livechat_refused_total", service="notes", code=code or "")

    asked, timed, refused = counts()
    await ask("POST", path, body)

    assert counts() == (asked + 1, timed + 1, refused + (code is not None))


async def test_the_document_tells_problems_in_the_form_in_which_they_are_answered() -> None:
    document = (await ask("GET", "/openapi.json")).json()

    shapes = document["components"]["schemas"]
    answers = document["paths"]["/notes/{name}"]["post"]["responses"]
    assert not {"HTTPValidationError", "ValidationError"} & set(shapes)
    assert set(answers) == {"200", "4XX", "5XX"}
    told = answers["4XX"]["content"]["application/problem+json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(shapes[told]["required"]) <= set((await ask("GET", "/failing/refused")).json())
