"""Which records of a batch are folded, dropped or parked; which failures park one; and how operators see the parked."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from traceback import extract_tb
from typing import Any

import psycopg
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord
from psycopg.rows import dict_row

from contracts.envelope import Malformed, Recorded, Unknown
from services.chassis.decider import Contended
from services.chassis.models import Changed
from services.chassis.ports import Fenced

PAGE_MAX = 200
PREVIEW_CHARS_MAX = 2_000
KEY_CHARS_MAX, KEY_SHOWN_CHARS = 200, 100
_CODE = Path(__file__).parents[2]

Taken = tuple[ConsumerRecord, Recorded | Changed | Malformed]


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


@dataclass(frozen=True, slots=True)
class Parked:
    """A record that a consumer could not take: all that is needed to look into it and to take it later."""

    topic: str
    partition: int
    offset: int
    key: str
    reason: str
    headers: list[tuple[str, str | None]]
    value: bytes | None

    @property
    def place(self) -> tuple[str, int, int]:
        """Topic, partition and offset."""
        return self.topic, self.partition, self.offset


def key_of(key: bytes | None) -> str:
    """A record's key as text that PostgreSQL takes, also in an index; "" where it has none."""
    text = _storable((key or b"").decode(errors="replace"))
    if len(text) <= KEY_CHARS_MAX:
        return text
    return f"{text[:KEY_SHOWN_CHARS]}… sha256 {hashlib.sha256(key or b'').hexdigest()}"


def parked(record: ConsumerRecord, reason: str) -> Parked:
    """The record, to be parked for this reason. Header values are kept byte for byte, in base64."""
    headers = [
        (_storable(name), None if value is None else base64.b64encode(value).decode())
        for name, value in record.headers
    ]
    where = record.topic, record.partition, record.offset
    return Parked(*where, key_of(record.key), _storable(reason), headers, record.value)


def _storable(text: str) -> str:
    return text.replace("\0", "\ufffd")


@dataclass
class Admitted:
    """Which records of a batch are new and in order. `waiting`: keys with a parked record → its offset."""

    fresh: list[Recorded | Changed] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    gaps: int = 0
    unknown: int = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        """Unknown types, gaps, and parked records."""
        return self.unknown, self.gaps, len(self.parked)

    def park(self, record: ConsumerRecord, reason: str) -> None:
        """Parks the record; from now on its key waits."""
        key = key_of(record.key)
        if key in self.waiting:
            reason = f"waits behind {self.waiting[key]}"
        elif key:
            self.waiting[key] = record.offset
        self.parked.append(parked(record, reason))


def admit(
    taken: Sequence[Taken], versions: Mapping[str, int], waiting: Mapping[str, int], *, gapless: bool = True
) -> Admitted:
    """Drops what was folded before; parks what cannot be folded, with everything of its key that comes later, and
    where all versions should come (`gapless`), one that comes without the one before."""
    found = Admitted(waiting=dict(waiting))
    latest = dict(versions)
    for record, content in taken:
        if isinstance(content, Recorded):
            _admit_event(found, latest, record, content, gapless)
        elif isinstance(content, Malformed):
            found.park(record, str(content))
        elif content.key in found.waiting:
            found.park(record, "")
        elif (standing := _standing(content, latest.get(content.key, 0))) is not None:
            latest[content.key] = found.versions[content.key] = standing
            found.fresh.append(content)
    return found


def _admit_event(
    found: Admitted, latest: dict[str, int], record: ConsumerRecord, event: Recorded, gapless: bool
) -> None:
    stream, version = event.stream, event.version
    last = latest.get(stream, 0)
    if version <= last:
        return
    if stream in found.waiting:
        found.park(record, "")
    elif gapless and version > last + 1:
        found.gaps += 1
        found.park(record, f"gap: version {version} came after {last}")
    else:
        latest[stream] = found.versions[stream] = version
        if isinstance(event.event, Unknown):
            found.unknown += 1
        else:
            found.fresh.append(event)


def _standing(changed: Changed, last: int) -> int | None:
    """What to remember of a state topic's key after this record; None where an older one came late.

    Generation and version in one number, in that order. After a tombstone it is negative: the row that was there
    may come again, nothing older may.
    """
    if changed.row is None:
        return -abs(last)
    standing = (changed.row.generation << 40) | changed.row.version
    return standing if standing > last and standing >= -last else None


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """One line of the list, and with `headers` and `value` the whole; bytes that are no UTF-8 are shown as marks."""

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


_FIELDS = 'id, consumer, topic, partition, record_offset AS "offset", key, reason, clock_timestamp() - parked_at AS age'
_LIST = f"SELECT {_FIELDS} FROM log.parked WHERE id > %s AND consumer = coalesce(%s, consumer) ORDER BY id LIMIT %s"
_SHOW = f"SELECT {_FIELDS}, headers, value FROM log.parked WHERE id = %s"


async def list_parked(
    connection: psycopg.AsyncConnection[Any], *, consumer: str | None = None, after: int = 0, limit: int = 50
) -> list[ParkedEvent]:
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


_HELD = """SELECT id, topic, partition, record_offset, key, headers, value, reason FROM log.parked
    WHERE consumer = %s AND key = %s AND (%s::bigint IS NULL OR id = %s) ORDER BY record_offset, id LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Held:
    """A parked record as a consumer can take it again; `reason` is why it was parked."""

    id: int
    record: ConsumerRecord
    reason: str


async def held_records(
    connection: psycopg.AsyncConnection[Any], consumer: str, key: str, id_: int | None, limit: int
) -> list[Held]:
    """A key's parked records in the order of the topic, at most `limit`. A record without a key (key "") is looked up
    by its id, for none waits behind another."""
    cursor = await connection.execute(_HELD, (consumer, key, id_, id_, limit))
    return [_held(*row) for row in await cursor.fetchall()]


def _held(
    id_: int, topic: str, partition: int, offset: int, key: str, headers: Any, value: Any, reason: str
) -> Held:
    pairs = tuple((name, None if kept is None else base64.b64decode(kept)) for name, kept in headers)
    bytes_ = None if value is None else bytes(value)
    sizes = len(key), len(bytes_ or b"")
    record = ConsumerRecord(
        topic, partition, offset, 0, 0, key.encode() if key else None, bytes_, None, *sizes, pairs
    )
    return Held(id_, record, reason)
