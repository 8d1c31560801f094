"""The replay client: reads recorded events from Kafka, typed and in order per stream, without any service.

async with Replay("broker:9092") as replay:
    async for recorded in replay.events(topics=[CONVERSATION_EVENTS], types={ConversationStarted}):
        ...
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord, TopicPartition

from contracts.envelope import Event, Malformed, Recorded, read_headers
from contracts.states import AgentRow, InboxRow, StateRow
from contracts.topics import AGENTS_STATE, INBOX_STATE, PARTITIONS, TOPICS, Naming, Topic
from contracts.wire import read_event

RECORDS_MAX = 200  # Of larger batches more lives long enough for the garbage collector to go over it again.
POLL_MS, STOP_WITHIN_S = 500, 2.0
FETCH_BYTES_MAX = 4_194_304
SAVED_EVERY = 50_000
EVENT_TOPICS = tuple(topic for topic in TOPICS if topic.kind == "events")
STATE_ROWS: Mapping[Topic, type[StateRow]] = {INBOX_STATE: InboxRow, AGENTS_STATE: AgentRow}

Positions = Mapping[tuple[str, int], int]
"""(topic's contract name, partition) → the offset to begin with; a partition that is not named begins at 0."""


class Gap(Exception):
    """A version of a stream is missing between the last one that was read and this one."""


class Replay:
    """Reads event topics from the beginning, from positions, from a time, or from where a cursor file says.

    An event is its (stream, version): one that was read before, published again after a fault, is dropped; one whose
    predecessor is missing raises Gap. After a start in the middle the first version seen of a stream is taken as it is.
    The cursor file holds the epoch, the next offsets and the streams' versions; it is written whole, or not at all, by
    `save` and after every 50,000 events. A record that is no event raises Malformed, or is handed to `unreadable` with
    the reason and passed over. In another epoch of the topics reading begins at 0 again, and what was read in
    the epoch before is dropped by its version. `security` are options of aiokafka for TLS and SASL.
    """

    def __init__(
        self,
        bootstrap: str,
        naming: Naming | None = None,
        cursor_file: Path | None = None,
        unreadable: Callable[[ConsumerRecord, Malformed], None] | None = None,
        security: Mapping[str, Any] | None = None,
    ) -> None:
        self._bootstrap, self._naming, self._cursor_file = bootstrap, naming or Naming(), cursor_file
        self._unreadable, self._security = unreadable, security or {}
        self._offsets: dict[tuple[str, int], int] = {}
        self._versions: dict[str, int] = {}
        self._ahead: dict[str, int] = {}
        self._whole = True
        self._consumer: AIOKafkaConsumer = None
        self._resumed = False

    async def __aenter__(self) -> Self:
        self._load()
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            auto_offset_reset="none",  # Every position is sought: a reset under way could win against a seek.
            enable_auto_commit=False,
            max_partition_fetch_bytes=FETCH_BYTES_MAX,
            **self._security,
        )
        await self._consumer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # In a task of its own: stop() takes a cancellation of its caller for one of the client's tasks. And not for as
        # long as it may last: over TLS it waits 30 s for a broker that does not say goodbye.
        _, late = await asyncio.wait([asyncio.create_task(self._consumer.stop())], timeout=STOP_WITHIN_S)
        for one in late:
            one.cancel()

    async def events(
        self,
        topics: Sequence[Topic] = EVENT_TOPICS,
        *,
        types: Collection[str | type[Event]] | None = None,
        since: Positions | datetime | None = None,
        stop_at_end: bool = False,
    ) -> AsyncIterator[Recorded]:
        """One event after the other, in order per stream. `since` counts only without a cursor to go on from.

        Raises Gap, and Malformed where `unreadable` was not given. An event of a type unknown here comes as Unknown.
        """
        async for batch in self.batches(topics, types=types, since=since, stop_at_end=stop_at_end):
            for recorded in batch:
                self._versions[recorded.stream] = recorded.version
                yield recorded

    async def batches(
        self,
        topics: Sequence[Topic] = EVENT_TOPICS,
        *,
        types: Collection[str | type[Event]] | None = None,
        since: Positions | datetime | None = None,
        stop_at_end: bool = False,
    ) -> AsyncIterator[list[Recorded]]:
        """The same by batches of one partition each; the cursor stands behind a batch once the next is asked for."""
        wanted = None if types is None else {t if isinstance(t, str) else t.TYPE for t in types}
        parts = await self._begin(topics, since)
        ends = await self._consumer.end_offsets(list(parts)) if stop_at_end else None
        left = {
            part for part, end in (ends or {}).items() if self._offsets[parts[part], part.partition] < end
        }
        unsaved = 0
        while ends is None or left:
            found = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=RECORDS_MAX)
            for part, records in found.items():
                fresh = [read for record in records if (read := self._admit(record, wanted)) is not None]
                if fresh:
                    yield fresh
                # Only now: a cursor saved in the middle of a batch must not pass over its rest.
                self._versions.update(self._ahead)
                self._ahead = {}
                self._offsets[parts[part], part.partition] = records[-1].offset + 1
                if ends is not None and records[-1].offset + 1 >= ends[part]:
                    left.discard(part)
                unsaved += len(records)
            if unsaved >= SAVED_EVERY:
                self.save()
                unsaved = 0

    async def state(self, topic: Topic) -> dict[str, StateRow]:
        """The newest row of each key of a state topic, as it is now."""
        rows: dict[str, StateRow] = {}
        parts = self._assign([topic])
        ends = await self._consumer.end_offsets(list(parts))
        starts = await self._consumer.beginning_offsets(list(parts))
        for part in parts:
            self._consumer.seek(part, starts[part])
        while any([await self._consumer.position(part) < ends[part] for part in parts]):
            for records in (await self._consumer.getmany(timeout_ms=POLL_MS)).values():
                for record in records:
                    _keep_newest(rows, record.key.decode(), record.value, STATE_ROWS[topic])
        return rows

    def save(self) -> None:
        """Writes the cursor file, if there is one: what was handed out before is not handed out again."""
        if self._cursor_file is None:
            return
        told = {
            "epoch": self._naming.epoch,
            "whole": self._whole,
            "offsets": [[topic, partition, at] for (topic, partition), at in self._offsets.items()],
            "versions": self._versions,
        }
        fresh = self._cursor_file.with_suffix(".new")
        fresh.write_text(json.dumps(told))
        fresh.replace(self._cursor_file)

    def _load(self) -> None:
        if self._cursor_file is None or not self._cursor_file.exists():
            return
        told: dict[str, Any] = json.loads(self._cursor_file.read_text())
        self._versions, self._whole, self._resumed = told["versions"], told["whole"], True
        if told["epoch"] == self._naming.epoch:
            self._offsets = {(topic, partition): at for topic, partition, at in told["offsets"]}

    def _assign(self, topics: Sequence[Topic]) -> dict[TopicPartition, str]:
        parts = {
            TopicPartition(self._naming.of(topic), number): topic.name
            for topic in topics
            for number in range(PARTITIONS)
        }
        self._consumer.assign(list(parts))
        return parts

    async def _begin(
        self, topics: Sequence[Topic], since: Positions | datetime | None
    ) -> dict[TopicPartition, str]:
        parts, self._ahead = self._assign(topics), {}
        start: dict[tuple[str, int], int] = {}
        if not self._resumed and isinstance(since, datetime):
            since_ms = int(since.timestamp() * 1_000)
            found = await self._consumer.offsets_for_times(dict.fromkeys(parts, since_ms))
            ends = await self._consumer.end_offsets(list(parts))
            start = {
                (name, part.partition): found[part].offset if found.get(part) else ends[part]
                for part, name in parts.items()
            }
        elif not self._resumed and since is not None and not isinstance(since, datetime):
            start = dict(since)
        self._whole = self._whole and not start
        for part, name in parts.items():
            at = self._offsets.setdefault((name, part.partition), start.get((name, part.partition), 0))
            self._consumer.seek(part, at)
        return parts

    def _admit(self, record: ConsumerRecord, wanted: Collection[str] | None) -> Recorded | None:
        """The event, if it is wanted and was not read before. Raises Gap."""
        try:
            header = read_headers(record.headers)
            last = self._ahead.get(header.stream) or self._versions.get(header.stream)
            if last is not None and header.version <= last:
                return None
            if header.version != (last or 0) + 1 and (self._whole or last is not None):
                raise Gap(f"{header.stream}: version {header.version} came after {last or 0}")
            self._ahead[header.stream] = header.version
            return read_event(record, header) if wanted is None or header.type in wanted else None
        except Malformed as malformed:
            if self._unreadable is None:
                place = f"{record.topic}[{record.partition}]@{record.offset}"
                raise Malformed(f"{place}: {malformed}") from None
            self._unreadable(record, malformed)
            return None


def _keep_newest(rows: dict[str, StateRow], key: str, value: bytes | None, model: type[StateRow]) -> None:
    if value is None:
        rows.pop(key, None)
        return
    row, known = model.model_validate_json(value), rows.get(key)
    if known is None or (row.generation, row.version) >= (known.generation, known.version):
        rows[key] = row
