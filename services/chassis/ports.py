"""What the services stand on, as interfaces; each has a real form and an in-memory twin that pass the same suites."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import Table

from contracts.envelope import Fact, Metadata
from contracts.personal import Keyring
from contracts.topics import Topic
from services.chassis.credential import Credential as Credential
from services.chassis.credential import Credentials as Credentials
from services.chassis.decider import CancelTimer, FreeClaim, SetTimer, TakeClaim
from services.chassis.words import Asked

Row = dict[str, Any]


class VersionConflict(Exception):
    """Somebody else appended to the stream in between: load again and decide again."""


class Claimed(Exception):
    """A claim is held by another stream: `owner` is its id."""

    def __init__(self, scope: str, owner: str) -> None:
        super().__init__(f"{scope} is taken by {owner}")
        self.scope, self.owner = scope, owner


class CommandAnswered(Exception):
    """The command with this id was answered in between: load again and give the first answer."""


class Fenced(Exception):
    """The service refuses to write, e.g. because its store is behind Kafka; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be appended; `data` are its bytes for ever."""

    event_id: str
    type: str
    data: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A decision's state after the append, under the number of its shape."""

    schema: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Append:
    """Everything that one command writes, in one statement, after `expected` versions of the stream."""

    stream: str
    expected: int
    events: tuple[NewEvent, ...]
    metadata: Metadata
    snapshot: Snapshot
    fingerprint: str = ""
    timers: tuple[SetTimer | CancelTimer, ...] = ()
    claims: tuple[TakeClaim | FreeClaim, ...] = ()

    @property
    def timers_left(self) -> Collection[SetTimer | CancelTimer]:
        """What comes of the changes to timers: several events may change the same one, and the last counts."""
        return {change.name: change for change in self.timers}.values()


@dataclass(frozen=True, slots=True)
class Answered:
    """The record of a command that was carried out: its stream, the version it led to, its request's fingerprint."""

    stream: str
    version: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a command needs to begin: the stream's version, the snapshot taken there, and the command's own record."""

    version: int
    snapshot: Snapshot | None
    answered: Answered | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A row of the log."""

    stream: str
    version: int
    event_id: str
    type: str
    data: bytes
    at: datetime
    metadata: Metadata
    hash: bytes


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer whose time has come; `now` is the database's clock, the only clock of timers."""

    workspace_id: str
    stream: str
    name: str
    due_at: datetime
    now: datetime


Firing = Callable[[DueTimer, Loaded], Awaitable[Append | None]]


class Store(Protocol):
    """The event log of one service. Every call sees one workspace only."""

    def held(self) -> AbstractAsyncContextManager["Store"]:
        """This store over one connection: who has loaded appends at once, behind nobody who has not begun."""

    async def load(self, workspace_id: str, stream: str, command_id: str) -> Loaded: ...

    async def append(self, append: Append) -> int:
        """Appends and answers the stream's new version.

        Raises VersionConflict, Claimed, CommandAnswered or Fenced; then nothing was written.
        """

    async def history(
        self, workspace_id: str, stream: str, after: int = 0, limit: int = 1_000
    ) -> list[StoredEvent]:
        """The stream's events with a version > `after`, in order, at most `limit`."""

    async def answered(self, workspace_id: str, command_id: str) -> Answered | None: ...

    async def fire_due(self, firing: Firing, limit: int) -> int:
        """Fires at most `limit` due timers, oldest first, each in one transaction with its append; answers how many."""

    async def next_due(self) -> float | None:
        """Seconds until the next timer is due (0 if overdue); None where there is none."""


class Reader(Protocol):
    """Reads of read models: by key, or one page by equality on columns. Never a scan without a limit."""

    async def get(self, workspace_id: str, table: Table, *key: object) -> Row | None:
        """The row with this primary key (without the workspace, which every table's key begins with)."""

    async def find(
        self,
        workspace_id: str | None,
        table: Table,
        where: Mapping[str, object],
        order: Sequence[str] = (),
        after: Sequence[object] | None = None,
        limit: int = 50,
    ) -> list[Row]:
        """At most `limit` rows that equal `where`, ordered by columns ("-name" descends), after the keyset `after`.

        A tuple in `where` stands for any of its values. A workspace of None reads all workspaces; only background
        roles may do that. A cursor's values are read as their columns are; BadKeyset where they cannot be.
        """
        ...

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
        """Like `find`, the rows of a table of words that have what is asked for: of those that agree in `order`, which
        is the keyset too, only the first in the order `then`. TooBroad where that takes too long."""
        ...

    async def reached(self, consumer: str, partition: int) -> int:
        """The next offset of its topic's partition that this consumer (a read model's name) will handle."""


Listener = Callable[[Any], None]


class Tail(Protocol):
    """The live end of topics, without a group: each replica hears every record from its start on.

    Listeners get Recorded (event topics) or models.Changed (state topics), in order per key; they must not block.
    """

    def listen(self, topic: Topic, listener: Listener) -> Callable[[], None]:
        """Calls `listener` for every record from now on; answers the function that stops it."""

    async def end(self, topic: Topic, key: str) -> tuple[int, int]:
        """(partition of the key, the offset after the last record that this tail has handed to its listeners)."""


class Signals(Protocol):
    """`gateway.signals.v1`: sent at once and best effort, heard by every replica from one lease ago on."""

    async def send(self, key: str, signal: Fact) -> None:
        """Hands the signal to Kafka without waiting for it; never raises for a broker that is away."""

    def listen(self, listener: Listener) -> Callable[[], None]: ...


class Clock(Protocol):
    """Where times come from, at the edge only."""

    def now(self) -> datetime: ...


class Ids(Protocol):
    """Where new ids come from, at the edge only."""

    def new(self) -> str: ...


@runtime_checkable
class Closing(Protocol):
    """What only one service has and has to be ended with it."""

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Ports:
    """What one service is wired to. `own` holds what only this service has (its settings, outbound calls)."""

    service: str
    store: Store
    reader: Reader
    clock: Clock
    ids: Ids
    keyring: Keyring
    credentials: Credentials
    tail: Tail
    signals: Signals
    own: Mapping[str, Any] = field(default_factory=dict)
