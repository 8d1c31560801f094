"""Reactions: another service's events become commands of ours, each carried out once whatever is repeated."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import structlog
from aiokafka.structs import ConsumerRecord
from opentelemetry.trace import SpanKind
from prometheus_client import Counter

from contracts.envelope import Malformed, Metadata, Recorded, Unknown
from contracts.ids import derived_id
from contracts.personal import Erased
from services.chassis.batches import Moved, RowStore, following, passed_over
from services.chassis.consumer import BatchLoop
from services.chassis.decider import Contended, Refused
from services.chassis.execution import IsClaimed, execute, metadata_from
from services.chassis.kafka import KafkaSettings
from services.chassis.models import concerning
from services.chassis.observe import step
from services.chassis.parked import Admitted, Taken, is_infrastructure, key_of, reason_of
from services.chassis.ports import Ports
from services.chassis.progress import HANDLED, Ages, Progress
from services.chassis.projector import tell
from services.chassis.records import read_events
from services.chassis.service import Order, Reaction

RECORDS_MAX = 200  # A batch is done again as a whole when its process dies.
KEYS_AT_ONCE_MAX = 8

REFUSED = Counter(
    "livechat_reactions_refused", "Commands of reactions that were refused.", ["service", "consumer", "code"]
)

log = structlog.get_logger()


class Reacting:
    """The handler of a reaction's loop: the position moves on once all commands of a batch have their answers.

    `progress` is the loop's: without one, nobody knows whether events are late because they waited.
    """

    def __init__(
        self, reaction: Reaction, topic: str, rows: RowStore, ports: Ports, progress: Progress | None = None
    ) -> None:
        self._reaction, self._topic, self._rows, self._ports = reaction, topic, rows, ports
        self._labels = (ports.service, reaction.name)
        self._handled = HANDLED.labels(*self._labels)
        self._ages = Ages(*self._labels, progress or Progress())
        self._room = asyncio.Semaphore(KEYS_AT_ONCE_MAX)

    async def positions(self, partitions: Collection[int]) -> Mapping[int, int]:
        """Where PostgreSQL stands."""
        async with self._rows.batch() as batch:
            return await batch.lock_offsets(self._reaction.name, self._topic, partitions)

    async def handle(self, slices: Mapping[int, Sequence[ConsumerRecord]]) -> Mapping[int, int]:
        """Reacts to what follows on from the stored positions.

        No transaction is open while commands are carried out. Another replica may do the same meanwhile, which command
        ids make harmless; the position is moved by whoever comes first.
        """
        name, topic, about = self._reaction.name, self._topic, self._reaction.about
        if (passed := await passed_over(self._rows, name, topic, about, slices)) is not None:
            self._handled.inc(sum(map(len, slices.values())))
            return passed
        keys = {key_of(key) for key in {record.key for part in slices.values() for record in part}}
        before, waiting = await self._rows.look(name, topic, slices, keys)
        after, accepted = following(slices, before, strict=True)
        outcome = await self.react_to(accepted, waiting)
        if not await self._moved(Moved(name, topic, before), after, outcome, waiting):
            return (await self._rows.look(name, topic, slices, ()))[0]
        self._handled.inc(len(accepted))
        tell(self._labels, outcome)
        return after

    async def _moved(
        self, before: Moved, after: Mapping[int, int], outcome: Admitted, waiting: Mapping[str, int]
    ) -> bool:
        """Moves the positions if they are still as before, and parks with it what is to be parked."""
        if not outcome.parked:
            return await self._rows.move(before, after)
        async with self._rows.batch() as batch:
            now = await batch.lock_offsets(before.consumer, before.topic, after, lazily=True)
            # What was parked may have been taken up meanwhile: then nothing is to wait behind it.
            keys = {parked.key for parked in outcome.parked} | set(waiting)
            if now != before.positions or await batch.parked_keys(before.consumer, keys) != waiting:
                return False
            await batch.park(before.consumer, outcome.parked)
            await batch.advance(before.consumer, before.topic, after)
        return True

    async def react_to(self, records: Sequence[ConsumerRecord], waiting: Mapping[str, int]) -> Admitted:
        """Carries out what follows from the records: one key in order, keys at the same time. Positions stay.

        Answers what is to be parked; `waiting` are the keys that wait as it begins.
        """
        outcome, records = Admitted(waiting=dict(waiting)), concerning(records, self._reaction.about)
        keys: dict[str, list[Taken]] = {}
        for record, content in zip(records, await read_events(records, self._ports.keyring), strict=True):
            keys.setdefault(key_of(record.key), []).append((record, content))
        if len(keys) == 1:
            ((key, taken),) = keys.items()
            await self._one_key(key, taken, outcome)
            return outcome
        try:
            async with asyncio.TaskGroup() as group:
                for key, taken in keys.items():
                    group.create_task(self._one_key(key, taken, outcome))
        except ExceptionGroup as several:
            raise several.exceptions[0] from None
        return outcome

    async def _one_key(self, key: str, taken: Sequence[Taken], outcome: Admitted) -> None:
        async with self._room:
            for record, content in taken:
                if isinstance(content, Malformed):
                    outcome.park(record, str(content))
                elif key in outcome.waiting:
                    outcome.park(record, "")
                elif isinstance(content, Recorded):
                    try:
                        outcome.unknown += await self._react(content)
                    except Exception as error:
                        if is_infrastructure(error):
                            raise
                        outcome.park(record, reason_of(error))

    async def _react(self, cause: Recorded) -> bool:
        """Gives the orders that follow from the event; answers whether its type was unknown."""
        if isinstance(cause.event, Unknown):
            return True
        name, parent, service = self._reaction.name, cause.metadata.traceparent, self._ports.service
        with step(name, parent, service, SpanKind.CONSUMER) as traceparent:
            if traceparent != parent:
                cause = replace(cause, metadata=replace(cause.metadata, traceparent=traceparent))
            await self._order(cause)
        return False

    async def _order(self, cause: Recorded) -> None:
        ports, name = self._ports, self._reaction.name
        now = ports.clock.now()
        self._ages.took(cause.event.at, now)
        orders = await self._reaction.react(cause, ports, now)
        if len({order.about for order in orders}) < len(orders):
            raise ValueError(f"{name} does not tell apart what its orders are about")
        for order in orders:
            command_id = derived_id("reaction", cause.event_id, name, order.about or 0)
            metadata = metadata_from(cause, command_id, f"service:{ports.service}")
            try:
                await _carry_out(ports, order, metadata)
            except Contended:
                raise  # Nothing was answered yet: the batch is tried again.
            except (Refused, Erased) as refused:
                code = refused.code if isinstance(refused, Refused) else "erased"
                REFUSED.labels(*self._labels, code).inc()
                log.info(
                    "reaction_refused", reaction=name, stream=order.stream, cause=cause.event_id, code=code
                )


async def _carry_out(ports: Ports, order: Order, metadata: Metadata) -> None:
    """A refused command left no answer behind, so what is done instead has the same id: either, and once."""
    try:
        await execute(ports, order.decider, order.stream, order.command, metadata)
    except IsClaimed:
        if order.if_claimed is None:
            raise
        await execute(ports, order.decider, order.stream, order.if_claimed, metadata)


def reaction_loop(kafka: KafkaSettings, reaction: Reaction, rows: RowStore, ports: Ports) -> BatchLoop:
    """The loop of a reaction, with a handler that knows whether it is behind."""
    progress, source = Progress(), reaction.source
    reacting = Reacting(reaction, kafka.naming.of(source), rows, ports, progress)
    return BatchLoop(
        kafka,
        ports.service,
        reaction.name,
        source,
        reacting,
        records_max=RECORDS_MAX,
        progress=progress,
    )
