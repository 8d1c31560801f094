"""Spans are joined by the traceparents that requests, commands and records carry; untraced, they cost nothing."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from structlog.contextvars import clear_contextvars

from contracts.envelope import read_headers
from services.chassis import observe
from services.chassis.kafka import KafkaSettings
from services.chassis.observe import begin_request, configure_traces, end_request, step, trace_with
from services.chassis.relay import Relay
from tests.unit.notes import JSON, ask

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
STEPS, STEP_S_MAX = 2_000, 100e-6
"""A message costs 12 ms of processor time in all, of which 2 % are more than twice that."""


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """What is traced in this test."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace_with(provider)
    yield exporter
    trace_with(None)
    clear_contextvars()


async def test_a_request_goes_on_with_the_trace_that_it_names(spans: InMemorySpanExporter) -> None:
    await ask("POST", "/notes/a", b'{"text":1}', headers={**JSON, "traceparent": GIVEN})

    (span,) = spans.get_finished_spans()
    assert span.parent is not None
    assert f"{span.context.trace_id:032x}" == GIVEN[3:35]
    assert f"{span.parent.span_id:016x}" == GIVEN[36:52]
    assert (span.name, span.kind) == ("POST /notes/{name}", SpanKind.SERVER)
    assert span.attributes == {
        "service": "notes",
        "http.route": "/notes/{name}",
        "http.response.status_code": 200,
    }


@pytest.mark.parametrize("header", [None, "", "x", GIVEN.replace("b7ad6b7169203331", "0" * 16), GIVEN + "-x"])
async def test_a_request_that_names_none_begins_one(spans: InMemorySpanExporter, header: str | None) -> None:
    await ask("GET", "/failing/bug", headers={} if header is None else {"traceparent": header})

    (span,) = spans.get_finished_spans()
    assert span.parent is None
    assert span.status.status_code is StatusCode.ERROR
    assert "secret" not in span.to_json()


def test_steps_are_joined_by_what_each_gives_to_the_next(spans: InMemorySpanExporter) -> None:
    request, first = begin_request("POST", b"", "playbook")
    with (
        step("command", first, "playbook") as second,
        pytest.raises(KeyError),
        step("reaction", second, "crm") as third,
    ):
        raise KeyError("secret")
    end_request(request, "POST", "/x", 409)

    reaction, command, root = spans.get_finished_spans()
    assert reaction.parent is not None
    assert command.parent is not None
    assert (root.parent, root.status.status_code) == (None, StatusCode.UNSET)
    assert command.parent.span_id == root.context.span_id
    assert reaction.parent.span_id == command.context.span_id
    assert third is not None
    assert f"{reaction.context.span_id:016x}" in third
    assert reaction.attributes == {"service": "crm", "error.type": "KeyError"}
    assert "secret" not in reaction.to_json()


def test_nothing_begins_a_trace_but_a_request(spans: InMemorySpanExporter) -> None:
    with step("timer", None, "crm") as goes_on:
        assert goes_on is None

    assert spans.get_finished_spans() == ()


def test_a_trace_that_is_not_sampled_stays_so(spans: InMemorySpanExporter) -> None:
    _, goes_on = begin_request("POST", GIVEN[:-2].encode() + b"00", "playbook")

    assert goes_on is not None
    assert goes_on.endswith("-00")


def test_the_relay_tells_its_own_step_beside_that_of_the_event(spans: InMemorySpanExporter) -> None:
    relay, at = Relay("crm", "", KafkaSettings(kafka="nowhere")), datetime(2026, 5, 1, tzinfo=UTC)
    told = ("w", "c", "c", "c", "visitor:1", GIVEN)

    message = relay._message("e1", "crm.lead_created.v1", "lead-1", 1, at, b"{}", b"\1", *told)
    assert spans.get_finished_spans() == (), "it is not acknowledged yet"
    assert message.span is not None
    message.span.end()

    (span,) = spans.get_finished_spans()
    headers = dict(message.headers)
    assert headers["ce_traceparent"] == GIVEN.encode()
    assert read_headers(message.headers).metadata.traceparent == headers["traceparent"].decode()
    assert f"{span.context.span_id:016x}".encode() in headers["traceparent"]


async def test_untraced_a_traceparent_is_passed_on_as_it_came_and_steps_cost_next_to_nothing() -> None:
    assert begin_request("POST", GIVEN.encode(), "playbook") == (None, GIVEN)

    def seconds() -> float:
        begun_s = time.process_time()
        for _ in range(STEPS):
            span, goes_on = begin_request("POST", GIVEN.encode(), "playbook")
            with step("command", goes_on, "playbook"):
                pass
            end_request(span, "POST", "/x", 200)
        return (time.process_time() - begun_s) / STEPS

    assert min(seconds() for _ in range(5)) < STEP_S_MAX


@pytest.mark.parametrize(
    ("variables", "traced"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_only_an_endpoint_switches_traces_on(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], traced: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    try:
        end = configure_traces("livechat-crm")
        assert (observe._tracer is not None) is traced
        end()
    finally:
        trace_with(None)
