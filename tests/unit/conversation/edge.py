"""A service's HTTP edge over twins in memory: every command's events are folded before it is answered."""

from datetime import datetime
from typing import Any, cast

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.envelope import Event, Recorded
from contracts.personal import ClearKeyring, decode
from contracts.registry import EVENTS
from services.chassis.app import application
from services.chassis.memory import CountedIds, MemoryCredentials, MemoryStore, MovedClock
from services.chassis.ports import Ports, Signals, StoredEvent, Tail
from services.chassis.service import Service
from services.chassis.tokens import Caller, Signer, Verifier
from tests.unit.conversation.known_rows import KnownRows


class Edge:
    """One service, its twins, and requests by anybody."""

    def __init__(self, service: Service, at: datetime) -> None:
        self.clock, self.rows = MovedClock(at), KnownRows(service.models)
        self.store = MemoryStore(self.clock, lambda stored: self.rows.fold(recorded_of(stored)))
        self.ports = Ports(
            service=service.name,
            store=self.store,
            reader=self.rows,
            clock=self.clock,
            ids=CountedIds(),
            keyring=ClearKeyring(),
            credentials=MemoryCredentials(),
            tail=cast(Tail, None),
            signals=cast(Signals, None),
            own=service.own(),
        )
        key = Ed25519PrivateKey.generate()
        self._signer = Signer("k1", key)
        self._app = application(service, self.ports, Verifier(lambda: {"k1": key.public_key()}))

    async def ask(
        self, caller: Caller, method: str, path: str, body: Any = None, key: str | None = None
    ) -> httpx.Response:
        """The answer to this caller's request, with `key` as its Idempotency-Key."""
        token, _ = self._signer.sign(caller, self.clock.now())
        headers = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {})
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
            return await client.request(method, path, json=body, headers=headers)

    def events(self, stream: str) -> list[Event]:
        """What happened in a stream."""
        return [recorded_of(stored).event for stored in self.store.streams.get(stream, [])]


def recorded_of(stored: StoredEvent) -> Recorded:
    """A row of the log as the event it holds."""
    event = decode(EVENTS[stored.type], stored.data)
    return Recorded(event, stored.event_id, stored.type, stored.stream, stored.version, stored.metadata)
