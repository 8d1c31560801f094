"""A service's ASGI application: its routes, one form for every problem (RFC 9457), limits, correlation ids, metrics."""

import re
import time
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from psycopg import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.decider import Refused
from services.chassis.observe import DURATION, REQUESTS, begin_request, end_request
from services.chassis.ports import Fenced, Ports
from services.chassis.problems import problem, refusal, with_problems
from services.chassis.service import Service
from services.chassis.tokens import Verifier

BODY_BYTES_MAX = 65_536
JSON_DEPTH_MAX = 64
RETRY_AFTER_S = 1
GONE = 499
"""Counted as the status of a request whose client left before it was whole."""
UNEXPECTED = "Something went wrong here; the correlation id finds it in the logs."
_HTTP = {
    400: ("bad_body", "The body cannot be read: a number in it has too many digits."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address takes other methods; the header Allow names them."),
}
# Spans begin at our own edge: FastAPI's would tell what was searched for.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
_CORRELATION = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
# A text without its end reaches to the end: to look for it again from each of its quotes would take minutes.
_TEXT_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)

log = structlog.get_logger()


def application(service: Service, ports: Ports, verifier: Verifier) -> FastAPI:
    """The service's application, to be served alone or mounted at /api/<name>."""
    return _with_edge(Application(service), service, ports, verifier)


def pages(service: Service, ports: Ports, verifier: Verifier) -> FastAPI:
    """What the service shows to browsers at the root of the address."""
    app = FastAPI(openapi_url=None, redirect_slashes=False, routes=[*service.pages], telemetry=_NO_TELEMETRY)
    return _with_edge(app, service, ports, verifier)


def _with_edge(app: FastAPI, service: Service, ports: Ports, verifier: Verifier) -> FastAPI:
    app.state.ports, app.state.verifier = ports, verifier
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for unavailable in (OperationalError, InterfaceError, PoolTimeout, Fenced):
        app.add_exception_handler(unavailable, _unavailable)
    app.add_middleware(Edge, service=service)
    return app


class Application(FastAPI):
    """A service's routes, and the OpenAPI document of them, which tells problems as they are answered."""

    def __init__(self, service: Service) -> None:
        super().__init__(
            title=f"livechat {service.name}",
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            separate_input_output_schemas=False,
            routes=[*service.routes],
            telemetry=_NO_TELEMETRY,
        )

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = with_problems(super().openapi())
        return self.openapi_schema


class Unserved(Refused):
    """A request that no route gets to see."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.status = status


class Edge:
    """Around every request: correlation id, size and depth of the body, security headers, the request's metric."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service, self._raw = app, service.name, service.raw

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
        span, traceparent = begin_request(scope["method"], headers.get(b"traceparent", b""), self._service)
        scope["state"]["traceparent"] = traceparent
        status, started, began_s = 500, False, time.perf_counter()

        async def tell(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                own = [*message["headers"]]
                if not any(name == b"cache-control" for name, _ in own):
                    own.append((b"cache-control", b"no-store"))
                message["headers"] = [
                    *own,
                    (b"x-correlation-id", correlation_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        try:
            if self._raw(scope["method"], scope["path"].removeprefix(scope.get("root_path", ""))):
                scope["state"]["raw"] = True
            else:
                receive = _replay(await _body(scope, headers, receive), receive)
            await self._app(scope, receive, tell)
        except ClientDisconnect:
            status = GONE
        except Unserved as wrong:
            await refusal(self._service, wrong)(scope, receive, tell)
        except Exception as error:
            if started:
                raise
            log.error("unexpected", exc_info=error)
            await problem(500, "unexpected", UNEXPECTED)(scope, receive, tell)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            REQUESTS.labels(self._service, route, scope["method"], str(status)).inc()
            DURATION.labels(self._service, route, scope["method"]).observe(time.perf_counter() - began_s)
            end_request(span, scope["method"], route, status)


async def _body(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """The whole body. Raises Unserved: too large, not JSON, not UTF-8, or nested too deep."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS", "DELETE"):
        return b""
    body = await _received(receive)
    if body and headers.get(b"content-type", b"").split(b";")[0].strip().lower() != b"application/json":
        raise Unserved(415, "not_json", "Send the body as application/json.")
    try:
        text = body.decode()
    except UnicodeDecodeError as wrong:
        raise Unserved(400, "not_utf8", f"The body is not UTF-8 at byte {wrong.start}.") from None
    if "\0" in text:  # UTF-16 and UTF-32, which a JSON reader would guess, and so past the limit of depth.
        raise Unserved(400, "not_utf8", f"The body is not JSON in UTF-8 at byte {body.index(0)}.")
    if _depth(text) > JSON_DEPTH_MAX:
        raise Unserved(400, "too_deep", f"JSON is nested at most {JSON_DEPTH_MAX} deep here.")
    return body


async def _received(receive: Receive) -> bytes:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect  # What came so far is not what was meant.
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_BYTES_MAX:
            raise Unserved(413, "body_too_large", f"A body has at most {BODY_BYTES_MAX} bytes.")
        if not message.get("more_body"):
            return b"".join(chunks)


def _depth(text: str) -> int:
    """How deep the JSON is nested. Brackets inside of texts do not count."""
    deepest = depth = 0
    if text.count("[") + text.count("{") <= JSON_DEPTH_MAX:
        return 0
    for found in _TEXT_OR_BRACKET.finditer(text):
        if found[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "]}":
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


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refusal(_service(request), error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [
        {"where": ".".join(str(part) for part in e["loc"]), "what": e["msg"]} for e in error.errors()[:20]
    ]
    told = "; ".join(f"{e['where']}: {e['what']}" for e in wrong[:3])
    invalid = Unserved(422, "invalid", f"The request is not valid: {told}")
    return refusal(_service(request), invalid, errors=wrong)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, told = _HTTP.get(error.status_code, ("http", str(error.detail)))
    answer = refusal(_service(request), Unserved(error.status_code, code, told))
    answer.headers.update(error.headers or {})
    return answer


async def _unavailable(request: Request, error: Exception) -> Response:
    log.error("unavailable", error=repr(error))
    detail = str(error) if isinstance(error, Fenced) else "The service cannot reach its database; try again."
    answer = problem(503, "fenced" if isinstance(error, Fenced) else "unavailable", detail)
    answer.headers["retry-after"] = str(RETRY_AFTER_S)
    return answer


def _service(request: Request) -> str:
    ports: Ports = request.app.state.ports
    return ports.service
