"""Read models: a pure fold over rows. The chassis loads the rows that a batch touches, folds, and writes them once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aiokafka.structs import ConsumerRecord
from sqlalchemy import Column, Index, MetaData, PrimaryKeyConstraint, Table, Text, cast
from sqlalchemy.dialects.postgresql import TSVECTOR

from contracts.envelope import Event, Recorded
from contracts.registry import EVENTS
from contracts.states import StateRow
from contracts.topics import Topic
from services.chassis.ports import Row

Key = tuple[Table, tuple[Any, ...]]
About = tuple[type[Event], ...] | None
"""The events that a consumer is for, a base class standing for all of its kind; None: whatever its topic holds."""


@cache
def types_of(about: tuple[type[Event], ...]) -> frozenset[bytes]:
    """Their types, as records tell them."""
    return frozenset(type_.encode() for type_, event in EVENTS.items() if issubclass(event, about))


def concerning(records: Iterable[ConsumerRecord], about: About) -> list[ConsumerRecord]:
    """The records that a consumer is for.

    One that does not tell its type is everybody's, who park it; so is one of a type of tomorrow, whose version counts:
    passed over, it would be a gap before the next event of its stream.
    """
    if about is None:
        return list(records)
    others = _others_than(about)
    return [record for record in records if dict(record.headers).get("ce_type") not in others]


@cache
def _others_than(about: tuple[type[Event], ...]) -> frozenset[bytes]:
    return types_of((Event,)) - types_of(about)


def table(model: str, name: str, *columns: Any, key: tuple[str, ...], words: str | None = None) -> Table:
    """A read-model table in the schema named like its model. `workspace_id` is added and leads the primary key.

    Further arguments may be Columns and Indexes; give an Index on (workspace_id, …) for each order that is read.
    `words` names a text column of words.vector: by it Reader.search finds the rows, and services read them by nothing
    else.
    """
    made = Table(
        name,
        MetaData(schema=model),
        Column("workspace_id", Text, nullable=False),
        *columns,
        PrimaryKeyConstraint("workspace_id", *key),
        info={"words": words},
    )
    if words is not None:
        Index(f"{name}_by_words", cast(made.c[words], TSVECTOR), postgresql_using="gin")
    return made


@cache
def key_columns(of: Table) -> tuple[str, ...]:
    """The names of the primary key's columns, in order."""
    return tuple(column.name for column in of.primary_key.columns)


class UntouchedRow(Exception):
    """A projection asked for a row that its `touches` did not name: a mistake in the read model's code."""


class Rows:
    """The rows that a batch touches, and what the fold made of them. Keys begin with the workspace's id."""

    def __init__(self, loaded: Mapping[Key, Row | None]) -> None:
        self._rows: dict[Key, Row | None] = dict(loaded)
        self.changed: dict[Key, Row | None] = {}
        self.added: dict[Key, dict[str, int]] = {}

    def get(self, of: Table, *key: Any) -> Row | None:
        """The row as it is now in the fold; None where there is none. Raises UntouchedRow."""
        try:
            row = self._rows[(of, key)]
        except KeyError:
            raise UntouchedRow(f"{of.fullname} {key}") from None
        return dict(row) if row is not None else None

    def put(self, of: Table, **row: Any) -> None:
        """Writes the whole row; every column is given."""
        key = (of, tuple([row[name] for name in key_columns(of)]))
        self._rows[key] = self.changed[key] = row

    def remove(self, of: Table, *key: Any) -> None:
        """Removes the row if it is there."""
        self._rows[(of, key)] = self.changed[(of, key)] = None

    def add(self, of: Table, *key: Any, **amounts: int) -> None:
        """Adds to integer columns of a row that is made when missing (kept counts). Such a table is only added to."""
        sums = self.added.setdefault((of, key), {})
        for column, amount in amounts.items():
            sums[column] = sums.get(column, 0) + amount


@dataclass(frozen=True, slots=True)
class Changed:
    """A record of a state topic: the newest row of a key; None is a tombstone."""

    key: str
    row: StateRow | None


@dataclass(frozen=True)
class StateTopic:
    """A read model's table that others subscribe to: each changed row is published through an outbox of its own.

    `row` makes the public row of (table row, generation), with the record's key: the last column of the table's key.
    """

    topic: Topic
    table: Table
    row: Callable[[Row, int], tuple[str, StateRow]]


@dataclass(frozen=True)
class ReadModel:
    """One read model: one topic in, its own tables out.

    `touches` names the keys that `project` may get for an event; both are pure. `schema` is raised whenever tables or
    fold change: the model is then rebuilt beside the old one and swapped. For a state topic (`state_row` given) the
    fold gets Changed instead of Recorded. `about` are the events that it is folded from; where those are not all of
    their streams, it is not `gapless`: it knows repetitions by their versions, and no gaps.
    """

    name: str
    schema: int
    source: Topic
    tables: tuple[Table, ...]
    touches: Callable[[Any], Iterable[Key]]
    project: Callable[[Rows, Any], None]
    state_row: type[StateRow] | None = None
    publishes: StateTopic | None = None
    about: About = None
    gapless: bool = True


Projected = Recorded | Changed
