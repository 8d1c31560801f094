"""Projections: a batch of records is admitted, folded over the rows that it touches, and written with its position."""

from collections.abc import Collection, Mapping, Sequence

import structlog
from aiokafka.structs import ConsumerRecord

from contracts.envelope import Malformed, Recorded
from contracts.personal import Keyring
from contracts.states import StateRow
from services.chassis.batches import Batch, Moved, RowStore, Standing, following, passed_over
from services.chassis.models import Changed, Key, ReadModel, Rows, concerning
from services.chassis.observe import steps
from services.chassis.parked import Admitted, Taken, admit, is_infrastructure, key_of, reason_of
from services.chassis.ports import Row
from services.chassis.progress import HANDLED, counters
from services.chassis.records import read_events

log = structlog.get_logger()


def touched(model: ReadModel, fresh: Sequence[Recorded | Changed]) -> set[Key]:
    """Every row that the fold may ask for."""
    return {key for content in fresh for key in model.touches(content)}


class Unfoldable(Exception):
    """The fold failed at this event, for the reason that is the cause."""

    def __init__(self, content: Recorded | Changed) -> None:
        super().__init__()
        self.content = content


def fold(model: ReadModel, fresh: Sequence[Recorded | Changed], rows: Rows) -> None:
    """Folds what was admitted, in order, over the loaded rows. Raises Unfoldable."""
    for content in fresh:
        try:
            model.project(rows, content)
        except Exception as error:
            raise Unfoldable(content) from error


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


class Folding:
    """Folds records into batches. `consumer` is whose parked records are looked at, and who parks."""

    def __init__(
        self,
        service: str,
        model: ReadModel,
        keyring: Keyring,
        *,
        consumer: str | None = None,
        publishing: bool = True,
    ) -> None:
        self.consumer = consumer or model.name
        self.labels = (service, self.consumer)
        self._model, self._keyring = model, keyring
        self._publishing = publishing and model.publishes is not None

    async def apply(
        self,
        batch: Batch,
        records: Sequence[ConsumerRecord],
        generation: int,
        waiting: Mapping[str, int] | None = None,
    ) -> None:
        """Folds records into the batch. What cannot be folded is parked, and its key waits; the rest flows."""
        taken = await self._read(records)
        if waiting is None:
            waiting = await batch.parked_keys(self.consumer, _keys(records))
        await self._fold(batch, taken, waiting, generation)

    async def apply_whole(self, batch: Batch, records: Sequence[ConsumerRecord], moved: Moved) -> None:
        """As apply, with the positions moved and half as many round trips; raises where one event cannot be folded.

        The batch has to be undone then: nothing but the whole of it can be.
        """
        taken = await self._read(records)
        standing = await batch.standing(self._model, self.consumer, _streams(taken), _keys(records))
        tell(self.labels, await self._attempt(batch, taken, standing, moved))

    async def _read(self, records: Sequence[ConsumerRecord]) -> list[Taken]:
        records, row = concerning(records, self._model.about), self._model.state_row
        contents: Sequence[Recorded | Changed | Malformed]
        contents = read_changes(records, row) if row else await read_events(records, self._keyring)
        return list(zip(records, contents, strict=True))

    async def _fold(
        self, batch: Batch, taken: list[Taken], waiting: Mapping[str, int], generation: int
    ) -> Mapping[str, int]:
        """Folds all at once; where that fails, what lies before and after the cut, down to the one record to park."""
        try:
            async with batch.savepoint():
                versions = await batch.versions(self._model, _streams(taken))
                outcome = await self._attempt(batch, taken, Standing(generation, versions, waiting))
        except Exception as error:
            if is_infrastructure(error):
                raise
            if len(taken) > 1:
                cut = _cut(taken, error)
                waiting = await self._fold(batch, taken[:cut], waiting, generation)
                return await self._fold(batch, taken[cut:], waiting, generation)
            outcome = Admitted(waiting=dict(waiting))
            outcome.park(taken[0][0], reason_of(error.__cause__ or error))
            await batch.park(self.consumer, outcome.parked)
        tell(self.labels, outcome)
        return outcome.waiting

    async def _attempt(
        self, batch: Batch, taken: list[Taken], standing: Standing, moved: Moved | None = None
    ) -> Admitted:
        model = self._model
        admitted = admit(taken, standing.versions, standing.waiting, gapless=model.gapless)
        loaded = await batch.load(touched(model, admitted.fresh))
        rows = Rows(loaded)
        fold(model, admitted.fresh, rows)
        await batch.write(model, rows, admitted.versions, moved)
        if self._publishing and (news := published(model, loaded, rows, standing.generation)):
            assert model.publishes is not None
            await batch.publish(model.publishes.topic.name, news)
        if admitted.parked:
            await batch.park(self.consumer, admitted.parked)
        return admitted


def _keys(records: Sequence[ConsumerRecord]) -> list[str]:
    return [key_of(key) for key in {record.key for record in records}]


def _streams(taken: Sequence[Taken]) -> set[str]:
    """Whose versions count: the streams of events, the keys of a state topic."""
    return {
        content.stream if isinstance(content, Recorded) else content.key
        for _, content in taken
        if not isinstance(content, Malformed)
    }


def _cut(taken: Sequence[Taken], error: Exception) -> int:
    """Before the event that failed, or after it where it is the first; in the middle where nobody knows which."""
    if not isinstance(error, Unfoldable):
        return len(taken) // 2
    return next(place for place, (_, content) in enumerate(taken) if content is error.content) or 1


def tell(labels: tuple[str, str], outcome: Admitted) -> None:
    """Counts and logs what was not folded."""
    for counter, count in zip(counters(*labels), outcome.counts, strict=True):
        counter.inc(count)
    for event in outcome.parked:
        place = f"{event.topic}[{event.partition}]@{event.offset}"
        log.error("event_parked", consumer=labels[1], key=event.key, place=place, reason=event.reason)


class Projection:
    """The handler of a read model's loop."""

    def __init__(self, service: str, model: ReadModel, topic: str, rows: RowStore, keyring: Keyring) -> None:
        self._model, self._topic, self._rows = model, topic, rows
        self._handled = HANDLED.labels(service, model.name)
        self._folding = Folding(service, model, keyring)

    async def positions(self, partitions: Collection[int]) -> Mapping[int, int]:
        """Where PostgreSQL stands."""
        async with self._rows.batch() as batch:
            return await batch.lock_offsets(self._model.name, self._topic, partitions)

    async def handle(self, slices: Mapping[int, Sequence[ConsumerRecord]]) -> Mapping[int, int]:
        """Folds what follows on from the stored positions, and nothing else."""
        model = self._model
        if (
            after := await passed_over(self._rows, model.name, self._topic, model.about, slices, model)
        ) is not None:
            self._handled.inc(sum(map(len, slices.values())))
            return after
        try:
            return await self._handle(slices, whole=True)
        except Exception as error:
            if is_infrastructure(error):
                raise
        # One event cannot be folded, or what it gives not be written: it is looked for.
        return await self._handle(slices, whole=False)

    async def _handle(
        self, slices: Mapping[int, Sequence[ConsumerRecord]], *, whole: bool
    ) -> Mapping[int, int]:
        model, topic = self._model, self._topic
        async with self._rows.batch() as batch:
            # A state topic has holes: a consumer ahead of a position that a crash took back could not know of it.
            events = model.source.kind == "events"
            positions = await batch.lock_offsets(model.name, topic, slices, lazily=events)
            after, accepted = following(slices, positions, strict=events)
            with steps(model.name, accepted, self._folding.labels[0]):
                if accepted and whole:
                    await self._folding.apply_whole(batch, accepted, Moved(model.name, topic, after))
                elif accepted:
                    await self._folding.apply(batch, accepted, await batch.generation(model))
                    await batch.advance(model.name, topic, after)
        self._handled.inc(len(accepted))
        return after
