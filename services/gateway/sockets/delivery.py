"""What sockets come to, as metrics: how many are open, why they end, and how late the frames of live events are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Gauge, Histogram

from contracts.envelope import Recorded
from services.chassis.observe import begin_span

OPEN = Gauge("livechat_sockets_open", "Authorised sockets that are open here.", ["kind"])
CLOSED = Counter("livechat_sockets_closed", "Sockets that ended, by reason.", ["reason"])
SENT = Counter("livechat_socket_frames_sent", "Frames sent to sockets.")
DELAY = Histogram(
    "livechat_socket_frame_delay_seconds",
    "From the time of an event that was heard live to the sending of its frame.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60),
)


@contextmanager
def counted_open(kind: str) -> Iterator[None]:
    """A socket of an agent or a visitor is open for as long as the context lasts."""
    OPEN.labels(kind).inc()
    try:
        yield
    finally:
        OPEN.labels(kind).dec()


class Delivery:
    """An event that was heard live, on its way to one socket."""

    __slots__ = ("_at", "_span")

    def __init__(self, recorded: Recorded) -> None:
        self._at, parent = recorded.event.at, recorded.metadata.traceparent
        self._span = begin_span(f"frame {recorded.type}", parent, SpanKind.PRODUCER, "gateway")

    def sent(self, now: datetime) -> None:
        """Its frame was handed to the connection."""
        DELAY.observe(max(0.0, (now - self._at).total_seconds()))
        if self._span is not None:
            self._span.end()
