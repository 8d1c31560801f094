"""Parked events: which failures park an event and which are retried, what is kept of it, and how operators see it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from traceback import extract_tb
from typing import Any

import psycopg
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord
from psycopg.rows import dict_row

from services.chassis.execution import Contended
from services.chassis.ports import Fenced

PAGE_MAX = 200
PREVIEW_CHARS_MAX = 2_000
_CODE = Path(__file__).parents[2]

Headers = list[tuple[str, str | None]]


def is_infrastructure(error: BaseException) -> bool:
    """Whether trying again can help: a server is away or not ready. Else the reason lies in what the record holds."""
    match error:
        case psycopg.DataError() | psycopg.IntegrityError():
            return False
        case psycopg.Error():
            # Class 54 is a value too large for an index, which psycopg files among the operational errors.
            return not (error.sqlstate or "").startswith("54")
        case BaseExceptionGroup():
            return any(is_infrastructure(inner) for inner in error.exceptions)
        case _:
            return isinstance(error, OSError | KafkaError | Fenced | Contended)


def reason_of(error: BaseException) -> str:
    """What failed and where; without the error's own text, which may quote what somebody wrote."""
    ours = [
        f"{Path(frame.filename).relative_to(_CODE)}:{frame.lineno}"
        for frame in extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_CODE)
    ]
    return f"{type(error).__name__} at {ours[-1]}" if ours else type(error).__name__


def waits_behind(offset: int) -> str:
    """The reason of an event that nothing is wrong with, but an earlier one of its key is parked."""
    return f"waits behind {offset}"


@dataclass(frozen=True, slots=True)
class Parked:
    """A record that a consumer could not take: all that is needed to look into it and to take it later."""

    topic: str
    partition: int
    offset: int
    key: str
    reason: str
    headers: Headers
    value: bytes | None


def key_of(record: ConsumerRecord) -> str:
    """The record's key as text that PostgreSQL takes; "" where it has none."""
    return (record.key or b"").decode(errors="replace").replace("\0", "\ufffd")


def parked(record: ConsumerRecord, reason: str) -> Parked:
    """The record, to be parked for this reason. Header values are kept byte for byte, in base64."""
    headers = [
        (name.replace("\0", "\ufffd"), None if value is None else base64.b64encode(value).decode())
        for name, value in record.headers
    ]
    return Parked(
        record.topic,
        record.partition,
        record.offset,
        key_of(record),
        reason.replace("\0", "\ufffd"),
        headers,
        record.value,
    )


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """One line of the list, and with `headers` and `value` the whole; text that is not UTF-8 is shown with marks."""

    id: int
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str
    reason: str
    age: timedelta
    headers: dict[str, str | None] | None = None
    value: str | None = None


_FIELDS = (
    'id, consumer, topic, partition, record_offset AS "offset", key, reason, clock_timestamp() - parked_at AS age'
)
_LIST = f"SELECT {_FIELDS} FROM log.parked WHERE id > %s AND consumer = coalesce(%s, consumer) ORDER BY id LIMIT %s"
_SHOW = f"SELECT {_FIELDS}, headers, value FROM log.parked WHERE id = %s"


async def list_parked(
    connection: psycopg.AsyncConnection[Any], *, consumer: str | None = None, after: int = 0, limit: int = 50
) -> Sequence[ParkedEvent]:
    """At most `limit` parked events with an id > `after`, oldest first. Needs the workers' role."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_LIST, (after, consumer, min(limit, PAGE_MAX)))
        return [ParkedEvent(**row) for row in await cursor.fetchall()]


async def show_parked(connection: psycopg.AsyncConnection[Any], id_: int) -> ParkedEvent | None:
    """One parked event with its headers and the beginning of its value; None where there is none."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SHOW, (id_,))
        row = await cursor.fetchone()
    if row is None:
        return None
    headers = {name: None if kept is None else _text(base64.b64decode(kept)) for name, kept in row["headers"]}
    value = None if row["value"] is None else _text(row["value"])[:PREVIEW_CHARS_MAX]
    return ParkedEvent(**row | {"headers": headers, "value": value})


def _text(value: bytes) -> str:
    return value.decode(errors="replace")
