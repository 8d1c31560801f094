"""One gateway without servers: topics, read models that can be held back, and what its ports need."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Table

from contracts.envelope import Fact, Recorded, Unknown
from contracts.personal import ClearKeyring, decode
from contracts.registry import EVENTS
from contracts.topics import PARTITIONS, Topic, events_of
from services.chassis.keyset import page_of
from services.chassis.memory import CountedIds, MemoryCredentials, MemoryStore, MovedClock
from services.chassis.models import Changed, ReadModel, Rows
from services.chassis.ports import Listener, Ports, Row, StoredEvent
from services.chassis.revocations import Revocations
from services.chassis.tokens import (
    Caller,
    Signer,
    Verifier,
    new_private_key,
    public_key_of,
    read_private_key,
    read_public_key,
)
from services.chassis.words import Asked, says
from services.gateway.accounts.snippets import Snippets
from services.gateway.projections import MODELS
from services.gateway.settings import GatewaySettings
from tests.memory_files import MemoryFiles
from tests.unit.gateway.examples import T0

ORIGIN = "https://chat.example.org"
PRIVATE_KEY = new_private_key()


class Models:
    """ports.Reader over rows that are folded from what was published, at once or when told to."""

    def __init__(self, models: Sequence[ReadModel] = MODELS) -> None:
        self.held = False
        self._models, self._tables = models, dict[Table, dict[tuple[Any, ...], Row]]()
        self._waiting: list[tuple[ReadModel, int, Recorded | Changed]] = []
        self._reached: dict[tuple[str, int], int] = {}

    def publish(self, topic: Topic, partition: int, content: Recorded | Changed) -> None:
        self._waiting += [(model, partition, content) for model in self._models if model.source == topic]
        if not self.held:
            self.catch_up()

    def catch_up(self) -> None:
        """Folds all that was published."""
        for model, partition, content in self._waiting:
            self._reached[model.name, partition] = self._reached.get((model.name, partition), 0) + 1
            if not (isinstance(content, Recorded) and isinstance(content.event, Unknown)):
                self._fold(model, content)
        self._waiting.clear()

    def of(self, table: Table) -> dict[tuple[Any, ...], Row]:
        """A table's rows by key."""
        return self._tables.setdefault(table, {})

    def _fold(self, model: ReadModel, content: Recorded | Changed) -> None:
        rows = Rows({(table, key): self.of(table).get(key) for table, key in model.touches(content)})
        model.project(rows, content)
        for (table, key), row in rows.changed.items():
            self.of(table).pop(key, None)
            if row is not None:
                assert row.keys() == {column.name for column in table.columns}
                self.of(table)[key] = row
        for (table, key), amounts in rows.added.items():
            names = [column.name for column in table.primary_key.columns]
            row = self.of(table).setdefault(key, dict(zip(names, key, strict=True)))
            row.update({column: row.get(column, 0) + amount for column, amount in amounts.items()})

    async def get(self, workspace_id: str, table: Table, *key: object) -> Row | None:
        return self.of(table).get((workspace_id, *key))

    async def find(
        self,
        workspace_id: str | None,
        table: Table,
        where: Mapping[str, object],
        order: Sequence[str] = (),
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        found = [
            row
            for row in self.of(table).values()
            if workspace_id in (None, row["workspace_id"])
            and all(
                row[column] in (value if isinstance(value, tuple) else (value,))
                for column, value in where.items()
            )
        ]
        return page_of(found, table, order, after, limit)

    async def search(
        self,
        workspace_id: str,
        table: Table,
        asked: Asked,
        order: Sequence[str],
        then: Sequence[str],
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        rows = [row for row in self.of(table).values() if row["workspace_id"] == workspace_id]
        found = [row for row in rows if says(row[table.info["words"]], workspace_id, asked)]
        return page_of(found, table, order, after, limit, then)

    async def reached(self, consumer: str, partition: int) -> int:
        return self._reached.get((consumer, partition), 0)


class Topics:
    """ports.Tail: what is published is handed to the listeners at once."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._listeners: dict[Topic, list[Listener]] = {}
        self._ends: dict[tuple[Topic, int], int] = {}

    def publish(self, topic: Topic, key: str, content: Recorded | Changed) -> None:
        partition = _partition(key)
        self._models.publish(topic, partition, content)
        self._ends[topic, partition] = self._ends.get((topic, partition), 0) + 1
        for listener in self._listeners.get(topic, ()):
            listener(content)

    def append(self, *events: Recorded) -> None:
        """Publishes events on their owner's topic."""
        for event in events:
            self.publish(events_of(event.type.partition(".")[0]), event.stream, event)

    def listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        self._listeners.setdefault(topic, []).append(listener)
        return lambda: self._listeners[topic].remove(listener)

    async def end(self, topic: Topic, key: str) -> tuple[int, int]:
        partition = _partition(key)
        return partition, self._ends.get((topic, partition), 0)


def _partition(key: str) -> int:
    return sum(key.encode()) % PARTITIONS


class KeptSignals:
    """ports.Signals that remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[Fact] = []

    async def send(self, key: str, signal: Fact) -> None:
        self.sent.append(signal)

    def listen(self, listener: Listener) -> Callable[[], None]:
        return lambda: None


class Replica:
    """A gateway with its ports."""

    def __init__(self) -> None:
        self.clock, self.models, self.signals = MovedClock(T0), Models(), KeptSignals()
        self.topics = Topics(self.models)
        self.signer = Signer("k1", read_private_key(PRIVATE_KEY))
        ended = Revocations("gateway", self.topics, self.clock)
        self.verifier = Verifier(lambda: {"k1": read_public_key(public_key_of(PRIVATE_KEY))}, ended)
        settings = GatewaySettings(
            token_signing_key=SecretStr(PRIVATE_KEY),
            token_kid="k1",
            gateway_email_secret=SecretStr("s" * 32),
            origins=(ORIGIN,),
            gateway_password_passes=1,
            gateway_password_memory_kib=8,
        )
        self.store, self.files = MemoryStore(self.clock, self.publish), MemoryFiles()
        self.ports = Ports(
            service="gateway",
            store=self.store,
            reader=self.models,
            clock=self.clock,
            ids=CountedIds(),
            keyring=ClearKeyring(),
            credentials=MemoryCredentials(),
            tail=self.topics,
            signals=self.signals,
            own={
                "settings": settings,
                "signer": lambda: self.signer,
                "files": self.files,
                "snippets": Snippets(),
            },
        )

    def publish(self, stored: StoredEvent) -> None:
        """The stored event is heard by whoever listens."""
        event = decode(EVENTS[stored.type], stored.data)
        told = (stored.event_id, stored.type, stored.stream, stored.version, stored.metadata, stored.hash)
        self.topics.append(Recorded(event, *told))

    def token(self, caller: Caller) -> str:
        """A token of this caller, as new as it can be."""
        return self.signer.sign(caller, self.clock.now())[0]
