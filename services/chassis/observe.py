"""What a process tells about itself: structured logs, metrics, and whether it is alive and ready."""

import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import psycopg
import structlog
from prometheus_client import Counter, Gauge
from pydantic import ValidationError

REQUESTS = Counter(
    "livechat_http_requests", "HTTP requests answered.", ["service", "route", "method", "status"]
)
REFUSED = Counter("livechat_refused", "Commands and requests refused, by problem code.", ["service", "code"])
ROLE_RESTARTS = Counter(
    "livechat_role_restarts", "Background roles that failed and were started again.", ["role"]
)
ROLE_RUNNING = Gauge("livechat_role_running", "1 while the background role runs.", ["role"])


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
    for noisy, least in (("aiokafka", "CRITICAL"), ("faststream", "WARNING"), ("uvicorn", "WARNING")):
        logging.getLogger(noisy).setLevel(least)


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


class Pulse:
    """Progress of a loop: beaten at each turn, it tells for how long it was not."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._beaten_at_s = time.monotonic()

    def beat(self) -> None:
        """The loop goes on."""
        self._beaten_at_s = time.monotonic()

    def check(self) -> str | None:
        """A reason once the loop has not turned for longer than its limit."""
        silent_s = time.monotonic() - self._beaten_at_s
        return None if silent_s <= self._limit_s else f"no progress for {silent_s:.0f} s"
