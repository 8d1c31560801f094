"""Read models folded in memory, event by event, with a reader over their rows."""

from collections.abc import Mapping, Sequence
from functools import cmp_to_key
from typing import Any

from sqlalchemy import Table

from contracts.envelope import Recorded
from services.chassis.models import ReadModel, Rows
from services.chassis.ports import Row


class KnownRows:
    """The rows that some events lead to; a ports.Reader."""

    def __init__(self, models: Sequence[ReadModel] = (), recorded: Sequence[Recorded] = ()) -> None:
        self._models, self._tables = models, dict[Table, dict[tuple[Any, ...], Row]]()
        for event in recorded:
            self.fold(event)

    def fold(self, recorded: Recorded) -> None:
        """The models that read this event's topic fold it."""
        owner = recorded.type.partition(".")[0]
        for model in self._models:
            if model.source.owner == owner:
                self._fold(model, recorded)

    def _fold(self, model: ReadModel, recorded: Recorded) -> None:
        rows = Rows({(table, key): self.of(table).get(key) for table, key in model.touches(recorded)})
        model.project(rows, recorded)
        for (table, key), row in rows.changed.items():
            self.of(table).pop(key, None)
            if row is not None:
                assert row.keys() == {column.name for column in table.columns}
                self.of(table)[key] = row
        for (table, key), amounts in rows.added.items():
            names = [column.name for column in table.primary_key.columns]
            row = self.of(table).setdefault(key, dict(zip(names, key, strict=True)))
            row.update({column: row.get(column, 0) + amount for column, amount in amounts.items()})

    def of(self, table: Table) -> dict[tuple[Any, ...], Row]:
        """A table's rows by key."""
        return self._tables.setdefault(table, {})

    async def get(self, workspace_id: str, table: Table, *key: object) -> Row | None:
        return self.of(table).get((workspace_id, *key))

    async def find(
        self,
        workspace_id: str | None,
        table: Table,
        where: Mapping[str, object],
        order: Sequence[str] = (),
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        def compared(one: Sequence[Any], other: Sequence[Any]) -> int:
            for column, mine, theirs in zip(order, one, other, strict=True):
                if mine != theirs:
                    return -1 if (mine < theirs) != column.startswith("-") else 1
            return 0

        def place(row: Row) -> list[Any]:
            return [row[column.lstrip("-")] for column in order]

        found = [
            row
            for row in self.of(table).values()
            if workspace_id in (None, row["workspace_id"])
            and all(row[column] == value for column, value in where.items())
            and (after is None or compared(place(row), after) > 0)
        ]
        found.sort(key=lambda row: cmp_to_key(compared)(place(row)))
        return found[:limit]

    async def reached(self, consumer: str, partition: int) -> int:
        return 0
