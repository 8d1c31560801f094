"""Events from Kafka back into the store: each is there already, as it was published, or is put there."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from aiokafka.structs import ConsumerRecord

from contracts.envelope import Malformed, read_headers
from services.chassis.outbox import Connection, OutOfStep
from services.chassis.relay import Relay, StoreBehind
from services.cli.alone import all_wait

_ADD = """
    INSERT INTO log.events (workspace_id, stream_id, version, event_id, type, data, at,
                            command_id, correlation_id, causation_id, actor, traceparent, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (stream_id, version) DO NOTHING"""


class Refill(Relay):
    """The relay's comparison of store and Kafka, by somebody who puts in what the store lacks.

    It begins where the store knows that Kafka has everything before, and leaves the relay nothing to compare.
    """

    read = added = 0
    newest: datetime | None = None
    """When the newest event happened that was read."""

    async def fill(self, connection: Connection) -> None:
        """Reads to the topic's end as it is now.

        Raises OutOfStep: the topic has lost events, or the store has another event in an event's place.
        """
        await self._prepare(connection)

    async def _begin(self, connection: Connection, empty: bool) -> None:
        """The store may be a copy from before its events were published anew, and not all of them be there yet: they
        all wait to be published, and those that are found do not any more."""
        try:
            await super()._begin(connection, empty)
        except StoreBehind:
            await all_wait(connection, self._topic)

    async def _confirm(self, connection: Connection, records: Sequence[ConsumerRecord]) -> None:
        async with connection.transaction():
            rows = [*self._rows(records)]
            async with connection.cursor() as cursor:
                await cursor.executemany(_ADD, rows)
                added = max(0, cursor.rowcount)
            try:
                await super()._confirm(connection, records)
            except StoreBehind as other:  # What was lacking is there now.
                raise OutOfStep(f"store and Kafka tell different histories {other.where}") from None
        self.read, self.added = self.read + len(rows), self.added + added

    def _rows(self, records: Sequence[ConsumerRecord]) -> Iterator[tuple[Any, ...]]:
        for record in records:
            try:
                header = read_headers(record.headers)
            except Malformed:
                continue  # Whether it may be passed over is decided where all records are compared.
            at, told = datetime.fromisoformat(header.at), header.metadata
            self.newest = max(at, self.newest or at)
            # `traceparent` may be that of the sending: the event's own is beside it.
            trace = dict(record.headers).get("ce_traceparent")
            yield (
                told.workspace_id,
                header.stream,
                header.version,
                header.event_id,
                header.type,
                record.value,
                at,
                told.command_id,
                told.correlation_id,
                told.causation_id,
                told.actor,
                trace.decode() if trace else None,
                header.hash,
            )
