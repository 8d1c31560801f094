"""One command is one trace: from its request through logs, relays and reactions of several services to a frame."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from services.cli.infrastructure import Servers
from tests.e2e.company import Company
from tests.e2e.system import System
from tests.waiting import eventually

pytestmark = pytest.mark.real

WITHIN_S = 60.0


@dataclass
class Collector:
    """What takes spans over OTLP, and keeps them by their ids."""

    spans: dict[bytes, Span] = field(default_factory=dict)
    address: str = ""

    def take(self, body: bytes) -> None:
        """One export."""
        told = ExportTraceServiceRequest.FromString(body)
        for resource in told.resource_spans:
            for scope in resource.scope_spans:
                self.spans.update({span.span_id: span for span in scope.spans})

    def way_to(self, span: Span) -> list[Span]:
        """The span's ancestors from the root on, and itself; as far as they are known."""
        way = [span]
        while way[0].parent_span_id in self.spans:
            way.insert(0, self.spans[way[0].parent_span_id])
        return way


def service_of(span: Span) -> str:
    """In which service the step was made."""
    return str(next(told.value.string_value for told in span.attributes if told.key == "service"))


@pytest.fixture
def collector() -> Iterator[Collector]:
    collected = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            collected.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        collected.address = f"http://127.0.0.1:{server.server_address[1]}"
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield collected
        server.shutdown()
        serving.join()


@pytest.fixture
def traced(infrastructure: Servers, tmp_path: Path, unique: str, collector: Collector) -> Iterator[System]:
    """All services in one process, which tells the collector."""
    system = System(infrastructure, tmp_path, f"{unique}_")
    system.variables |= {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    try:
        system.start("all")
        yield system
    finally:
        system.stop_all()


async def test_a_command_is_traced_to_the_frame_that_another_service_sends_for_it(
    traced: System, collector: Collector
) -> None:
    async with Company(traced) as company:
        await company.open()
        await company.take(company.ana, await company.chat())

        async def arrived() -> list[Span] | None:
            frames = [span for span in list(collector.spans.values()) if span.name.startswith("frame ")]
            ways = map(collector.way_to, frames)
            return next((way for way in ways if len({*map(service_of, way)}) > 2), None)

        way = await eventually(arrived, within_s=WITHIN_S, what="a trace through three services")
    assert way is not None
    names = [span.name for span in way]
    assert len({span.trace_id for span in way}) == 1, names
    assert (way[0].parent_span_id, way[0].kind) == (b"", Span.SPAN_KIND_SERVER), names
    assert way[-1].kind == Span.SPAN_KIND_PRODUCER, names
    assert service_of(way[-1]) == "gateway"
    reaction = next(place for place, span in enumerate(way) if span.kind == Span.SPAN_KIND_CONSUMER)
    assert names[reaction - 1].startswith("publish "), names
    assert service_of(way[reaction]) != service_of(way[0])
    assert names[reaction + 2].startswith("publish "), "what the reaction's command appended, is published"
    folded = [span for span in collector.spans.values() if span.parent_span_id == way[-1].parent_span_id]
    assert {span.kind for span in folded} >= {Span.SPAN_KIND_CONSUMER}, (
        "projections fold what is told to the frame"
    )
