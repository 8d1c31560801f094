"""Projections: a batch of records is admitted, folded over the rows it touches, and written with its position."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from aiokafka.structs import ConsumerRecord
from prometheus_client import Counter

from contracts.envelope import Malformed, Recorded, Unknown
from contracts.personal import Keyring
from contracts.states import StateRow
from services.chassis.kafka import read_events
from services.chassis.models import Changed, Key, ReadModel, Rows
from services.chassis.parked import Parked, is_infrastructure, key_of, parked, reason_of, waits_behind
from services.chassis.ports import Row

HANDLED = Counter("livechat_events_handled", "Records that a consumer is done with.", ["service", "consumer"])
PARKED = Counter("livechat_events_parked", "Records that were parked.", ["service", "consumer"])
GAPS = Counter("livechat_stream_gaps", "Events that came without the one before.", ["service", "consumer"])
UNKNOWN = Counter("livechat_events_unknown", "Events of types unknown to this reader.", ["service", "consumer"])

log = structlog.get_logger()

Taken = tuple[ConsumerRecord, Recorded | Changed | Malformed]


class Superseded(Exception):
    """The model in the database is of another schema number than this process has: only one of both may write."""


class Batch(Protocol):
    """One transaction over a service's read-model rows and its consumers' positions.

    A row that a projection puts must follow from one stream alone: streams of other partitions are folded elsewhere at
    the same time, in no order. What several streams share is kept with Rows.add.
    """

    async def lock_offsets(self, consumer: str, topic: str, partitions: Collection[int]) -> dict[int, int]:
        """The next offsets, each locked until the end: a replica that lost a partition cannot come after us."""
        ...

    async def advance(self, consumer: str, topic: str, positions: Mapping[int, int]) -> None: ...

    async def generation(self, model: ReadModel) -> int:
        """The generation of the live model. Raises Superseded."""
        ...

    async def versions(self, model: ReadModel, streams: Collection[str]) -> dict[str, int]:
        """The last version folded of each stream (of each key of a state topic); a missing one is 0."""
        ...

    async def load(self, keys: Collection[Key]) -> dict[Key, Row | None]: ...

    async def write(self, model: ReadModel, rows: Rows, versions: Mapping[str, int]) -> None: ...

    def savepoint(self) -> AbstractAsyncContextManager[None]: ...

    async def parked_keys(self, consumer: str, keys: Collection[str]) -> dict[str, int]:
        """Of these keys those with a parked event, and the first one's offset."""
        ...

    async def park(self, consumer: str, events: Sequence[Parked]) -> None: ...

    async def publish(self, topic: str, rows: Mapping[str, StateRow | None]) -> None:
        """Hands rows of a state topic to the outbox of state, by key; None is a tombstone."""
        ...


class RowStore(Protocol):
    """Where read models and positions are kept."""

    def batch(self) -> AbstractAsyncContextManager[Batch]: ...


@dataclass
class Admitted:
    """Which records of a batch are new and in order. `waiting`: keys with a parked event → its offset."""

    fresh: list[Recorded | Changed] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    gaps: int = 0
    unknown: int = 0


def admit(taken: Sequence[Taken], versions: Mapping[str, int], waiting: Mapping[str, int]) -> Admitted:
    """Drops what was folded before, and parks what cannot be folded with everything of its key that comes later."""
    found = Admitted(waiting=dict(waiting))
    latest = dict(versions)
    for record, content in taken:
        if isinstance(content, Recorded):
            stream, version = content.stream, content.version
            last = latest.get(stream, 0)
            if version <= last:
                continue
            if version == last + 1 and not (found.waiting and stream in found.waiting):
                latest[stream] = found.versions[stream] = version
                if isinstance(content.event, Unknown):
                    found.unknown += 1
                else:
                    found.fresh.append(content)
                continue
            reason = f"gap: version {version} came after {last}"
        elif isinstance(content, Changed):
            key = content.key
            if key not in found.waiting:
                standing = _standing(content, latest.get(key, 0))
                if standing is not None:
                    latest[key] = found.versions[key] = standing
                    found.fresh.append(content)
                continue
            reason = ""
        else:
            reason = str(content)
        _park(found, record, reason)
    return found


def _park(found: Admitted, record: ConsumerRecord, reason: str) -> None:
    key = key_of(record)
    if key in found.waiting:
        reason = waits_behind(found.waiting[key])
    elif reason.startswith("gap"):
        found.gaps += 1
    if key:
        found.waiting.setdefault(key, record.offset)
    found.parked.append(parked(record, reason))


def _standing(changed: Changed, last: int) -> int | None:
    """What to remember of a state topic's key after this record; None where an older one came late.

    Generation and version in one number, in that order. After a tombstone it is negative: the row that was there
    may come again, nothing older may.
    """
    if changed.row is None:
        return -abs(last)
    standing = (changed.row.generation << 40) | changed.row.version
    return standing if standing > last and standing >= -last else None


def touched(model: ReadModel, fresh: Sequence[Recorded | Changed]) -> set[Key]:
    """Every row that the fold may ask for."""
    return {key for content in fresh for key in model.touches(content)}


def fold(model: ReadModel, fresh: Sequence[Recorded | Changed], rows: Rows) -> None:
    """Folds events in order over the loaded rows."""
    project = model.project
    for content in fresh:
        project(rows, content)


def published(
    model: ReadModel, loaded: Mapping[Key, Row | None], rows: Rows, generation: int
) -> dict[str, StateRow | None]:
    """What a fold changed of the table that others subscribe to, as rows of the state topic."""
    news: dict[str, StateRow | None] = {}
    if (state := model.publishes) is not None:
        for key, row in rows.changed.items():
            if key[0] is state.table and (told := row or loaded[key]) is not None:
                name, value = state.row(told, generation)
                news[name] = value if row is not None else None
    return news


def read_changes(records: Sequence[ConsumerRecord], row: type[StateRow]) -> list[Changed | Malformed]:
    """The records of a state topic; a Malformed stands in the place of one that cannot be read."""
    return [_read_change(record, row) for record in records]


def _read_change(record: ConsumerRecord, row: type[StateRow]) -> Changed | Malformed:
    try:
        key = (record.key or b"").decode()
        return Changed(key, None if record.value is None else row.model_validate_json(record.value))
    except ValueError as unreadable:
        return Malformed(f"{row.__name__} cannot be read: {type(unreadable).__name__}")


class Projection:
    """The handler of a read model's loop. `consumer` is the name its position is kept under, the model's if not told."""

    def __init__(
        self,
        service: str,
        model: ReadModel,
        topic: str,
        rows: RowStore,
        keyring: Keyring,
        *,
        consumer: str | None = None,
        publishing: bool = True,
    ) -> None:
        self._model, self._topic, self._rows, self._keyring = model, topic, rows, keyring
        self._consumer = consumer or model.name
        self._publishing = publishing and model.publishes is not None
        self._labels = (service, self._consumer)

    async def positions(self, partitions: Collection[int]) -> Mapping[int, int]:
        """Where PostgreSQL stands."""
        async with self._rows.batch() as batch:
            return await batch.lock_offsets(self._consumer, self._topic, partitions)

    async def handle(self, slices: Mapping[int, Sequence[ConsumerRecord]]) -> Mapping[int, int]:
        """Folds what follows on from the stored positions, and nothing else."""
        async with self._rows.batch() as batch:
            positions = await batch.lock_offsets(self._consumer, self._topic, slices)
            strict = self._model.source.kind == "events"
            next_, accepted = following(slices, positions, strict=strict)
            if accepted:
                generation = await batch.generation(self._model)
                await self.apply(batch, accepted, generation)
                await batch.advance(self._consumer, self._topic, next_)
        HANDLED.labels(*self._labels).inc(len(accepted))
        return next_
