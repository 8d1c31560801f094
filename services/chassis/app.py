"""A service's ASGI application: its routes, one form for every problem (RFC 9457), limits, correlation ids, metrics."""

import json
import re
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.decider import Refused
from services.chassis.observe import REFUSED, REQUESTS
from services.chassis.ports import Fenced, Ports
from services.chassis.service import Service
from services.chassis.tokens import Verifier

BODY_BYTES_MAX = 65_536
JSON_DEPTH_MAX = 64
RETRY_AFTER_S = 1
_CORRELATION = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
PROBLEM = "application/problem+json"

log = structlog.get_logger()


def application(service: Service, ports: Ports, verifier: Verifier) -> FastAPI:
    """The service's application, to be served alone or mounted at /api/<name>."""
    app = FastAPI(
        title=f"livechat {service.name}", docs_url=None, redoc_url=None, separate_input_output_schemas=False
    )
    app.state.ports, app.state.verifier = ports, verifier
    app.include_router(service.router)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for unavailable in (OperationalError, InterfaceError, PoolTimeout, Fenced):
        app.add_exception_handler(unavailable, _unavailable)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(Edge, service=service.name)
    return app


class Edge:
    """Around every request: correlation id, size and depth of the body, security headers, the request's metric."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        asked = headers.get(b"x-correlation-id", b"").decode("latin-1")
        ports: Ports = scope["app"].state.ports
        correlation_id = asked if _CORRELATION.match(asked) else ports.ids.new()
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id, service=self._service)
        status = 500

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-correlation-id", correlation_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-store"),
                ]
            await send(message)

        try:
            body, problem = await _body(scope, headers, receive)
            if problem is not None:
                await problem(scope, receive, tell)
                return
            await self._app(scope, _replay(body, receive), tell)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            REQUESTS.labels(self._service, route, scope["method"], str(status)).inc()


async def _body(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> tuple[bytes, Response | None]:
    """The whole body, or the problem with it: too large, not JSON, not UTF-8, or nested too deep."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS", "DELETE"):
        return b"", None
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_BYTES_MAX:
            return b"", problem(413, "body_too_large", f"A body has at most {BODY_BYTES_MAX} bytes.")
        if not message.get("more_body"):
            break
    body = b"".join(chunks)
    if body and headers.get(b"content-type", b"").split(b";")[0].strip().lower() != b"application/json":
        return b"", problem(415, "not_json", "Send the body as application/json.")
    try:
        text = body.decode()
    except UnicodeDecodeError as wrong:
        return b"", problem(400, "not_utf8", f"The body is not UTF-8 at byte {wrong.start}.")
    if _depth(text) > JSON_DEPTH_MAX:
        return b"", problem(400, "too_deep", f"JSON is nested at most {JSON_DEPTH_MAX} deep here.")
    return body, None


def _depth(text: str) -> int:
    """An upper bound of how deep the JSON is nested: brackets inside of texts count too, which no real body notices."""
    deepest = depth = 0
    if text.count("[") + text.count("{") <= JSON_DEPTH_MAX:
        return 0
    for bracket in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in "]}":
            depth -= 1
    return deepest


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def problem(status: int, code: str, detail: str, **facts: Any) -> JSONResponse:
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
    return JSONResponse(json.loads(json.dumps(told, default=str)), status, media_type=PROBLEM)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    REFUSED.labels(request.app.state.ports.service, error.code).inc()
    return problem(error.status, error.code, error.detail, **error.facts)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    REFUSED.labels(request.app.state.ports.service, "invalid").inc()
    wrong = [
        {"where": ".".join(str(part) for part in e["loc"]), "what": e["msg"]} for e in error.errors()[:20]
    ]
    told = "; ".join(f"{e['where']}: {e['what']}" for e in wrong[:3])
    return problem(422, "invalid", f"The request is not valid: {told}", errors=wrong)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "not_found", 405: "method_not_allowed"}
    answer = problem(error.status_code, codes.get(error.status_code, "http"), str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _unavailable(request: Request, error: Exception) -> Response:
    log.error("unavailable", error=repr(error))
    detail = str(error) if isinstance(error, Fenced) else "The service cannot reach its database; try again."
    answer = problem(503, "fenced" if isinstance(error, Fenced) else "unavailable", detail)
    answer.headers["retry-after"] = str(RETRY_AFTER_S)
    return answer


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    return problem(500, "unexpected", "Something went wrong here; the correlation id finds it in the logs.")
