"""One service in memory: its log, its read models always up to date, its routes, its reactions and timers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import Table

from contracts.envelope import Event, Metadata, Recorded
from contracts.ids import derived_id
from contracts.personal import ClearKeyring, decode
from contracts.registry import EVENTS
from services.chassis.app import application
from services.chassis.execution import execute, metadata_from
from services.chassis.keyset import page_of
from services.chassis.memory import CountedIds, MemoryCredentials, MemoryStore, MovedClock
from services.chassis.models import Key, Rows
from services.chassis.ports import Ports, Row, StoredEvent
from services.chassis.service import Service
from services.chassis.timers import Timers
from services.chassis.tokens import Caller, Signer, Verifier, new_private_key, read_private_key

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORKSPACE = derived_id("workspace")
_KEY = read_private_key(new_private_key())


class FoldedRows:
    """Read-model rows in dictionaries, folded as soon as an event is there. `behind`: nothing is folded meanwhile."""

    def __init__(self, service: Service) -> None:
        self._service, self._rows = service, dict[Key, Row]()
        self.behind = False

    def fold(self, recorded: Recorded) -> None:
        """Takes one event into each model that reads its topic."""
        for model in self._service.models:
            if self.behind or not recorded.type.startswith(model.source.owner):
                continue
            rows = Rows({key: self._rows.get(key) for key in model.touches(recorded)})
            model.project(rows, recorded)
            for key, row in rows.changed.items():
                if row is None:
                    self._rows.pop(key, None)
                    continue
                assert row.keys() == set(key[0].columns.keys())
                self._rows[key] = row

    def empty(self) -> None:
        """Nothing was folded yet."""
        self._rows.clear()

    async def get(self, workspace_id: str, table: Table, *key: object) -> Row | None:
        return self._rows.get((table, (workspace_id, *key)))

    async def find(
        self,
        workspace_id: str | None,
        table: Table,
        where: Mapping[str, object],
        order: Sequence[str] = (),
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        wanted = {"workspace_id": workspace_id, **where}
        rows = [row for (of, _), row in self._rows.items() if of is table and wanted.items() <= row.items()]
        return page_of(rows, table, order, after, limit)

    async def search(self, *_: object) -> list[Row]:
        raise AssertionError("This service has no table of words.")

    async def reached(self, consumer: str, partition: int) -> int:
        return 0


class World:
    """A service with everything it stands on, in memory. Its events are in `said`."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.clock, self.rows, self.said = MovedClock(NOW), FoldedRows(service), list[Recorded]()
        store = MemoryStore(self.clock, self._published)
        unused: Any = None
        self.ports = Ports(
            service=service.name,
            store=store,
            reader=self.rows,
            clock=self.clock,
            ids=CountedIds(),
            keyring=ClearKeyring(),
            credentials=MemoryCredentials(),
            tail=unused,
            signals=unused,
            own=service.own(),
        )
        self._app = application(service, self.ports, Verifier(lambda: {"test": _KEY.public_key()}))
        self._heard = 0

    def _published(self, stored: StoredEvent) -> None:
        event = decode(EVENTS[stored.type], stored.data)
        recorded = Recorded(
            event, stored.event_id, stored.type, stored.stream, stored.version, stored.metadata, stored.hash
        )
        self.said.append(recorded)
        self.rows.fold(recorded)

    def forget(self) -> None:
        """Its read models are empty, as before they were folded, and so is what it remembered of them."""
        self.rows.empty()
        vars(self.ports)["own"] = self._service.own()

    @property
    def events(self) -> list[Event]:
        """All events that the service recorded."""
        return [recorded.event for recorded in self.said]

    async def ask(
        self, caller: Caller, method: str, path: str, body: object = None, key: str = "", if_match: str = ""
    ) -> httpx.Response:
        """One request with the caller's token."""
        token, _ = Signer("test", _KEY).sign(caller, self.clock.now())
        headers = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {})
        headers |= {"if-match": if_match} if if_match else {}
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://livechat") as client:
            return await client.request(method, path, json=body, headers=headers)

    async def hear(self, event: Event, stream: str = "elsewhere-1", workspace_id: str = WORKSPACE) -> None:
        """Another service's event arrives: it is projected, and then reacted to, twice."""
        event_id = derived_id("event", stream, event.model_dump_json())
        metadata = Metadata(workspace_id, event_id, event_id, event_id, "service:elsewhere")
        recorded = Recorded(event, event_id, event.TYPE, stream, 1, metadata)
        self.rows.fold(recorded)
        await self._react(recorded)
        await self._react(recorded)

    async def hear_itself(self) -> None:
        """The service's own new events arrive at its reactions."""
        while self._heard < len(self.said):
            self._heard += 1
            await self._react(self.said[self._heard - 1])

    async def pass_time(self, seconds: float) -> None:
        """Time passes, and what is due is fired."""
        self.clock.move(timedelta(seconds=seconds))
        await Timers(self._service, self.ports).fire_due()
        await self.hear_itself()

    async def _react(self, recorded: Recorded) -> None:
        for reaction in self._service.reactions:
            if not recorded.type.startswith(reaction.source.owner):
                continue
            orders = await reaction.react(recorded, self.ports, self.clock.now())
            for place, order in enumerate(orders):
                command_id = derived_id(recorded.event_id, reaction.name, place)
                metadata = metadata_from(recorded, command_id, f"service:{self._service.name}")
                await execute(self.ports, order.decider, order.stream, order.command, metadata)
