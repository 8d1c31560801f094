"""In-memory twins of log, timers, commands, claims, credentials, clock and ids: the same promises, no servers."""

import hashlib
import itertools
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contracts.ids import derived_id
from services.chassis.credential import CREDENTIALS_OF_MAX, Credential, Tries
from services.chassis.decider import FreeClaim, SetTimer, TakeClaim
from services.chassis.ports import (
    Answered,
    Append,
    Claimed,
    CommandAnswered,
    DueTimer,
    Fenced,
    Firing,
    Loaded,
    Snapshot,
    StoredEvent,
    VersionConflict,
)


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        """Time passes."""
        self._now += by


class CountedIds:
    """Ids that are the same in every run."""

    def __init__(self, seed: str = "") -> None:
        self._seed, self._count = seed, itertools.count(1)

    def new(self) -> str:
        return derived_id("counted", self._seed, next(self._count))


class MemoryStore:
    """ports.Store in dictionaries. `published` is called with each stored event, in order, after the append."""

    def __init__(self, clock: MovedClock, published: Callable[[StoredEvent], None] = lambda _: None) -> None:
        self.streams: dict[str, list[StoredEvent]] = {}
        self.timers: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._held: dict[tuple[str, str], tuple[str, datetime]] = {}
        self.fence: str | None = None
        self._clock, self._published = clock, published
        self._commands: dict[tuple[str, str], Answered] = {}
        self._claims: dict[tuple[str, str, str], str] = {}
        self._snapshots: dict[str, Snapshot] = {}

    def held(self) -> AbstractAsyncContextManager["MemoryStore"]:
        return nullcontext(self)

    async def load(self, workspace_id: str, stream: str, command_id: str) -> Loaded:
        answered = self._commands.get((workspace_id, command_id))
        events = self._seen(workspace_id, stream)
        return Loaded(len(events), self._snapshots[stream] if events else None, answered)

    async def append(self, append: Append) -> int:
        self._check(append)
        stored = self._write(append)
        for event in stored:
            self._published(event)
        return stored[-1].version

    async def history(
        self, workspace_id: str, stream: str, after: int = 0, limit: int = 1_000
    ) -> list[StoredEvent]:
        return self._seen(workspace_id, stream)[after : after + limit]

    async def answered(self, workspace_id: str, command_id: str) -> Answered | None:
        return self._commands.get((workspace_id, command_id))

    async def next_due(self) -> float | None:
        due = min((due_at for _, due_at in self.timers.values()), default=None)
        return None if due is None else max(0.0, (due - self._clock.now()).total_seconds())

    async def fire_due(self, firing: Firing, limit: int) -> int:
        now = self._clock.now()
        due = sorted((due_at, key) for key, (_, due_at) in self.timers.items() if due_at <= now)[:limit]
        for due_at, key in due:
            if self.timers.get(key, ("", None))[1] != due_at:
                continue  # An append of the same round changed it, or somebody else fires it.
            self._held[key] = self.timers.pop(key)
            try:
                await self._fire(firing, key, now)
            except VersionConflict:
                continue  # Still due: it is decided again.
            finally:
                if key in self._held:
                    self.timers[key] = self._held.pop(key)
        return len(due)

    async def _fire(self, firing: Firing, key: tuple[str, str], now: datetime) -> None:
        (workspace, due_at), (stream, name) = self._held[key], key
        loaded = await self.load(workspace, stream, "")
        append = await firing(DueTimer(workspace, stream, name, due_at, now), loaded)
        if append is not None:
            await self.append(append)
        self._held.pop(key, None)

    def _seen(self, workspace_id: str, stream: str) -> list[StoredEvent]:
        events = self.streams.get(stream, [])
        return events if not events or events[0].metadata.workspace_id == workspace_id else []

    def _check(self, append: Append) -> None:
        """Raises what PostgreSQL would; nothing is written before this has passed."""
        workspace = append.metadata.workspace_id
        if self.fence is not None:
            raise Fenced(self.fence)
        if append.expected != len(self.streams.get(append.stream, [])):
            raise VersionConflict
        if append.expected and append.expected != len(self._seen(workspace, append.stream)):
            raise VersionConflict
        if (workspace, append.metadata.command_id) in self._commands:
            raise CommandAnswered
        for claim in append.claims:
            owner = self._claims.get((workspace, claim.scope, claim.key))
            if isinstance(claim, TakeClaim) and owner not in (None, append.stream):
                raise Claimed(claim.scope, str(owner))

    def _write(self, append: Append) -> list[StoredEvent]:
        workspace, stream = append.metadata.workspace_id, append.stream
        events = self.streams.setdefault(stream, [])
        before = events[-1].hash if events else b""
        new = []
        for version, event in enumerate(append.events, start=append.expected + 1):
            told = before + event.event_id.encode() + event.type.encode() + event.data
            before = hashlib.sha256(told).digest()
            new.append(
                StoredEvent(
                    stream, version, event.event_id, event.type, event.data, event.at, append.metadata, before
                )
            )
        events += new
        self._commands[workspace, append.metadata.command_id] = Answered(
            stream, len(events), append.fingerprint
        )
        self._snapshots[stream] = append.snapshot
        for timer in append.timers:
            self.timers.pop((stream, timer.name), None)
            self._held.pop((stream, timer.name), None)
            if isinstance(timer, SetTimer):
                self.timers[stream, timer.name] = (workspace, timer.due_at)
        for claim in append.claims:
            place = (workspace, claim.scope, claim.key)
            match claim:
                case TakeClaim():
                    self._claims[place] = stream
                case FreeClaim():
                    if self._claims.get(place) == stream:
                        del self._claims[place]
        return new


class MemoryCredentials:
    """ports.Credentials in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Credential] = {}
        self._tries: dict[str, Tries] = {}

    async def keep(self, credential: Credential) -> None:
        place = (credential.kind, credential.hash)
        before = self._kept.get(place, credential)
        self._kept[place] = replace(credential, workspace_id=before.workspace_id)

    async def find(self, kind: str, hash_: str, now: datetime) -> Credential | None:
        found = self._kept.get((kind, hash_))
        return found if found and found.expires_at > now else None

    async def find_all(self, kind: str, hashes: Collection[str], now: datetime) -> list[Credential]:
        found = [await self.find(kind, hash_, now) for hash_ in hashes]
        return [one for one in found if one is not None]

    async def of(self, kind: str, workspace_id: str, subject: str, now: datetime) -> list[Credential]:
        wanted = (kind, workspace_id, subject)
        found = [
            kept
            for kept in self._kept.values()
            if (kept.kind, kept.workspace_id, kept.subject) == wanted and kept.expires_at > now
        ]
        return sorted(found, key=lambda kept: (-kept.expires_at.timestamp(), kept.hash))[:CREDENTIALS_OF_MAX]

    async def exchange(self, kind: str, hash_: str, now: datetime, new: Credential) -> bool:
        if not await self.find(kind, hash_, now):
            return False
        await self.end(kind, new.workspace_id, new.subject)
        await self.keep(new)
        return True

    async def note(self, kind: str, hash_: str, claims: dict[str, Any]) -> bool:
        kept = self._kept.get((kind, hash_))
        if kept is not None:
            self._kept[kind, hash_] = replace(kept, claims=claims)
        return kept is not None

    async def prolong(self, kind: str, hash_: str, expires_at: datetime) -> bool:
        kept = self._kept.get((kind, hash_))
        if kept is not None:
            self._kept[kind, hash_] = replace(kept, expires_at=max(kept.expires_at, expires_at))
        return kept is not None

    async def end(self, kind: str, workspace_id: str, subject: str) -> int:
        ended = [
            place
            for place, kept in self._kept.items()
            if (kept.kind, kept.workspace_id, kept.subject) == (kind, workspace_id, subject)
        ]
        for place in ended:
            del self._kept[place]
        return len(ended)

    async def end_one(self, kind: str, hash_: str) -> bool:
        return self._kept.pop((kind, hash_), None) is not None

    async def tried(self, key: str, now: datetime, window_s: int) -> Tries:
        before = self._tries.get(key)
        if before is None or before.over_at <= now:
            before = Tries(0, now + timedelta(seconds=window_s))
        self._tries[key] = Tries(before.count + 1, before.over_at)
        return self._tries[key]

    async def forgive(self, key: str) -> None:
        tries = self._tries.get(key)
        if tries is not None and tries.count > 0:
            self._tries[key] = replace(tries, count=tries.count - 1)
