"""The one write path: load, decide, append at the expected version; on a conflict again, a few times at most."""

import asyncio
import zlib
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from contracts.envelope import EVENT_BYTES_MAX, Event, Metadata, Recorded, Unknown
from contracts.ids import derived_id
from contracts.personal import CLEAR, Cipher, Keyring, decode, encode
from contracts.registry import EVENTS
from contracts.wire import subject_of
from services.chassis.decider import Contended, Decider, KeyReused, Refused, TooLarge
from services.chassis.observe import step
from services.chassis.ports import (
    Answered,
    Append,
    Claimed,
    CommandAnswered,
    Loaded,
    NewEvent,
    Ports,
    Snapshot,
    StoredEvent,
    VersionConflict,
)

ATTEMPTS_MAX = 6
PAUSE_S = 0.01
HISTORY_PAGE = 1_000
COMMAND_PAGE = 20
RESTORED = "restored"
"""The fingerprint of a command whose record came back from its events, which do not tell how it was asked."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that was carried out: its stream's version after it. `repeated` when it had been carried out before.

    `events` are what it appended just now; `events_of` knows them also of a repeat.
    """

    stream: str
    version: int
    repeated: bool = False
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Append):
    """What a command appends, with the events as they were decided."""

    decided: tuple[Event, ...]


class IsClaimed(Refused):
    """Another stream holds what this command would claim."""

    def __init__(self, taken: Claimed) -> None:
        super().__init__("claimed", str(taken), scope=taken.scope, owner=taken.owner)


async def execute(
    ports: Ports,
    decider: Decider[Any, Any],
    stream: str,
    command: Any,
    metadata: Metadata,
    fingerprint: str = "",
) -> Done:
    """Carries out a command exactly once per `metadata.command_id`.

    Raises Refused (its subclasses say more) when the domain, a claim, or contention says no; then nothing was written.
    """
    parent = metadata.traceparent
    with step(type(command).__name__, parent, ports.service) as traceparent:
        metadata = metadata if traceparent == parent else replace(metadata, traceparent=traceparent)
        for attempt in range(ATTEMPTS_MAX):
            if pause_s := _pause_s(metadata.command_id, attempt):
                await asyncio.sleep(pause_s)
            async with ports.store.held() as store:
                held = replace(ports, store=store)
                loaded = await store.load(metadata.workspace_id, stream, metadata.command_id)
                if loaded.answered:
                    return repeat_of(loaded.answered, stream, fingerprint)
                append = await decided(held, decider, stream, loaded, command, metadata, fingerprint)
                if append is None:
                    return Done(stream, loaded.version)
                try:
                    return Done(stream, await store.append(append), events=append.decided)
                except (VersionConflict, CommandAnswered):
                    continue
                except Claimed as taken:
                    raise IsClaimed(taken) from None
        raise Contended(stream)


def _pause_s(command_id: str, attempt: int) -> float:
    """Before an attempt: none before the first two, then twice as long each time, and not the same for all who wait.

    No connection is held meanwhile.
    """
    if attempt < 2:
        return 0.0
    share = zlib.crc32(f"{command_id} {attempt}".encode()) / 2**32
    return float(PAUSE_S * 2 ** (attempt - 2) * (0.5 + share))


def repeat_of(answered: Answered, stream: str, fingerprint: str) -> Done:
    """The first answer to a command that came again. Raises KeyReused where it is another one."""
    if answered.stream != stream or answered.fingerprint not in (fingerprint, RESTORED):
        raise KeyReused
    return Done(stream, answered.version, repeated=True)


async def decided(
    ports: Ports,
    decider: Decider[Any, Any],
    stream: str,
    loaded: Loaded,
    command: Any,
    metadata: Metadata,
    fingerprint: str = "",
) -> Decided | None:
    """What the command appends to the loaded stream; None where it changes nothing. Raises Refused."""
    state = await folded(ports, decider, metadata.workspace_id, stream, loaded)
    events = decider.decide(command, state)
    if not events:
        return None
    after = reduce(decider.evolve, events, state)
    subject = decider.subject(after)
    cipher = await cipher_of(ports.keyring, subject)
    new = tuple(
        _new_event(event, stream, loaded.version + place, metadata, cipher if event.SUBJECT else CLEAR)
        for place, event in enumerate(events, start=1)
    )
    return Decided(
        decided=tuple(events),
        stream=stream,
        expected=loaded.version,
        events=new,
        metadata=metadata,
        snapshot=frozen(decider, after, cipher, stream),
        fingerprint=fingerprint,
        timers=tuple(change for event in events for change in decider.timers(event)),
        claims=tuple(change for event in events for change in decider.claims(event)),
    )


async def events_of(ports: Ports, done: Done, metadata: Metadata) -> list[Event]:
    """What the command appended, in order; the last one's version is the answer's. A repeat's is read from the log."""
    found, before, page = list[Event](done.events), done.version if done.repeated else 0, COMMAND_PAGE
    while before:
        after = max(0, before - page)
        stored = await ports.store.history(metadata.workspace_id, done.stream, after, before - after)
        theirs = [one for one in stored if one.metadata.command_id == metadata.command_id]
        found[:0] = [(await recorded(ports.keyring, one)).event for one in theirs]
        before = after if len(theirs) == page else 0
    return found


async def state_of(ports: Ports, decider: Decider[Any, Any], workspace_id: str, stream: str) -> Any:
    """The state of a stream now, for building a command that needs to know it; deciding loads it again."""
    loaded = await ports.store.load(workspace_id, stream, "")
    return await folded(ports, decider, workspace_id, stream, loaded)


async def folded(
    ports: Ports, decider: Decider[Any, Any], workspace_id: str, stream: str, loaded: Loaded
) -> Any:
    """The state at the loaded version: from the snapshot, or by folding the stream where its shape is another."""
    snapshot = loaded.snapshot
    if snapshot is not None and snapshot.schema == decider.schema:
        return await _thaw(ports, decider, snapshot.state, stream)
    state, version = decider.initial, 0
    while version < loaded.version:
        page = await ports.store.history(workspace_id, stream, after=version, limit=HISTORY_PAGE)
        for stored in page:
            state = decider.evolve(state, (await recorded(ports.keyring, stored)).event)
        version = page[-1].version if page else loaded.version
    return state


async def recorded(keyring: Keyring, stored: StoredEvent) -> Recorded:
    """A row of the log as the event it holds, personal fields opened."""
    model = EVENTS.get(stored.type)
    event: Event
    if model is None:
        event = Unknown(at=stored.at, type=stored.type, data=stored.data)
    else:
        event = decode(model, stored.data)
        subject = subject_of(event)
        if subject is not None:
            cipher = await cipher_of(keyring, subject)
            event = decode(model, stored.data, cipher, f"{stored.stream}/{stored.version}")
    return Recorded(
        event, stored.event_id, stored.type, stored.stream, stored.version, stored.metadata, stored.hash
    )


async def cipher_of(keyring: Keyring, subject: str | None) -> Cipher:
    """What seals this person's fields; nothing where there is no person. Raises Erased."""
    return (await keyring.ciphers([subject]))[subject] if subject else CLEAR


def _new_event(event: Event, stream: str, version: int, metadata: Metadata, cipher: Cipher) -> NewEvent:
    data = encode(event, cipher, f"{stream}/{version}")
    if len(data) > EVENT_BYTES_MAX:
        raise TooLarge(event.TYPE)
    return NewEvent(derived_id(metadata.command_id, stream, version), event.TYPE, data, event.at)


def frozen(decider: Decider[Any, Any], state: Any, cipher: Cipher, stream: str) -> Snapshot:
    """A state as it is kept: the name of its model, a line break, its JSON."""
    data = type(state).__name__.encode() + b"\n" + encode(state, cipher, f"{stream}/snapshot")
    return Snapshot(decider.schema, data)


async def _thaw(ports: Ports, decider: Decider[Any, Any], data: bytes, stream: str) -> Any:
    name, _, body = data.partition(b"\n")
    model = next(state for state in decider.states if state.__name__ == name.decode())
    state = decode(model, body)
    cipher = await cipher_of(ports.keyring, decider.subject(state))
    return state if cipher is CLEAR else decode(model, body, cipher, f"{stream}/snapshot")


def metadata_from(cause: Recorded, command_id: str, actor: str) -> Metadata:
    """The metadata of a command that follows from an event: the chain goes on."""
    return Metadata(
        workspace_id=cause.metadata.workspace_id,
        command_id=command_id,
        correlation_id=cause.metadata.correlation_id,
        causation_id=cause.event_id,
        actor=actor,
        traceparent=cause.metadata.traceparent,
    )
