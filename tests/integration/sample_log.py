"""A log to prove the relays with: a database and topics of one test, hands to append, to look, to read what arrived."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from contracts.envelope import read_headers
from contracts.topics import CONVERSATION_EVENTS, INBOX_STATE, PARTITIONS, Topic
from services.chassis.kafka import KafkaSettings, ensure_topics, reading
from services.chassis.migrate import DatabaseUrls, provision
from services.chassis.outbox import Drain
from services.chassis.relay import Relay
from services.cli.infrastructure import Servers
from tests.waiting import eventually

SERVICE = "conversation"
broker_dies = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""aiokafka leaves a connection to the collector, which warns of it, when its client is stopped while it opens one."""
Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_APPEND = """SELECT log.append('workspace', %(stream)s, %(expected)s, ARRAY[%(id)s], ARRAY['test.happened.v1'],
    ARRAY[%(data)s::bytea], ARRAY[%(at)s::timestamptz], %(id)s, 'correlation', 'causation', 'service:test', NULL, '',
    1, 'snapshot', '{}', '{}', '{}', '{}', '{}')"""


@dataclass
class Log:
    """One service's log and its topics."""

    kafka: KafkaSettings
    urls: DatabaseUrls
    owner: Connection
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Asks the database as its owner, whom no wall stops."""
        cursor = await self.owner.execute(statement.encode(), values or None)
        return await cursor.fetchall() if cursor.description else []

    async def write(self, stream: str, first: int, last: int, at: str = "2030-01-01T00:00:00Z") -> None:
        """Appends the stream's versions from `first` to `last`, a commit each, and wakes the relay."""
        for version in range(first, last + 1):
            await append(self.owner, stream, version, at)
        await self.ask("NOTIFY outbox")

    async def empty(self, outbox: str = "outbox", within_s: float = 60.0) -> None:
        """Waits until everything is published."""

        async def published() -> bool:
            return await self.ask(f"SELECT EXISTS (SELECT FROM log.{outbox})") == [(False,)]

        await eventually(published, within_s=within_s, what=f"log.{outbox} is empty")

    async def fences(self) -> list[str]:
        return [reason for (reason,) in await self.ask("SELECT reason FROM log.fence")]

    async def records(self, topic: Topic = CONVERSATION_EVENTS) -> list[ConsumerRecord]:
        """All that the topic holds now."""
        async with reading(self.kafka) as consumer:
            parts = [TopicPartition(self.kafka.naming.of(topic), number) for number in range(PARTITIONS)]
            ends = await consumer.end_offsets(parts)
            left = {part for part in parts if ends[part]}
            consumer.assign(list(left))
            for part in left:
                consumer.seek(part, 0)
            found: list[ConsumerRecord] = []
            while left:
                batch = await consumer.getmany(timeout_ms=1_000)
                for part, records in batch.items():
                    found += records
                    if records[-1].offset + 1 >= ends[part]:
                        left.discard(part)
            return found

    async def versions(self) -> dict[str, list[int]]:
        """The versions of each stream, in the order in which the topic holds them."""
        held: dict[str, list[int]] = {}
        for record in await self.records():
            header = read_headers(record.headers)
            held.setdefault(header.stream, []).append(header.version)
        return held

    def relay(self) -> Relay:
        """A relay of its events, in this process."""
        return Relay(SERVICE, self.urls.worker, self.kafka)

    def relay_process(self, kind: str = "events") -> subprocess.Popen[bytes]:
        """Starts a relay as a process of its own, made to be killed."""
        environment = {
            **os.environ,
            "LIVECHAT_KAFKA": self.kafka.kafka,
            "LIVECHAT_TOPIC_PREFIX": self.kafka.topic_prefix,
            "SAMPLE_WORKER_URL": self.urls.worker,
        }
        command = [sys.executable, "-m", "tests.integration.sample_relay", kind]
        self.processes.append(subprocess.Popen(command, env=environment))
        return self.processes[-1]


async def append(connection: Connection, stream: str, version: int, at: str = "2030-01-01T00:00:00Z") -> None:
    """Appends one version of a stream, as a command would."""
    values = {
        "stream": stream,
        "expected": version - 1,
        "id": f"{stream}/{version}",
        "data": b'{"at":"2030-01-01T00:00:00Z","n":%d}' % version,
        "at": at,
    }
    await connection.execute(_APPEND, values)


@asynccontextmanager
async def log_of(servers: Servers, unique: str) -> AsyncIterator[Log]:
    """A new log for one test; its relay processes end with it."""
    kafka = KafkaSettings(kafka=servers.kafka, topic_prefix=unique)
    await ensure_topics(kafka, [CONVERSATION_EVENTS, INBOX_STATE])
    urls = await provision(servers.postgres, SERVICE, prefix=unique)
    owner_url = servers.postgres.rpartition("/")[0] + f"/{unique}{SERVICE}"
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as owner:
        log = Log(kafka, urls, owner)
        with _ended(log.processes):
            yield log


@contextmanager
def _ended(processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@asynccontextmanager
async def running(*drains: Drain) -> AsyncIterator[None]:
    """The relays at work, in this process."""
    tasks = [asyncio.create_task(drain.run()) for drain in drains]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def leads(drain: Drain) -> bool:
    """Whether it is the one that publishes."""
    return drain.state().leader


def without_repeats(versions: Sequence[int]) -> list[int]:
    """What a reader keeps that drops every version it has seen."""
    kept: list[int] = []
    for version in versions:
        if not kept or version > kept[-1]:
            kept.append(version)
    return kept
