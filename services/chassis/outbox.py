"""Empties a table of committed rows into Kafka: in order, each at least once, by one leader, none passed over."""

import asyncio
import hashlib
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import psycopg
import structlog
from aiokafka.errors import KafkaError
from prometheus_client import Counter, Gauge

from services.chassis.kafka import KafkaSettings
from services.chassis.pool import Dsn, dsn_of
from services.chassis.producer import Ends, Message, Send, new_producer, running, send

PAGE_ROWS_MAX = 2_000
PAGE_EVERY_S, PAGE_EVERY_S_MAX, ROW_ADDS_S = 0.02, 0.06, 0.006
"""Between two pages, more where rows come fast: many in one go cost little more than one. After a quiet time the first
never waits, and neither does a backlog."""
LOOK_AGAIN_S = 1.0
LEAD_AGAIN_S = 0.3
AGE_S_MAX = 30.0

_SESSION = """
    SET TIME ZONE 'UTC'; SET synchronous_commit = off; SET statement_timeout = '30s';
    SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; LISTEN outbox"""

_LABELS = ["service", "outbox"]
ROWS = Gauge("livechat_outbox_rows", "Rows not yet published, counted up to 100 000.", _LABELS)
AGE = Gauge("livechat_outbox_age_seconds", "For how long the oldest unpublished row has been seen.", _LABELS)
LEADER = Gauge("livechat_relay_leader", "1 where this process publishes.", _LABELS)
PUBLISHED = Counter("livechat_relay_published", "Rows published.", _LABELS)
REPLACED = Counter(
    "livechat_relay_producers_replaced", "Producers thrown away, or not made, after a failure.", _LABELS
)

log = structlog.get_logger()
Connection = psycopg.AsyncConnection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """The oldest rows of an outbox by id, and the messages that publish all of them. `full`: there may be more."""

    ids: Sequence[int]
    messages: Sequence[Message]
    full: bool = False


@dataclass(frozen=True, slots=True)
class RelayState:
    """`age_s`: for how long the oldest unpublished row has been seen waiting; None where there is none."""

    leader: bool
    age_s: float | None


class OutOfStep(Exception):
    """Store and Kafka tell different histories: nothing is published until that is put right."""


class Drain(ABC):
    """Empties one outbox table into Kafka.

    A page is sent, acknowledged as a whole, then deleted. After any failure nothing is deleted and the producer is
    thrown away: `_prepare` may find out what arrived all the same, and the rest is sent again.
    """

    OUTBOX: ClassVar[str]
    COUNT: ClassVar[str]

    def __init__(self, service: str, worker_dsn: Dsn, settings: KafkaSettings) -> None:
        self._service, self._dsn, self._settings = service, worker_dsn, settings
        self._lock = int.from_bytes(
            hashlib.sha256(f"{service}/{self.OUTBOX}".encode()).digest()[:8], signed=True
        )
        self._leads, self._looked_at_s, self._failure = False, 0.0, ""
        self._oldest: tuple[int | None, float] = (None, 0.0)
        AGE.labels(service, self.OUTBOX).set_function(lambda: self.state().age_s or 0.0)
        LEADER.labels(service, self.OUTBOX).set_function(lambda: self._leads)

    @abstractmethod
    async def _prepare(self, connection: Connection) -> None:
        """Before a new producer sends: finds out what Kafka has already. Raises OutOfStep."""

    @abstractmethod
    async def _page(self, connection: Connection, but: Sequence[int]) -> Page:
        """The oldest rows, at most PAGE_ROWS_MAX, but without these, which are on their way."""

    @abstractmethod
    async def _published(self, connection: Connection, ids: Sequence[int], ends: Ends) -> None:
        """All of these rows are in Kafka, before these offsets: deletes them."""

    def state(self) -> RelayState:
        """For readiness and alarms: who publishes, and whether it goes on."""
        row, since_s = self._oldest
        return RelayState(self._leads, None if row is None else time.monotonic() - since_s)

    def not_ready(self) -> str | None:
        """A reason once a row has been waiting for long."""
        age_s = self.state().age_s
        return f"the oldest unpublished row is {age_s:.0f} s old" if age_s and age_s > AGE_S_MAX else None

    async def run(self) -> None:
        """Until cancelled: follows until it may lead, then publishes. Whoever loses the database loses the lead."""
        while True:
            try:
                async with self._connected() as connection:
                    while not await self.may_lead(connection):
                        await self._look(connection)
                        await asyncio.sleep(LEAD_AGAIN_S)
                    self._leads = True
                    await self._lead(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError) as lost:
                log.warning("relay_lost_database", service=self._service, outbox=self.OUTBOX, error=str(lost))
            finally:
                self._leads = False
            await asyncio.sleep(LEAD_AGAIN_S)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Connection]:
        async with await psycopg.AsyncConnection.connect(
            dsn_of(self._dsn),
            autocommit=True,
            application_name=f"{self._service} relay {self.OUTBOX}",
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
        ) as connection:
            await connection.execute(_SESSION)
            yield connection

    async def may_lead(self, connection: Connection) -> bool:
        """Whether no other publishes, and none will for as long as this connection lasts."""
        row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (self._lock,))).fetchone()
        return row == (True,)

    async def _lead(self, connection: Connection) -> None:
        while True:
            try:
                await self._prepare(connection)
                async with self._sending() as send_all:
                    await self._publish(connection, send_all)
            except (KafkaError, OSError, OutOfStep) as failed:
                REPLACED.labels(self._service, self.OUTBOX).inc()
                self._tell(repr(failed))
            await self._look(connection)
            await asyncio.sleep(LEAD_AGAIN_S)

    @asynccontextmanager
    async def _sending(self) -> AsyncIterator[Send]:
        async with running(new_producer(self._settings)) as producer:
            yield partial(send, producer)

    async def _publish(self, connection: Connection, send_all: Send) -> None:
        loop = asyncio.get_running_loop()
        page, read_at_s = await self._page(connection, ()), loop.time()
        while True:
            self._seen(page.ids[0] if page.ids else None)
            following: Page | None = None
            if page.full:
                # The next page is read, but not sent, before this one is acknowledged.
                following, ends = await asyncio.gather(
                    self._page(connection, page.ids), send_all(page.messages)
                )
                await self._noted(connection, page, ends)
            elif page.ids:
                await self._noted(connection, page, await send_all(page.messages))
            await self._look(connection)
            if following is None:
                if page.ids:
                    every_s = min(PAGE_EVERY_S_MAX, PAGE_EVERY_S + ROW_ADDS_S * len(page.ids))
                    await asyncio.sleep(max(0.0, read_at_s + every_s - loop.time()))
                else:
                    await self._news(connection)
                read_at_s = loop.time()
                following = await self._page(connection, ())
            page = following

    async def _noted(self, connection: Connection, page: Page, ends: Ends) -> None:
        """The page is in Kafka."""
        for message in page.messages:
            if message.span is not None:
                message.span.end()
        await self._published(connection, page.ids, ends)
        PUBLISHED.labels(self._service, self.OUTBOX).inc(len(page.ids))
        self._failure = ""

    async def _news(self, connection: Connection) -> None:
        """Returns when there may be new rows: somebody said so, or it is time to look."""
        async for _ in connection.notifies(timeout=LOOK_AGAIN_S, stop_after=1):
            pass

    def _tell(self, failure: str) -> None:
        if failure != self._failure:  # Once, not at every attempt while a broker is away.
            log.warning("relay_begins_again", service=self._service, outbox=self.OUTBOX, error=failure)
        self._failure = failure

    def _seen(self, oldest: int | None) -> None:
        if oldest != self._oldest[0]:
            self._oldest = (oldest, time.monotonic())

    async def _look(self, connection: Connection) -> None:
        if time.monotonic() - self._looked_at_s >= LOOK_AGAIN_S:
            row = await (await connection.execute(self.COUNT)).fetchone()
            rows, oldest = row or (0, None)
            ROWS.labels(self._service, self.OUTBOX).set(rows)
            self._seen(oldest)
            self._looked_at_s = time.monotonic()
