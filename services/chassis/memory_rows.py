"""In-memory twin of read-model rows, positions and their reader: the same promises without a server."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Table

from contracts.envelope import Recorded
from contracts.states import StateRow
from services.chassis.batches import Moved, Standing, Superseded
from services.chassis.keyset import page_of
from services.chassis.models import Changed, Key, ReadModel, Rows, key_columns
from services.chassis.parked import Parked
from services.chassis.ports import Row
from services.chassis.projector import fold, touched
from services.chassis.words import Asked, says

_GONE = object()


class MemoryBatch:
    """projector.Batch over dictionaries; what it changed can be undone back to any point."""

    def __init__(self, store: "MemoryRows") -> None:
        self._store = store
        self._before: list[tuple[dict[Any, Any], Any, Any]] = []

    async def lock_offsets(
        self, consumer: str, topic: str, partitions: Collection[int], *, lazily: bool = False
    ) -> dict[int, int]:
        for number in partitions:
            if (consumer, topic, number) not in self._store.offsets:
                self._set(self._store.offsets, (consumer, topic, number), 0)
        return {number: self._store.offsets[consumer, topic, number] for number in partitions}

    async def advance(self, consumer: str, topic: str, positions: Mapping[int, int]) -> None:
        for number, offset in positions.items():
            self._set(self._store.offsets, (consumer, topic, number), offset)

    async def generation(self, model: ReadModel) -> int:
        schema, generation = self._store.models.get(model.name, (None, 0))
        if schema != model.schema:
            raise Superseded(model.name, schema, model.schema)
        return generation

    async def versions(self, model: ReadModel, streams: Collection[str]) -> dict[str, int]:
        kept = self._store.versions
        return {stream: kept[model.name, stream] for stream in streams if (model.name, stream) in kept}

    async def standing(
        self, model: ReadModel, consumer: str, streams: Collection[str], keys: Collection[str]
    ) -> Standing:
        generation, versions = await self.generation(model), await self.versions(model, streams)
        return Standing(generation, versions, await self.parked_keys(consumer, keys))

    async def load(self, keys: Collection[Key]) -> dict[Key, Row | None]:
        return {key: dict(row) if (row := self._store.rows.get(key)) is not None else None for key in keys}

    async def write(
        self, model: ReadModel, rows: Rows, versions: Mapping[str, int], moved: Moved | None = None
    ) -> None:
        for key, row in rows.changed.items():
            self._set(self._store.rows, key, _GONE if row is None else _stored(key[0], row))
        for key, amounts in rows.added.items():
            self._add(key, amounts)
        for stream, version in versions.items():
            self._set(self._store.versions, (model.name, stream), version)
        if moved:
            await self.advance(moved.consumer, moved.topic, moved.positions)

    def _add(self, key: Key, amounts: Mapping[str, int]) -> None:
        names = key_columns(key[0])
        zeros = {name: 0 for name in _columns(key[0])[0] if name not in names}
        before = self._store.rows.get(key) or dict(zip(names, key[1], strict=True)) | zeros
        after = before | {column: before[column] + amount for column, amount in amounts.items()}
        self._set(self._store.rows, key, _stored(key[0], after))

    def savepoint(self) -> "Savepoint":
        return Savepoint(self, len(self._before))

    async def parked_keys(self, consumer: str, keys: Collection[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for (of, *_), parked in self._store.parked.items():
            if of == consumer and parked.key and parked.key in keys:
                found[parked.key] = min(parked.offset, found.get(parked.key, parked.offset))
        return found

    async def park(self, consumer: str, records: Sequence[Parked]) -> None:
        for parked in records:
            place = (consumer, *parked.place)
            if place not in self._store.parked:
                self._set(self._store.parked, place, parked)

    async def publish(self, topic: str, rows: Mapping[str, StateRow | None]) -> None:
        for key, row in rows.items():
            value = row.model_dump_json().encode() if row else None
            self._set(self._store.outbox, next(self._store.numbers), (topic, key, value))

    def _set(self, of: dict[Any, Any], key: Any, value: Any) -> None:
        self._before.append((of, key, of.get(key, _GONE)))
        _put(of, key, value)

    def undo(self, kept: int = 0) -> None:
        """Takes back all changes after the first `kept`."""
        while len(self._before) > kept:
            _put(*self._before.pop())


class Savepoint:
    """The context of a part of a batch, which is undone where it fails."""

    __slots__ = ("_batch", "_kept")

    def __init__(self, batch: MemoryBatch, kept: int) -> None:
        self._batch, self._kept = batch, kept

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._batch.undo(self._kept)


def _put(of: dict[Any, Any], key: Any, value: Any) -> None:
    if value is _GONE:
        of.pop(key, None)
    else:
        of[key] = value


def _stored(of: Table, row: Row) -> Row:
    """The row as PostgreSQL would give it back: all columns in order, JSON as JSON."""
    names, of_json = _columns(of)
    found = {name: row.get(name) for name in names}
    for name in of_json:
        if found[name] is not None:
            found[name] = json.loads(to_json(found[name]))
    return found


@cache
def _columns(of: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of all columns, and of those that hold JSON."""
    of_json = tuple(column.name for column in of.columns if isinstance(column.type, JSON))
    return tuple(column.name for column in of.columns), of_json


class MemoryRows:
    """projector.RowStore: one batch at a time, all or nothing."""

    def __init__(self, models: Sequence[ReadModel] = ()) -> None:
        self.rows: dict[Key, Row] = {}
        self.versions: dict[tuple[str, str], int] = {}
        self.offsets: dict[tuple[str, str, int], int] = {}
        self.parked: dict[tuple[str, str, int, int], Parked] = {}
        self.outbox: dict[int, tuple[str, str, bytes | None]] = {}
        self.numbers = itertools.count(1)
        self.models = {model.name: (model.schema, 1) for model in models}
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[MemoryBatch]:
        async with self._one:
            batch = MemoryBatch(self)
            try:
                yield batch
            except BaseException:
                batch.undo()
                raise

    async def look(
        self, consumer: str, topic: str, partitions: Collection[int], keys: Collection[str]
    ) -> tuple[dict[int, int], dict[str, int]]:
        async with self.batch() as batch:
            positions = {number: self.offsets.get((consumer, topic, number), 0) for number in partitions}
            return positions, await batch.parked_keys(consumer, keys)

    async def move(self, before: Moved, after: Mapping[int, int], model: ReadModel | None = None) -> bool:
        if model is not None and self.models.get(model.name, (None, 0))[0] != model.schema:
            return False
        async with self.batch() as batch:
            now = await batch.lock_offsets(before.consumer, before.topic, after)
            same = {number: at for number, at in after.items() if now[number] == before.positions[number]}
            await batch.advance(before.consumer, before.topic, same)
        return len(same) == len(after)

    async def project(self, model: ReadModel, events: Sequence[Recorded | Changed]) -> None:
        """Folds events that are known to be new and in order, as a projector would; errors are the caller's."""
        async with self.batch() as batch:
            rows = Rows(await batch.load(touched(model, events)))
            fold(model, events, rows)
            streams = {event.stream: event.version for event in events if isinstance(event, Recorded)}
            await batch.write(model, rows, streams)


class MemoryReader:
    """ports.Reader over MemoryRows. `topics` are the names in Kafka of the read models' topics, by model."""

    def __init__(self, store: MemoryRows, topics: Mapping[str, str] | None = None) -> None:
        self._store, self._topics = store, topics or {}

    async def get(self, workspace_id: str, table: Table, *key: object) -> Row | None:
        row = self._store.rows.get((table, (workspace_id, *key)))
        return None if row is None else dict(row)

    async def find(
        self,
        workspace_id: str | None,
        table: Table,
        where: Mapping[str, object],
        order: Sequence[str] = (),
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        wanted = dict(where) if workspace_id is None else {"workspace_id": workspace_id, **where}
        names, _ = _columns(table)
        for name in (*wanted, *(name.removeprefix("-") for name in order)):
            if name not in names:
                raise KeyError(name)  # As PostgreSQL would raise.
        found = [row for (of, _), row in self._store.rows.items() if of is table]
        for name, value in wanted.items():
            among = value if isinstance(value, tuple) else (value,)
            found = [row for row in found if row[name] in among]
        return page_of(found, table, order, after, limit)

    async def search(
        self,
        workspace_id: str,
        table: Table,
        asked: Asked,
        order: Sequence[str],
        then: Sequence[str],
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        rows = [row for (of, key), row in self._store.rows.items() if of is table and key[0] == workspace_id]
        found = [row for row in rows if says(row[table.info["words"]], workspace_id, asked)]
        return page_of(found, table, order, after, limit, then)

    async def reached(self, consumer: str, partition: int) -> int:
        return self._store.offsets.get((consumer, self._topics[consumer], partition), 0)
