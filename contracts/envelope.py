"""The event and what is recorded with it: CloudEvents 1.0 in Kafka's binary mode, one identity (stream, version)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict

EVENT_BYTES_MAX = 65_536


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its offset; times here are UTC")
    return value.astimezone(UTC)


UtcTime = Annotated[datetime, AfterValidator(_utc)]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Fact(BaseModel):
    """A part of an event. Unknown fields are ignored: a newer writer may add optional ones."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Fact):
    """A fact in the past tense, complete in itself. Subclasses are the contract: fields are added, never changed.

    Class keywords: `service` is the owner; `v` the number in the type's name; `subject` the field that names the person
    whose key seals the fields marked Personal.
    """

    at: UtcTime

    TYPE: ClassVar[str] = ""
    SUBJECT: ClassVar[str | None] = None
    _service: ClassVar[str] = ""

    def __init_subclass__(
        cls, *, service: str | None = None, v: int = 1, subject: str | None = None, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        if service is not None:  # The abstract parent of one service's events.
            cls._service = service
            return
        cls.SUBJECT = subject or cls.SUBJECT
        cls.TYPE = f"{cls._service}.{_snake(cls.__name__)}.v{v}"


class Unknown(Event):
    """An event of a type that this reader does not know: it advances its stream and changes nothing else."""

    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who caused an event, and in which chain of causes.

    `command_id` is the command that appended it, `causation_id` the event (or request) that led to the command,
    `correlation_id` the first request of the chain; `actor` is "agent:<id>", "visitor:<id>" or "service:<name>".
    """

    workspace_id: str
    command_id: str
    correlation_id: str
    causation_id: str
    actor: str
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where an event lies in Kafka; `epoch` counts how often the topics were published anew."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it was recorded. (stream, version) is its identity everywhere; versions are 1, 2, 3 … without gaps.

    `hash` is sha256(hash before it in the stream ‖ event id ‖ type ‖ bytes); the first one's predecessor is empty.
    """

    event: Event
    event_id: str
    type: str
    stream: str
    version: int
    metadata: Metadata
    hash: bytes = b""
    position: Position | None = None


class Malformed(ValueError):
    """A Kafka record that is no event of ours: a header is missing or cannot be read."""


@cache
def _headers_of_type(type_: str) -> list[tuple[str, bytes]]:
    return [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_type", type_.encode()),
        ("ce_source", f"/{type_.partition('.')[0]}".encode()),
        ("ce_dataschema", f"/contracts/schemas/{type_}.json".encode()),
    ]


def headers_of(
    *,
    event_id: str,
    type_: str,
    stream: str,
    version: int,
    at: datetime,
    metadata: Metadata,
    hash_: bytes,
    hop: str | None = None,
) -> list[tuple[str, bytes]]:
    """Kafka headers of an event (CloudEvents 1.0 Kafka binding, binary mode, with the extensions used here).

    `ce_sequence` is the version, zero-padded because the extension compares as text. `hop` is the traceparent of the
    sending itself, where it is traced, and goes into `traceparent`; `ce_traceparent` is that of the event.
    """
    subject = stream.encode()
    headers = [
        *_headers_of_type(type_),
        ("ce_id", event_id.encode()),
        ("ce_subject", subject),
        ("ce_time", at.isoformat().encode()),
        ("ce_sequence", b"%010d" % version),
        ("ce_partitionkey", subject),
        ("ce_workspaceid", metadata.workspace_id.encode()),
        ("ce_commandid", metadata.command_id.encode()),
        ("ce_correlationid", metadata.correlation_id.encode()),
        ("ce_causationid", metadata.causation_id.encode()),
        ("ce_actor", metadata.actor.encode()),
        ("ce_streamhash", hash_.hex().encode()),
    ]
    if metadata.traceparent:
        trace = metadata.traceparent.encode()
        headers += [("traceparent", hop.encode() if hop else trace), ("ce_traceparent", trace)]
    return headers


@dataclass(frozen=True, slots=True)
class Header:
    """The headers of a record, read back; `at` stays text until somebody needs it."""

    event_id: str
    type: str
    stream: str
    version: int
    at: str
    metadata: Metadata
    hash: bytes


def read_headers(pairs: Iterable[tuple[str, bytes | None]]) -> Header:
    """Reads what `headers_of` wrote. Raises Malformed, naming the header, when one is missing or unreadable."""
    found: dict[str, Any] = dict(pairs)
    trace = found.get("traceparent")
    try:
        return Header(
            event_id=found["ce_id"].decode(),
            type=found["ce_type"].decode(),
            stream=found["ce_subject"].decode(),
            version=int(found["ce_sequence"]),
            at=found["ce_time"].decode(),
            metadata=Metadata(
                workspace_id=found["ce_workspaceid"].decode(),
                command_id=found["ce_commandid"].decode(),
                correlation_id=found["ce_correlationid"].decode(),
                causation_id=found["ce_causationid"].decode(),
                actor=found["ce_actor"].decode(),
                traceparent=trace.decode() if trace else None,
            ),
            hash=bytes.fromhex(found["ce_streamhash"].decode()),
        )
    except KeyError as missing:
        raise Malformed(f"header {missing} is missing") from None
    except (ValueError, TypeError, AttributeError) as unreadable:  # The last two: a header without a value.
        raise Malformed(f"a header cannot be read: {unreadable}") from None
