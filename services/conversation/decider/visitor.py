"""One visitor, whatever conversation they are in: blocked by an agent, or not."""

from collections.abc import Sequence
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from contracts.conversation import BlockingEvent, VisitorBlocked, VisitorUnblocked
from contracts.envelope import Event
from services.chassis.decider import Decider, Refused
from services.conversation.commands.visitor import (
    REASON_CHARS_MAX,
    BlockVisitor,
    UnblockVisitor,
    VisitorCommand,
)

Events = Sequence[BlockingEvent]


class Welcome(BaseModel):
    """The visitor may write and be answered."""

    model_config = ConfigDict(frozen=True)


class Blocked(BaseModel):
    """The visitor may not."""

    model_config = ConfigDict(frozen=True)

    visitor_id: str


State = Welcome | Blocked


def decide(command: VisitorCommand, state: State) -> Events:
    """The events of a command."""
    match command:
        case BlockVisitor():
            return block(command, state)
        case UnblockVisitor():
            return unblock(command, state)
        case _:
            assert_never(command)


def block(c: BlockVisitor, state: State) -> Events:
    """Blocked, if not yet; the first reason stands."""
    if isinstance(state, Blocked):
        return []
    if c.reason is not None and not 1 <= len(c.reason) <= REASON_CHARS_MAX:
        raise Refused("bad_length", f"A reason has 1 to {REASON_CHARS_MAX} characters.")
    return [
        VisitorBlocked(
            at=c.at,
            visitor_id=c.visitor_id,
            conversation_id=c.conversation_id,
            by=c.by,
            by_name=c.by_name,
            reason=c.reason,
        )
    ]


def unblock(c: UnblockVisitor, state: State) -> Events:
    """Not blocked any more."""
    if isinstance(state, Welcome):
        return []
    return [VisitorUnblocked(at=c.at, visitor_id=state.visitor_id, by=c.by)]


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event:
        case VisitorBlocked():
            return Blocked(visitor_id=event.visitor_id)
        case VisitorUnblocked():
            return Welcome()
        case _:
            return state


def _subject(state: State) -> str | None:
    return state.visitor_id if isinstance(state, Blocked) else None


VISITOR: Decider[VisitorCommand, State] = Decider(
    category="visitor",
    decide=decide,
    evolve=evolve,
    initial=Welcome(),
    states=(Welcome, Blocked),
    schema=1,
    subject=_subject,
)
