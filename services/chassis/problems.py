"""Problems in the one form of RFC 9457: as answers, counted, and in the OpenAPI document."""

import json
from typing import Any

from fastapi import Response

from services.chassis.decider import Refused
from services.chassis.observe import REFUSED

PROBLEM = "application/problem+json"
_SHAPE = {
    "type": "object",
    "description": "RFC 9457; some problems have further members.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {"status": {"type": "integer"}}
    | {name: {"type": "string"} for name in ("type", "title", "detail", "code")},
}
_PROBLEMS = {
    "description": "A problem",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_UNUSED = ("HTTPValidationError", "ValidationError")


def problem(status: int, code: str, detail: str, **facts: Any) -> Response:
    """An answer in the form of RFC 9457; `code` never changes for the same problem, `detail` is for people."""
    title = code.replace("_", " ").capitalize()
    told = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **facts,
    }
    # In ASCII, because what was sent, and is told again, may be no Unicode.
    return Response(json.dumps(told, default=str, separators=(",", ":")), status, media_type=PROBLEM)


def refusal(service: str, error: Refused, **facts: Any) -> Response:
    """The answer to a refused request, which is counted."""
    REFUSED.labels(service, error.code).inc()
    answer = problem(error.status, error.code, error.detail, **error.facts, **facts)
    if error.status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    if "retry_after_s" in error.facts:
        answer.headers["retry-after"] = str(error.facts["retry_after_s"])
    return answer


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document of FastAPI's in which every operation may be answered by a problem, as is the case."""
    for operation in (it for path in document["paths"].values() for it in path.values()):
        operation["responses"].pop("422", None)  # FastAPI's own form, which is answered nowhere.
        operation["responses"] |= dict.fromkeys(("4XX", "5XX"), _PROBLEMS)
    shapes = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _UNUSED:
        shapes.pop(name, None)
    shapes["Problem"] = _SHAPE
    return document
