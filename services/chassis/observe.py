"""What a process tells about itself: structured logs, metrics, traces, and whether it is alive and ready."""

import logging
import os
import re
import ssl
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import structlog
from aiokafka.errors import SaslAuthenticationFailed
from aiokafka.structs import ConsumerRecord
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, TracerProvider, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram
from pydantic import ValidationError

REQUESTS = Counter(
    "livechat_http_requests", "HTTP requests answered.", ["service", "route", "method", "status"]
)
DURATION = Histogram(
    "livechat_http_request_duration_seconds",
    "From a request's arrival to the end of its answer.",
    ["service", "route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSED = Counter("livechat_refused", "Commands and requests refused, by problem code.", ["service", "code"])
ROLE_RESTARTS = Counter(
    "livechat_role_restarts", "Background roles that failed and were started again.", ["role"]
)
UNBELIEVED_EVERY_S = 30.0
ROLE_RUNNING = Gauge(
    "livechat_role_running", "1 while the role runs, or requests are answered for `api`.", ["role"]
)

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_TRACEPARENT = re.compile(r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")
_CARRIER = TraceContextTextMapPropagator()
_tracer: Tracer | None = None


def configure_logs(*, level: str = "INFO", readable: bool = False) -> None:
    """All logs of the process, ours and our libraries', as one JSON object a line on standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        told_without_values,
    ]
    renderer = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # aiokafka calls each of its own retries an error; what they come to is told by readiness and by our roles.
    logging.getLogger("aiokafka.client").filters = [Unbelieved()]
    logging.getLogger("aiokafka.client").setLevel(logging.ERROR)
    for noisy, least in (("aiokafka", "CRITICAL"), ("faststream", "WARNING"), ("uvicorn", "WARNING")):
        logging.getLogger(noisy).setLevel(least)


class Unbelieved(logging.Filter):
    """Lets pass of aiokafka's errors what no other try mends: a broker does not believe us, or we not it. Each once in
    UNBELIEVED_EVERY_S."""

    def __init__(self) -> None:
        super().__init__()
        self._told_at_s: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.args if isinstance(record.args, tuple) else ()
        if not any(isinstance(one, ssl.SSLError | SaslAuthenticationFailed) for one in told):
            return False
        now_s, text = time.monotonic(), record.getMessage()
        again = now_s - self._told_at_s.get(text, -UNBELIEVED_EVERY_S) >= UNBELIEVED_EVERY_S
        if again:
            self._told_at_s = {text: now_s}
        return again


def told_without_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A log processor: the exception as text, without what validation and the database say: it may quote people."""
    told = event.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["exception"] = "".join(_told(error))
    return event


def _told(error: BaseException) -> Iterator[str]:
    if error.__cause__ is not None:
        yield from _told(error.__cause__)
        yield "which led to\n"
    yield from traceback.format_tb(error.__traceback__)
    quoting = isinstance(error, ValidationError | psycopg.Error)
    yield f"{type(error).__name__}{'' if quoting else f': {error}'}\n"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _told(inner)


Check = Callable[[], str | None]


class Health:
    """Checks by name; each answers None, or why not. Alive: worth keeping. Ready: worth sending work to."""

    def __init__(self) -> None:
        self._alive: dict[str, Check] = {}
        self._ready: dict[str, Check] = {}

    def watch(self, ready: Mapping[str, Check], alive: Mapping[str, Check]) -> None:
        """Adds checks: no work while one of `ready` answers a reason, a restart when one of `alive` does."""
        self._ready.update(ready)
        self._alive.update(alive)

    def alive(self) -> dict[str, str]:
        """The reasons why not, by check; empty when all is well."""
        return _reasons(self._alive)

    def ready(self) -> dict[str, str]:
        """The reasons why not, by check; empty when all is well."""
        return _reasons(self._alive | self._ready)


def _reasons(checks: dict[str, Check]) -> dict[str, str]:
    return {name: reason for name, check in checks.items() if (reason := check()) is not None}


def configure_traces(name: str) -> Callable[[], None]:
    """Exports spans over OTLP (HTTP), of the resource `name`, where OpenTelemetry's variables name an endpoint.

    Answers what sends the last of them and ends the export; without an endpoint nothing is traced.
    """
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or os.environ.get("OTEL_TRACES_EXPORTER") == "none" or not any(map(os.environ.get, _ENDPOINTS)):
        return lambda: None
    # Only here: whoever traces nothing does not wait for these at each start.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider as SdkProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME") or name})
    provider = SdkProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace_with(provider)
    return provider.shutdown


def trace_with(provider: TracerProvider | None) -> None:
    """From now on spans are the provider's; without one nothing is traced, which costs next to nothing."""
    global _tracer
    _tracer = provider.get_tracer("livechat") if provider else None


def begin_span(
    name: str, parent: str | None, kind: SpanKind, service: str, *, begins: bool = False
) -> Span | None:
    """A step that follows from that of the traceparent `parent`, to be ended; one without parent only if it `begins` a
    trace. None where nothing is traced."""
    if _tracer is None or not (parent or begins):
        return None
    context = _CARRIER.extract({"traceparent": parent}, Context()) if parent else Context()
    return _tracer.start_span(name, context, kind, {"service": service})


def traceparent_of(span: Span) -> str:
    """What steps that follow from this one name as their parent."""
    carrier: dict[str, str] = {}
    _CARRIER.inject(carrier, set_span_in_context(span, Context()))
    return carrier["traceparent"]


def begin_request(method: str, header: bytes, service: str) -> tuple[Span | None, str | None]:
    """A request with this header `traceparent` begins, and a trace with it where the header tells of none.

    Also the traceparent of what follows: the header's own where nothing is traced, none where it is not one.
    """
    told = header.decode("latin-1")
    given = told if _TRACEPARENT.match(told) else None
    span = begin_span(method, given, SpanKind.SERVER, service, begins=True)
    return span, traceparent_of(span) if span else given


@contextmanager
def step(
    name: str, parent: str | None, service: str, kind: SpanKind = SpanKind.INTERNAL
) -> Iterator[str | None]:
    """A span around what follows from `parent`; gives the traceparent that goes on with it, untraced the same one."""
    span = begin_span(name, parent, kind, service)
    if span is None:
        yield parent
        return
    try:
        yield traceparent_of(span)
    except BaseException as error:
        span.set_attribute("error.type", type(error).__name__)
        raise
    finally:
        span.end()


@contextmanager
def steps(name: str, records: Sequence[ConsumerRecord], service: str) -> Iterator[None]:
    """A span for each record of a batch that is part of a trace; none where the batch fails, and is tried again."""
    begun = []
    if _tracer is not None:
        parents = [dict(record.headers).get("traceparent") for record in records]
        spans = [begin_span(name, one.decode(), SpanKind.CONSUMER, service) for one in parents if one]
        begun = [span for span in spans if span is not None]
    yield
    for span in begun:
        span.end()


def end_request(span: Span | None, method: str, route: str, status: int) -> None:
    """The request was answered."""
    if span is not None:
        span.update_name(f"{method} {route}")
        span.set_attributes({"http.route": route, "http.response.status_code": status})
        span.set_status(StatusCode.ERROR if status >= 500 else StatusCode.UNSET)
        span.end()
