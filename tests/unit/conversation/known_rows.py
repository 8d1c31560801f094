"""Read models folded in memory, event by event, with a reader over their rows."""

from collections.abc import Coroutine, Sequence
from typing import Any

from sqlalchemy import Table

from contracts.envelope import Recorded
from services.chassis.memory_rows import MemoryReader, MemoryRows
from services.chassis.models import ReadModel
from services.chassis.ports import Row


class KnownRows(MemoryReader):
    """The rows that some events lead to."""

    def __init__(self, models: Sequence[ReadModel] = (), recorded: Sequence[Recorded] = ()) -> None:
        self._models, self._kept = models, MemoryRows(models)
        super().__init__(self._kept)
        for event in recorded:
            self.fold(event)

    def fold(self, recorded: Recorded) -> None:
        """The models that read this event's topic fold it."""
        owner = recorded.type.partition(".")[0]
        for model in self._models:
            if model.source.owner == owner:
                _at_once(self._kept.project(model, [recorded]))

    def of(self, table: Table) -> dict[tuple[Any, ...], Row]:
        """A table's rows by key."""
        return {key: row for (of, key), row in self._kept.rows.items() if of is table}


def _at_once(coroutine: Coroutine[Any, Any, None]) -> None:
    """Carries out what never waits, as nothing in memory does."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("the twin waits for something")
