"""Publishes what was committed: events, once it is proven that the store knows all that Kafka has, and rows.

Events go out with their bytes unchanged, rows on compacted topics: of each key the newest, as the projection wrote it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord, TopicPartition
from opentelemetry.trace import SpanKind

from contracts.envelope import Header, Malformed, Metadata, headers_of, read_headers
from contracts.topics import PARTITIONS, TOPICS, events_of
from services.chassis.follower import StateGuard
from services.chassis.kafka import KafkaSettings, reading
from services.chassis.observe import begin_span, traceparent_of
from services.chassis.outbox import PAGE_ROWS_MAX, Connection, Drain, OutOfStep, Page
from services.chassis.pool import Dsn
from services.chassis.producer import ACK_TIMEOUT_S, Ends, Message

COMPARE_WITHIN_S = 10.0
BEHIND = "the store is behind Kafka"  # How the fences begin that are raised, and taken down, here.
ANEW = "`livechat republish` has all of them published anew, see docs/operations.md"
MOVED = "LIVECHAT_EPOCH or LIVECHAT_TOPIC_PREFIX is not what it was"
ADVICE = "`livechat restore` puts back what it lacks, see docs/operations.md"

# The unpublished rows themselves, never "all after the last": a transaction may commit a lower position later.
# LIMIT 1 keeps the planner from a merge join, which would walk through all events from the first.
_PAGE = f"""
    SELECT waiting.pos, e.event_id, e.type, e.stream_id, e.version, e.at, e.data, e.hash,
           e.workspace_id, e.command_id, e.correlation_id, e.causation_id, e.actor, e.traceparent
    FROM (SELECT pos FROM log.outbox WHERE pos NOT IN (SELECT unnest(%s::bigint[]))
          ORDER BY pos LIMIT {PAGE_ROWS_MAX}) AS waiting
    CROSS JOIN LATERAL (SELECT * FROM log.events WHERE events.pos = waiting.pos LIMIT 1) AS e ORDER BY waiting.pos"""
_PUBLISHED = """
    WITH ends AS (
        INSERT INTO log.relayed AS known (topic, partition, next_offset)
        SELECT %s, * FROM unnest(%s::int[], %s::bigint[])
        ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(known.next_offset, excluded.next_offset))
    DELETE FROM log.outbox WHERE pos = ANY (%s::bigint[])"""
_RELAYED = "SELECT partition, next_offset FROM log.relayed WHERE topic = %s"
_ELSEWHERE = "SELECT topic FROM log.relayed LIMIT 1"
_KNOWN = """
    SELECT e.stream_id, e.version, e.hash, e.pos FROM log.events e
    JOIN unnest(%s::text[], %s::int[]) AS record (stream_id, version) USING (stream_id, version)"""
_FENCE = "INSERT INTO log.fence (reason) VALUES (%s) ON CONFLICT DO NOTHING"
_UNFENCE = "DELETE FROM log.fence WHERE starts_with(reason, %s)"
_STATE_PAGE = f"""
    SELECT seq, topic, key, value FROM log.state_outbox
    WHERE seq NOT IN (SELECT unnest(%s::bigint[])) ORDER BY seq LIMIT {PAGE_ROWS_MAX}"""
_STATE_PUBLISHED = "DELETE FROM log.state_outbox WHERE seq = ANY (%s::bigint[])"

log = structlog.get_logger()


class StoreBehind(OutOfStep):
    """Kafka holds an event that the store does not: it was set back, and must not write until restored. `where`: the
    first that was found."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{BEHIND} {where}; {ADVICE}")
        self.where = where


class Relay(Drain):
    """The relay of one service's events. Any number of replicas may run it; one of them publishes."""

    OUTBOX = "events"
    COUNT = "SELECT count(*), min(pos) FROM (SELECT pos FROM log.outbox ORDER BY pos LIMIT 100000) AS waiting"

    def __init__(self, service: str, worker_dsn: Dsn, settings: KafkaSettings) -> None:
        super().__init__(service, worker_dsn, settings)
        self._topic = settings.naming.of(events_of(service))

    async def compare(self) -> None:
        """Before commands are taken: raises the fence where the store is behind Kafka.

        A Kafka that cannot be asked in time is no reason to refuse them: the relay compares before it publishes.
        """
        try:
            async with asyncio.timeout(COMPARE_WITHIN_S), self._connected() as connection:
                await self._prepare(connection)
        except (KafkaError, OSError, OutOfStep) as unproven:
            log.error("store_not_proven", service=self._service, error=repr(unproven))

    async def _page(self, connection: Connection, but: Sequence[int]) -> Page:
        rows = await (await connection.cursor(binary=True).execute(_PAGE, (list(but),))).fetchall()
        messages = [self._message(*row[1:]) for row in rows]
        return Page([row[0] for row in rows], messages, len(rows) == PAGE_ROWS_MAX)

    def _message(
        self, id_: str, type_: str, stream: str, version: int, at: Any, data: bytes, hash_: bytes, *told: Any
    ) -> Message:
        metadata = Metadata(*told)
        span = begin_span(f"publish {type_}", metadata.traceparent, SpanKind.PRODUCER, self._service)
        headers = headers_of(
            event_id=id_,
            type_=type_,
            stream=stream,
            version=version,
            at=at,
            metadata=metadata,
            hash_=hash_,
            hop=traceparent_of(span) if span else None,
        )
        return Message(self._topic, stream, data, int(at.timestamp() * 1_000), headers, span)

    async def _published(self, connection: Connection, ids: Sequence[int], ends: Ends) -> None:
        parts = [where.partition for where in ends]
        await connection.execute(_PUBLISHED, (self._topic, parts, list(ends.values()), list(ids)))

    async def _prepare(self, connection: Connection) -> None:
        """Reads on from the last acknowledgement: each record must be an event of the store, or writing is fenced.

        An event that arrived although its acknowledgement was lost need not be sent again.
        """
        try:
            async with self._reading() as consumer:
                unread = await self._seek(connection, consumer)
                while unread:
                    found = await consumer.getmany(timeout_ms=int(ACK_TIMEOUT_S * 1_000))
                    if not found:
                        raise TimeoutError(f"{self._topic} cannot be read")
                    await self._confirm(connection, [record for part in found.values() for record in part])
                    for where, records in found.items():
                        if records[-1].offset + 1 >= unread.get(where, 0):
                            unread.pop(where, None)
        except StoreBehind as behind:
            await self._fence(connection, str(behind))
            raise
        await self._fence(connection, None)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AIOKafkaConsumer]:
        async with reading(self._settings) as consumer:
            yield consumer

    async def _fence(self, connection: Connection, reason: str | None) -> None:
        """Nothing may be written, for this reason; without one, what was raised here is taken down."""
        await connection.execute(_UNFENCE if reason is None else _FENCE, (reason or BEHIND,))

    async def _relayed(self, connection: Connection) -> Mapping[int, int]:
        """Before which offset of each partition everything was acknowledged; a missing one is 0."""
        return dict(await (await connection.execute(_RELAYED, (self._topic,))).fetchall())

    async def _begin(self, connection: Connection, empty: bool) -> None:
        """Nothing was published here yet, as the store knows it. Raises OutOfStep where it was elsewhere: nothing comes
        after what is not there; StoreBehind where the store is from before all was published anew here."""
        if other := await (await connection.execute(_ELSEWHERE)).fetchone():
            is_before = other[0] in self._settings.naming.before(events_of(self._service))
            if empty or not is_before:
                was = f"events were published as {other[0]}, and none as {self._topic}"
                raise OutOfStep(f"{was}; {ANEW if is_before else MOVED}")
            raise StoreBehind(f"from the begin of {self._topic}, of which it knows nothing")

    async def _known(
        self, connection: Connection, headers: Sequence[Header]
    ) -> Mapping[tuple[str, int], tuple[bytes, int]]:
        """Hash and position of those of these events that the store has, by stream and version."""
        keys = [header.stream for header in headers], [header.version for header in headers]
        rows = await (await connection.cursor(binary=True).execute(_KNOWN, keys)).fetchall()
        return {(stream, version): (hash_, pos) for stream, version, hash_, pos in rows}

    async def _seek(self, connection: Connection, consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
        """Goes to where the topic was acknowledged last; answers the ends of the partitions that reach further."""
        relayed = await self._relayed(connection)
        partitions = [TopicPartition(self._topic, partition) for partition in range(PARTITIONS)]
        begins = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        if not relayed:
            await self._begin(connection, all(begins[where] == ends[where] for where in partitions))
        for where in partitions:
            start = relayed.get(where.partition, 0)
            if not begins[where] <= start <= ends[where]:
                kept = f"holds offsets {begins[where]} to {ends[where]}, {start} were acknowledged"
                raise OutOfStep(f"Kafka lost events: {self._topic}, partition {where.partition}, {kept}")
        unread = {where: end for where, end in ends.items() if relayed.get(where.partition, 0) < end}
        consumer.assign(list(unread))
        for where in unread:
            consumer.seek(where, relayed.get(where.partition, 0))
        return unread

    async def _confirm(self, connection: Connection, records: Sequence[ConsumerRecord]) -> None:
        headers = []
        for record in records:
            try:
                headers.append(read_headers(record.headers))
            except Malformed as malformed:
                place = f"{record.topic}, partition {record.partition}, offset {record.offset}"
                if any(name.startswith("ce_") for name, _ in record.headers):
                    raise StoreBehind(f"at {place}, which is no event of ours ({malformed})") from None
                # Somebody else's: it tells nothing of what we have lost. Consumers park it.
                log.error("foreign_record", place=place, error=str(malformed))
        known = await self._known(connection, headers)
        for header in headers:
            if known.get((header.stream, header.version), (b"", 0))[0] != header.hash:
                raise StoreBehind(f"from {header.stream} version {header.version}")
        ends = {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}
        await self._published(connection, [pos for _, pos in known.values()], ends)


class StateRelay(Drain):
    """The relay of one service's state topics. Of a key's rows in one page only the newest is sent.

    The guard is there from before the first row on: it has to see what is sent to know what comes after it.
    """

    OUTBOX = "state"
    COUNT = "SELECT count(*), min(seq) FROM (SELECT seq FROM log.state_outbox ORDER BY seq LIMIT 100000) AS waiting"

    def __init__(
        self, service: str, worker_dsn: Dsn, settings: KafkaSettings, guard: StateGuard | None = None
    ) -> None:
        super().__init__(service, worker_dsn, settings)
        self._guard = guard
        self._names = {topic.name: settings.naming.of(topic) for topic in TOPICS if topic.kind == "state"}

    async def run(self) -> None:
        if self._guard is None:
            await super().run()
            return
        async with asyncio.TaskGroup() as both:
            both.create_task(self._guard.run())
            await super().run()

    async def _prepare(self, connection: Connection) -> None:
        """Nothing to find out: a row that is sent again changes nothing, the newer version wins."""
        if self._guard is not None:
            async with asyncio.timeout(COMPARE_WITHIN_S):
                await self._guard.started()

    async def _page(self, connection: Connection, but: Sequence[int]) -> Page:
        rows = await self._rows(connection, but)
        newest = {(topic, key): value for _, topic, key, value in rows}
        messages = [Message(self._names[topic], key, value) for (topic, key), value in newest.items()]
        return Page([seq for seq, *_ in rows], messages, len(rows) == PAGE_ROWS_MAX)

    async def _rows(
        self, connection: Connection, but: Sequence[int]
    ) -> Sequence[tuple[int, str, str, bytes | None]]:
        """The oldest rows but these: number, topic, key, value."""
        return await (await connection.cursor(binary=True).execute(_STATE_PAGE, (list(but),))).fetchall()

    async def _published(self, connection: Connection, ids: Sequence[int], ends: Ends) -> None:
        await connection.execute(_STATE_PUBLISHED, (list(ids),))
