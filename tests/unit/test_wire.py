"""What goes on the wire: the headers of an event there and back, and the partition of a key."""

from datetime import UTC, datetime

import pytest

from contracts.envelope import Malformed, Metadata, headers_of, read_headers
from contracts.topics import PARTITIONS
from services.chassis.kafka import partition_of

AT = datetime(2030, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


def headers(traceparent: str | None = None) -> dict[str, bytes | None]:
    told = Metadata("workspace", "command", "correlation", "causation", "agent:é", traceparent)
    made = headers_of(
        event_id="id",
        type_="crm.lead_created.v1",
        stream="lead-1",
        version=12,
        at=AT,
        metadata=told,
        hash_=b"\1\xff",
    )
    return dict(made)


def test_an_event_has_the_headers_of_a_binary_cloud_event() -> None:
    assert headers() == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_id": b"id",
        "ce_type": b"crm.lead_created.v1",
        "ce_source": b"/crm",
        "ce_subject": b"lead-1",
        "ce_time": b"2030-01-02T03:04:05.678000+00:00",
        "ce_sequence": b"0000000012",
        "ce_partitionkey": b"lead-1",
        "ce_dataschema": b"/contracts/schemas/crm.lead_created.v1.json",
        "ce_workspaceid": b"workspace",
        "ce_commandid": b"command",
        "ce_correlationid": b"correlation",
        "ce_causationid": b"causation",
        "ce_actor": "agent:é".encode(),
        "ce_streamhash": b"01ff",
    }


@pytest.mark.parametrize("traceparent", [None, TRACE])
def test_headers_are_read_as_they_were_written(traceparent: str | None) -> None:
    read = read_headers([*headers(traceparent).items(), ("of somebody else", b"\xff"), ("empty", None)])

    assert (read.event_id, read.type, read.stream, read.version) == (
        "id",
        "crm.lead_created.v1",
        "lead-1",
        12,
    )
    assert (datetime.fromisoformat(read.at), read.hash) == (AT, b"\1\xff")
    assert read.metadata == Metadata(
        "workspace", "command", "correlation", "causation", "agent:é", traceparent
    )


@pytest.mark.parametrize("value", [b"\xff", b"twelve", None])
def test_a_version_that_cannot_be_read_makes_the_record_malformed(value: bytes | None) -> None:
    with pytest.raises(Malformed, match="cannot be read"):
        read_headers((headers() | {"ce_sequence": value}).items())


@pytest.mark.parametrize(
    "name", ["ce_id", "ce_type", "ce_subject", "ce_sequence", "ce_workspaceid", "ce_streamhash"]
)
def test_a_missing_header_is_named(name: str) -> None:
    there = headers()
    del there[name]

    with pytest.raises(Malformed, match=name):
        read_headers(there.items())


@pytest.mark.parametrize(
    ("key", "murmur2"),  # The values of Kafka's own tests.
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_a_key_lies_where_every_kafka_client_puts_it(key: str, murmur2: int) -> None:
    assert partition_of(key) == (murmur2 & 0x7FFFFFFF) % PARTITIONS
