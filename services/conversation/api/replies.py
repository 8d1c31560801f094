"""HTTP of the canned replies that all agents of a workspace share."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import StringConstraints

from contracts.ids import id_of, stream
from services.chassis.decider import Refused
from services.chassis.execution import IsClaimed
from services.chassis.http import Accepted, AgentAsk, Ask, Body, Cursor, Id, Limit, Page
from services.conversation import queries
from services.conversation.commands.reply import (
    SHORTCUT_PATTERN,
    TEXT_CHARS_MAX,
    TITLE_CHARS_MAX,
    AddReply,
    ChangeReply,
    RemoveReply,
    ReplyCommand,
)
from services.conversation.decider.reply import REPLY

router = APIRouter()

Shortcut = Annotated[str, StringConstraints(pattern=SHORTCUT_PATTERN)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=TITLE_CHARS_MAX, strip_whitespace=True)]
ReplyText = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_CHARS_MAX)]


class ReplyBody(Body):
    """A canned reply, whole. `{visitor_name}` and `{agent_name}` in the text are for the screen to fill in."""

    shortcut: Shortcut
    title: Title
    text: ReplyText


class ShortcutTaken(Refused):
    """Another canned reply of the workspace has the shortcut; `reply_id` is that one."""

    def __init__(self, reply_id: str) -> None:
        super().__init__(
            "shortcut_taken", "Another canned reply has this shortcut: choose another.", reply_id=reply_id
        )


@router.get("/replies")
async def list_replies(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[queries.CannedReply]:
    """The workspace's canned replies, by shortcut; their texts are as they were saved, with nothing filled in."""
    return await queries.replies_of(ask.reader, ask.workspace_id, cursor, limit)


@router.post("/replies")
async def add_reply(ask: AgentAsk, body: ReplyBody) -> Accepted:
    """Save a new canned reply, for all agents of the workspace."""
    reply_id = ask.new_id("reply")
    command = AddReply(
        reply_id=reply_id,
        by=ask.caller.id,
        by_name=ask.caller.name,
        replies=await queries.reply_count(ask.reader, ask.workspace_id),
        at=ask.now,
        **body.model_dump(),
    )
    return await _execute(ask, reply_id, command)


@router.post("/replies/{reply_id}")
async def change_reply(reply_id: Id, ask: AgentAsk, body: ReplyBody) -> Accepted:
    """Save a canned reply of one's own, or as an owner anybody's, in place of what it was."""
    command = ChangeReply(**_by(ask), **body.model_dump())
    return await _execute(ask, reply_id, command)


@router.post("/replies/{reply_id}/remove")
async def remove_reply(reply_id: Id, ask: AgentAsk) -> Accepted:
    """Remove a canned reply of one's own, or as an owner anybody's."""
    return await _execute(ask, reply_id, RemoveReply(**_by(ask)))


def _by(ask: Ask) -> dict[str, Any]:
    """Who asks, and as what."""
    caller = ask.caller
    return {
        "by": caller.id,
        "by_name": caller.name,
        "by_owner": caller.role == "owner",
        "at": ask.now,
    }


async def _execute(ask: Ask, reply_id: str, command: ReplyCommand) -> Accepted:
    """Raises ShortcutTaken, which is the only claim of these commands."""
    try:
        return await ask.execute(REPLY, stream("reply", reply_id), command, reply_id=reply_id)
    except IsClaimed as taken:
        raise ShortcutTaken(id_of(str(taken.facts["owner"]))) from None
