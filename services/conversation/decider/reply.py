"""A canned reply: a text that all agents of a workspace share, under a shortcut that no other one has."""

from collections.abc import Sequence
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from contracts.conversation import CannedReplyEvent, CannedReplyRemoved, CannedReplySaved
from contracts.envelope import Event
from services.chassis.decider import Decider, FreeClaim, NotFound, Refused, TakeClaim
from services.conversation.commands.reply import (
    REPLIES_MAX,
    AddReply,
    ChangeReply,
    RemoveReply,
    ReplyCommand,
)

SHORTCUT = "reply_shortcut"

Events = Sequence[CannedReplyEvent]


class NoReply(BaseModel):
    """There is no such reply."""

    model_config = ConfigDict(frozen=True)


class Reply(BaseModel):
    """A reply as it was saved last, and who was the first to save it."""

    model_config = ConfigDict(frozen=True)

    reply_id: str
    author_id: str
    shortcut: str
    title: str
    text: str


class Removed(BaseModel):
    """There was a reply, and there will be none."""

    model_config = ConfigDict(frozen=True)


State = NoReply | Reply | Removed


def decide(command: ReplyCommand, state: State) -> Events:
    """The events of a command."""
    match command:
        case AddReply():
            return add(command, state)
        case ChangeReply():
            return change(command, state)
        case RemoveReply():
            return remove(command, state)
        case _:
            assert_never(command)


def add(c: AddReply, state: State) -> Events:
    """A reply that is new."""
    if not isinstance(state, NoReply):
        return []
    if c.replies >= REPLIES_MAX:
        raise Refused("too_many_replies", f"A workspace has at most {REPLIES_MAX} canned replies.")
    return [
        CannedReplySaved(
            at=c.at,
            reply_id=c.reply_id,
            shortcut=c.shortcut,
            title=c.title,
            text=c.text,
            by=c.by,
            by_name=c.by_name,
        )
    ]


def change(c: ChangeReply, state: State) -> Events:
    """Something else about a reply of one's own, or of anybody's for an owner."""
    if not isinstance(state, Reply):
        raise NotFound("canned reply")
    _refuse_others(c, state)
    if (c.shortcut, c.title, c.text) == (state.shortcut, state.title, state.text):
        return []
    return [
        CannedReplySaved(
            at=c.at,
            reply_id=state.reply_id,
            shortcut=c.shortcut,
            title=c.title,
            text=c.text,
            by=c.by,
            by_name=c.by_name,
            previous_shortcut=None if c.shortcut == state.shortcut else state.shortcut,
        )
    ]


def remove(c: RemoveReply, state: State) -> Events:
    """One reply less."""
    match state:
        case NoReply():
            raise NotFound("canned reply")
        case Removed():
            return []
        case Reply():
            _refuse_others(c, state)
            gone = CannedReplyRemoved(
                at=c.at, reply_id=state.reply_id, shortcut=state.shortcut, by=c.by, by_name=c.by_name
            )
            return [gone]
        case _:
            assert_never(state)


def _refuse_others(c: ChangeReply | RemoveReply, state: Reply) -> None:
    if c.by != state.author_id and not c.by_owner:
        raise Refused("not_author", "Only who made the canned reply, or an owner, may change or remove it.")


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case CannedReplySaved(), NoReply() | Reply():
            return Reply(
                reply_id=event.reply_id,
                author_id=state.author_id if isinstance(state, Reply) else event.by,
                shortcut=event.shortcut,
                title=event.title,
                text=event.text,
            )
        case CannedReplyRemoved(), Reply():
            return Removed()
        case _:
            return state


def claims(event: Event) -> Sequence[TakeClaim | FreeClaim]:
    """A shortcut belongs to one reply of the workspace, from when it is saved until it is given up."""
    match event:
        case CannedReplySaved(previous_shortcut=None):
            return [TakeClaim(SHORTCUT, event.shortcut)]
        case CannedReplySaved(previous_shortcut=str(before)):
            return [FreeClaim(SHORTCUT, before), TakeClaim(SHORTCUT, event.shortcut)]
        case CannedReplyRemoved():
            return [FreeClaim(SHORTCUT, event.shortcut)]
        case _:
            return []


REPLY: Decider[ReplyCommand, State] = Decider(
    category="reply",
    decide=decide,
    evolve=evolve,
    initial=NoReply(),
    states=(NoReply, Reply, Removed),
    schema=1,
    claims=claims,
)
