"""The shipped relays over twins of their database and of Kafka's clients: what is a statement or a send there."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from contracts.envelope import Header
from services.chassis.kafka import KafkaSettings
from services.chassis.outbox import Drain, Page
from services.chassis.producer import Ends, Send
from services.chassis.relay import Relay, StateRelay
from tests.simulation.topics import LogProducer, reading

if TYPE_CHECKING:
    from tests.simulation.host import Host, Server

KAFKA = KafkaSettings(kafka="simulated")
ROWS_MAX = 20


class Twinned(Drain):
    """What both relays have in common: a lead that ends with its process, and a database that says what is new."""

    server: "Server"
    host: "Host"
    late = True

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        self._process = self.server.process
        yield None

    async def may_lead(self, connection: Any) -> bool:
        leader = self.server.leaders.get(self.OUTBOX)
        if leader is not None and leader.alive:
            return False
        self.server.leaders[self.OUTBOX] = self._process
        return True

    async def _look(self, connection: Any) -> None:
        """Nobody reads metrics here."""

    @asynccontextmanager
    async def _sending(self) -> AsyncIterator[Send]:
        yield LogProducer(self.host.log, self.host.chance, late=self.late).send

    async def _news(self, connection: Any) -> None:
        if not self.outbox:
            await self.server.news(self.OUTBOX)
            await self.host.chance.delay(0.2)

    async def _waiting(self, but: Sequence[int]) -> list[tuple[int, Any]]:
        await self.host.chance.pause("relay")
        waiting = (row for row in self.outbox.items() if row[0] not in but)
        return list(islice(waiting, self.host.chance.rng.randint(1, ROWS_MAX)))

    async def _published(self, connection: Any, ids: Sequence[int], ends: Ends) -> None:
        await self.host.chance.pause("relay")
        for number in ids:
            self.outbox.pop(number, None)

    @property
    def outbox(self) -> dict[int, Any]:
        """The rows that wait, by number."""
        raise NotImplementedError


class EventRelay(Twinned, Relay):
    """The relay of a service's events."""

    def __init__(self, server: "Server", host: "Host") -> None:
        super().__init__(server.service.name, "", KAFKA)
        self.server, self.host = server, host

    @property
    def outbox(self) -> dict[int, Any]:
        return self.server.outbox

    async def _page(self, connection: Any, but: Sequence[int]) -> Page:
        rows = await self._waiting(but)
        messages = []
        for _, one in rows:
            told = one.metadata
            messages.append(
                self._message(
                    one.event_id,
                    one.type,
                    one.stream,
                    one.version,
                    one.at,
                    one.data,
                    one.hash,
                    told.workspace_id,
                    told.command_id,
                    told.correlation_id,
                    told.causation_id,
                    told.actor,
                    told.traceparent,
                )
            )
        return Page([number for number, _ in rows], messages, full=self.host.chance.rng.random() < 0.5)

    async def _published(self, connection: Any, ids: Sequence[int], ends: Ends) -> None:
        await super()._published(connection, ids, ends)
        for where, offset in ends.items():
            self.server.relayed[where.partition] = max(offset, self.server.relayed.get(where.partition, 0))

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Any]:
        async with reading(self.host.log, self.host.chance) as consumer:
            yield consumer

    async def _fence(self, connection: Any, reason: str | None) -> None:
        self.server.store.fence = reason

    async def _begin(self, connection: Any, empty: bool) -> None:
        """There is one epoch here."""

    async def _relayed(self, connection: Any) -> Mapping[int, int]:
        return self.server.relayed

    async def _known(
        self, connection: Any, headers: Sequence[Header]
    ) -> Mapping[tuple[str, int], tuple[bytes, int]]:
        found: dict[tuple[str, int], tuple[bytes, int]] = {}
        for header in headers:
            events = self.server.store.streams.get(header.stream, [])
            if header.version <= len(events):
                event = events[header.version - 1]
                found[header.stream, header.version] = (event.hash, self.server.numbers[event.event_id])
        return found


class RowRelay(Twinned, StateRelay):
    """The relay of a service's state topics. No row of it comes late: the newest of a key would not be the last one."""

    late = False

    def __init__(self, server: "Server", host: "Host") -> None:
        super().__init__(server.service.name, "", KAFKA)
        self.server, self.host = server, host

    @property
    def outbox(self) -> dict[int, Any]:
        return self.server.rows.outbox

    async def _rows(
        self, connection: Any, but: Sequence[int]
    ) -> Sequence[tuple[int, str, str, bytes | None]]:
        return [(number, *row) for number, row in await self._waiting(but)]
