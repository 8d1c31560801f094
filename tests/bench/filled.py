"""Topics filled with real conversations, and the bare ways to read them that ours are compared with."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from contracts.conversation import Assigned, Closed, ConversationEvent, ConversationStarted, MessagePosted
from contracts.envelope import Event, headers_of
from contracts.personal import encode
from contracts.topics import CONVERSATION_EVENTS, PARTITIONS
from services.chassis.kafka import FETCH_BYTES_MAX, ensure_topics
from services.chassis.producer import Message, new_producer, send
from tests.bench.conversations import NAME, TEXT, Talk, new_talk, told
from tests.bench.lab import Lab

EVENTS = 200_000
SENT_TOGETHER = 2_000
RECORDS_MAX = 1_000
SILENT_MS_MAX = 10_000

_written: dict[str, int] = {}


async def filled(lab: Lab) -> tuple[Lab, int]:
    """The lab of a topic that is full of events, made once a run, and how many there are."""
    full = lab.of("full")
    if full.names not in _written:
        _written[full.names] = await _fill(full, lab.count(EVENTS, 5_000))
    return full, _written[full.names]


async def _fill(lab: Lab, events: int) -> int:
    """About this many events, ten to a conversation, the conversations side by side."""
    await ensure_topics(lab.kafka, [CONVERSATION_EVENTS])
    topic, workspace, written = lab.kafka.naming.of(CONVERSATION_EVENTS), str(uuid4()), 0
    messages = _messages(topic, workspace, events)
    producer = new_producer(lab.kafka)
    await producer.start()
    try:
        while batch := list(islice(messages, SENT_TOGETHER)):
            await send(producer, batch)
            written += len(batch)
    finally:
        await producer.stop()
    return written


def _messages(topic: str, workspace: str, events: int) -> Iterator[Message]:
    at, together = datetime.now(UTC), 100
    for _ in range(max(1, events // (10 * together))):
        talks = [new_talk(workspace) for _ in range(together)]
        lives = [_life(talk, at) for talk in talks]
        for version in range(1, 11):
            for talk, life in zip(talks, lives, strict=True):
                yield _message(topic, talk, life[version - 1], version)


def _message(topic: str, talk: Talk, event: Event, version: int) -> Message:
    headers = headers_of(
        event_id=str(uuid4()), type_=event.TYPE, stream=talk.stream, version=version, at=event.at,
        metadata=told(talk), hash_=bytes(32),
    )  # fmt: skip
    return Message(topic, talk.stream, encode(event), int(event.at.timestamp() * 1_000), headers)


def _life(talk: Talk, at: datetime) -> list[ConversationEvent]:
    who: dict[str, Any] = {"at": at, "conversation_id": talk.conversation_id, "visitor_id": talk.visitor_id}
    started = ConversationStarted(
        **who, visit_id=talk.visit_id, request_id=str(uuid4()), playbook_id=str(uuid4()), wait_time_s=60,
        answer_by=at + timedelta(seconds=60), online_message="One moment.", offline_message="Nobody is here.",
    )  # fmt: skip
    taken = Assigned(**who, visit_id=talk.visit_id, agent_id=talk.agent_id, agent_name=NAME, by=talk.agent_id)
    said = [
        MessagePosted(**who, message_id=str(uuid4()), author="agent", author_id=talk.agent_id, text=TEXT)
        for _ in range(7)
    ]
    return [started, taken, *said, Closed(**who, visit_id=talk.visit_id, reason="resolved", by=talk.agent_id)]


async def bare_read(
    lab: Lab, events: int, take: Callable[[list[ConsumerRecord]], Any] | None = None
) -> float:
    """Events a second of bare aiokafka, getmany from the first offset on; `take` is awaited with each batch."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=lab.servers.kafka, auto_offset_reset="none", enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES_MAX,
    )  # fmt: skip
    await consumer.start()
    try:
        parts = [TopicPartition(lab.kafka.naming.of(CONVERSATION_EVENTS), n) for n in range(PARTITIONS)]
        consumer.assign(parts)
        for part in parts:
            consumer.seek(part, 0)
        read, began_s = 0, time.perf_counter()
        while read < events:
            found = await consumer.getmany(timeout_ms=SILENT_MS_MAX, max_records=RECORDS_MAX)
            if not found:
                raise TimeoutError(f"{events - read} records did not come")
            records = [record for part in found.values() for record in part]
            read += len(records)
            if take is not None:
                await take(records)
        return read / (time.perf_counter() - began_s)
    finally:
        await consumer.stop()
