"""Where read models and positions are kept, as projections and reactions need it: one transaction a batch."""

import gc
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord, TopicPartition

from contracts.states import StateRow
from services.chassis.models import About, Key, ReadModel, Rows, concerning
from services.chassis.parked import Parked
from services.chassis.ports import Row

COLLECT_AFTER = 50_000


class Superseded(Exception):
    """The model in the database has another schema number than in this process: only one of both may write it.

    `by_newer`: a newer version has it, so that this process has nothing to wait for.
    """

    def __init__(self, model: str, there: int | None, here: int) -> None:
        has = f"has schema {there} in the database" if there is not None else "is missing in the database"
        super().__init__(f"{model} {has}; this process has schema {here}")
        self.by_newer = there is not None and there > here


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a read model stands: its generation, what was last folded of streams (a missing one is 0), and the keys
    that wait behind a parked record → that record's offset."""

    generation: int
    versions: Mapping[str, int]
    waiting: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Moved:
    """The next offsets of a consumer after what it did."""

    consumer: str
    topic: str
    positions: Mapping[int, int]


class Batch(Protocol):
    """One transaction over a service's read-model rows and its consumers' positions.

    A row that a projection puts must follow from one stream alone: streams of other partitions are folded elsewhere at
    the same time, in no order. What several streams share is kept with Rows.add.
    """

    async def lock_offsets(
        self, consumer: str, topic: str, partitions: Collection[int], *, lazily: bool = False
    ) -> dict[int, int]:
        """The next offsets, each locked until the end: a replica that lost a partition cannot write after us.

        `lazily`: the commit waits for no disk. That is for whoever writes nothing but what follows from the topic, and
        reads on from the stored offset wherever it is found later.
        """
        ...

    async def advance(self, consumer: str, topic: str, positions: Mapping[int, int]) -> None: ...

    async def generation(self, model: ReadModel) -> int:
        """The generation of the live model. Raises Superseded."""
        ...

    async def versions(self, model: ReadModel, streams: Collection[str]) -> dict[str, int]:
        """What was last folded of each stream (or key of a state topic); a missing one is 0."""
        ...

    async def load(self, keys: Collection[Key]) -> dict[Key, Row | None]: ...

    async def standing(
        self, model: ReadModel, consumer: str, streams: Collection[str], keys: Collection[str]
    ) -> Standing:
        """Generation, versions of these streams and parked ones of these keys, asked for at once. Raises Superseded."""
        ...

    async def write(
        self, model: ReadModel, rows: Rows, versions: Mapping[str, int], moved: Moved | None = None
    ) -> None:
        """Writes the rows, what was last folded of each stream and, where they are told, the positions after it."""
        ...

    def savepoint(self) -> AbstractAsyncContextManager[None]: ...

    async def parked_keys(self, consumer: str, keys: Collection[str]) -> dict[str, int]:
        """Of these keys those with a parked record, and the first one's offset."""
        ...

    async def park(self, consumer: str, records: Sequence[Parked]) -> None: ...

    async def publish(self, topic: str, rows: Mapping[str, StateRow | None]) -> None:
        """Hands rows of a state topic to the outbox of state, by key; None is a tombstone."""
        ...


class RowStore(Protocol):
    """Where read models and positions are kept."""

    def batch(self) -> AbstractAsyncContextManager[Batch]: ...

    async def look(
        self, consumer: str, topic: str, partitions: Collection[int], keys: Collection[str]
    ) -> tuple[dict[int, int], dict[str, int]]:
        """The next offsets, without a lock, and of these keys those with a parked record and its offset."""
        ...

    async def move(self, before: Moved, after: Mapping[int, int], model: ReadModel | None = None) -> bool:
        """Moves the positions where they are still as before; answers whether all were. Those that were not stay.

        Where they are a read model's, they stay as well if it has another schema number than in this process.
        """
        ...


def following(
    slices: Mapping[int, Sequence[ConsumerRecord]], positions: Mapping[int, int], *, strict: bool
) -> tuple[dict[int, int], list[ConsumerRecord]]:
    """The records that follow on from the positions, and the positions after them. Strict: without a hole."""
    after: dict[int, int] = {}
    accepted: list[ConsumerRecord] = []
    for number, records in slices.items():
        at = positions[number]
        for record in records:
            if record.offset >= at:
                if strict and record.offset > at:
                    break
                accepted.append(record)
                at = record.offset + 1
        after[number] = at
    return after, accepted


async def passed_over(
    rows: RowStore,
    consumer: str,
    topic: str,
    about: About,
    slices: Mapping[int, Sequence[ConsumerRecord]],
    model: ReadModel | None = None,
) -> dict[int, int] | None:
    """Moves a consumer past records of which none is for it, in one step; answers the positions after them.

    None where one is for it, or where it does not stand before them: then nothing was done that is not true.
    """
    if about is None or any(concerning(records, about) for records in slices.values()):
        return None
    before = Moved(consumer, topic, {number: records[0].offset for number, records in slices.items()})
    after = {number: records[-1].offset + 1 for number, records in slices.items()}
    whole = all(
        after[number] - before.positions[number] == len(records) for number, records in slices.items()
    )
    return after if whole and await rows.move(before, after, model) else None


class Handler(Protocol):
    """What a loop is for: takes slices of partitions and says where PostgreSQL stands afterwards."""

    async def positions(self, partitions: Collection[int]) -> Mapping[int, int]:
        """The next offset of each partition, as PostgreSQL has it; a missing one is 0."""

    async def handle(self, slices: Mapping[int, Sequence[ConsumerRecord]]) -> Mapping[int, int]:
        """Does everything that the slices ask for, once, or nothing; answers each partition's next offset."""


def collect_seldom() -> None:
    """Looks for circular garbage less often: among records and events there is none, and it takes half of the time."""
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])


def has_more(consumer: AIOKafkaConsumer, found: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> bool:
    """Whether more waits in Kafka behind what was found, by what its answers told: with the records comes the end of
    their partition. What is fetched in parts is no crowd that is just talking."""
    here = consumer.assignment()
    return any(
        where in here and records[-1].offset + 1 < (consumer.highwater(where) or 0)
        for where, records in found.items()
    )
