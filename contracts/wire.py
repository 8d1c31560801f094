"""A Kafka record read as the event it is, without any client's library: by services and by outside readers alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import ValidationError

from contracts.envelope import Event, Header, Malformed, Position, Recorded, Unknown, read_headers
from contracts.personal import decode
from contracts.registry import EVENTS


class Record(Protocol):
    """What is needed of a client's record."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


def read_event(record: Record, header: Header | None = None) -> Recorded:
    """The event in a record, personal fields as they are on the wire. Raises Malformed. `header`: if read already."""
    header = header or read_headers(record.headers)
    if record.value is None:
        raise Malformed("an event has bytes; this record has none")
    model = EVENTS.get(header.type)
    event: Event
    try:
        if model is None:
            event = Unknown(at=datetime.fromisoformat(header.at), type=header.type, data=record.value)
        else:
            event = decode(model, record.value)
    except ValueError as unreadable:
        raise malformed(header.type, unreadable) from None
    return Recorded(
        event,
        header.event_id,
        header.type,
        header.stream,
        header.version,
        header.metadata,
        header.hash,
        Position(record.topic, record.partition, record.offset),
    )


def malformed(type_: str, unreadable: ValueError) -> Malformed:
    """Why bytes are no event of this type; without the values, which may be personal: the text goes to logs."""
    if not isinstance(unreadable, ValidationError):
        return Malformed(f"{type_} cannot be read: {unreadable}")
    faults = unreadable.errors(include_url=False, include_context=False, include_input=False)
    places = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
    return Malformed(f"{type_} cannot be read: {places}")


def subject_of(event: Event) -> str | None:
    """The id of the person whose key seals the event's personal fields; None where it has none."""
    return getattr(event, event.SUBJECT) if event.SUBJECT else None
