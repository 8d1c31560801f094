"""The in-memory twins with a seeded pause around each of their promises, at which others go on and processes die."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.chassis.memory import MemoryStore, MovedClock
from services.chassis.memory_rows import MemoryBatch, MemoryReader, MemoryRows
from services.chassis.models import Key
from services.chassis.ports import Append, Credentials, Fenced, Firing, Loaded, Row, VersionConflict
from services.chassis.store import FIRE_AGAIN_AFTER_S
from tests.simulation.chance import Chance
from tests.simulation.heard import fault


class PausingStore(MemoryStore):
    """Before a load or an append others may write; after an append its process may die before it tells."""

    def __init__(self, clock: MovedClock, chance: Chance, published: Callable[[Any], None]) -> None:
        super().__init__(clock, published)
        self._chance = chance
        self._firing = 0

    async def load(self, workspace_id: str, stream: str, command_id: str) -> Loaded:
        if self._firing:
            return await super().load(workspace_id, stream, command_id)
        await self._chance.pause("load")
        loaded = await super().load(workspace_id, stream, command_id)
        await self._chance.pause("load")
        return loaded

    async def append(self, append: Append) -> int:
        if self._firing:
            return await super().append(append)
        await self._chance.pause("append")
        version = await super().append(append)
        await self._chance.pause("appended")
        return version

    async def fire_due(self, firing: Firing, limit: int) -> int:
        await self._chance.pause("timer")
        return await super().fire_due(firing, limit)

    async def _fire(self, firing: Firing, key: tuple[str, str], now: datetime) -> None:
        """One transaction a timer: it pauses nowhere. One that cannot fire is put off, and is a fault of the run."""
        self._firing += 1
        try:
            await super()._fire(firing, key, now)
        except (VersionConflict, Fenced):
            raise
        except Exception as error:
            fault("a timer was put off", error)
            workspace, _ = self._held.pop(key)
            self.timers[key] = (workspace, now + timedelta(seconds=FIRE_AGAIN_AFTER_S))
        finally:
            self._firing -= 1


def pausing(kept: Credentials, chance: Chance) -> Credentials:
    """These credentials; before each call, and before its answer, others may go on and a process may die."""

    class Pausing:
        def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
            call = getattr(kept, name)

            async def paused(*told: Any) -> Any:
                await chance.pause("credentials")
                answer = await call(*told)
                await chance.pause("credentials")
                return answer

            return paused

    made: Any = Pausing()
    credentials: Credentials = made
    return credentials


class PausingBatch(MemoryBatch):
    """Pauses before anything is written; what is written is seen when all of it is there, as after a commit."""

    chance: Chance

    async def lock_offsets(
        self, consumer: str, topic: str, partitions: Collection[int], *, lazily: bool = False
    ) -> dict[int, int]:
        await self.chance.pause("batch")
        return await super().lock_offsets(consumer, topic, partitions)

    async def load(self, keys: Collection[Key]) -> dict[Key, Row | None]:
        await self.chance.pause("batch")
        return await super().load(keys)


class PausingRows(MemoryRows):
    """Batches that pause, and a pause after each commit, of which `committed` is told."""

    def __init__(self, models: Any, chance: Chance, committed: Callable[[], None]) -> None:
        super().__init__(models)
        self._chance, self._committed = chance, committed

    def batch(self) -> Any:
        return Transaction(self)

    async def begin(self) -> PausingBatch:
        """The one batch that there is at a time."""
        await self._one.acquire()
        batch = PausingBatch(self)
        batch.chance = self._chance
        return batch

    async def end(self, batch: PausingBatch, *, failed: bool) -> None:
        """Commits, or takes everything back."""
        if failed:
            batch.undo()
        self._one.release()
        if not failed:
            if self.outbox:
                self._committed()
            await self._chance.pause("committed")


class Transaction:
    """The context of a batch; one made of a generator costs as much as the batch itself."""

    __slots__ = ("_batch", "_rows")

    def __init__(self, rows: PausingRows) -> None:
        self._rows = rows

    async def __aenter__(self) -> PausingBatch:
        self._batch = await self._rows.begin()
        return self._batch

    async def __aexit__(self, kind: object, *_: object) -> None:
        await self._rows.end(self._batch, failed=kind is not None)


class PausingReader(MemoryReader):
    """A read takes its time."""

    def __init__(self, store: MemoryRows, topics: Mapping[str, str], chance: Chance) -> None:
        super().__init__(store, topics)
        self._chance = chance

    async def get(self, workspace_id: str, table: Any, *key: object) -> Row | None:
        await self._chance.pause("read")
        return await super().get(workspace_id, table, *key)

    async def find(self, *args: Any, **more: Any) -> list[Row]:
        await self._chance.pause("read")
        return await super().find(*args, **more)

    async def search(self, *args: Any, **more: Any) -> list[Row]:
        await self._chance.pause("read")
        return await super().search(*args, **more)
