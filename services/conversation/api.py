"""The HTTP edge: taking, assigning, talking, closing, and the inbox's lists."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import StringConstraints

from contracts.ids import UUID_PATTERN, AgentId, stream
from services.chassis.http import Accepted, AgentAsk, Body, Cursor, Id, Limit, Page, ParticipantAsk
from services.conversation import queries
from services.conversation.commands import (
    TEXT_CHARS_MAX,
    AssignConversation,
    CloseConversation,
    PostMessage,
    TakeConversation,
)
from services.conversation.decider import DECIDER

router = APIRouter()

FOLDER_PATTERN = f"^(unassigned|closed|agent:{UUID_PATTERN[1:-1]})$"
Folder = Annotated[str, Path(pattern=FOLDER_PATTERN, description='"unassigned", "closed" or "agent:<id>".')]
MessageText = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_CHARS_MAX)]


class TakeBody(Body):
    """Take a conversation that nobody holds."""

    expected_holder: AgentId | None = None


class AssignBody(Body):
    """Assign to an agent; `expected_holder` is who held the conversation on the asking agent's screen."""

    agent_id: AgentId
    expected_holder: AgentId | None


class MessageBody(Body):
    """A message."""

    text: MessageText


class CloseBody(Body):
    """Close; `expected_holder` is who held the conversation on the asking agent's screen."""

    expected_holder: AgentId | None


@router.post("/conversations/{conversation_id}/take")
async def take(conversation_id: Id, ask: AgentAsk, body: TakeBody | None = None) -> Accepted:
    """Take a conversation from Unassigned."""
    seen = await queries.agent_seen(ask.reader, ask.workspace_id, ask.caller.id, ask.now)
    command = TakeConversation(
        agent_id=ask.caller.id,
        agent_name=ask.caller.name,
        evidence=seen.evidence,
        at=ask.now,
        expected_holder=body.expected_holder if body else None,
    )
    return await ask.execute(DECIDER, stream("conversation", conversation_id), command)


@router.post("/conversations/{conversation_id}/assign")
async def assign(conversation_id: Id, ask: AgentAsk, body: AssignBody) -> Accepted:
    """Assign or reassign to an agent who is online."""
    seen = await queries.agent_seen(ask.reader, ask.workspace_id, body.agent_id, ask.now)
    command = AssignConversation(
        agent_id=body.agent_id,
        agent_name=seen.name,
        by=ask.caller.id,
        expected_holder=body.expected_holder,
        evidence=seen.evidence,
        at=ask.now,
    )
    return await ask.execute(DECIDER, stream("conversation", conversation_id), command)


@router.post("/conversations/{conversation_id}/messages")
async def post_message(conversation_id: Id, ask: ParticipantAsk, body: MessageBody) -> Accepted:
    """Say something, as the agent who holds the conversation or as its visitor."""
    message_id = ask.new_id("message")
    command = PostMessage(
        message_id=message_id,
        author=ask.caller.kind,
        author_id=ask.caller.id,
        author_name=ask.caller.name or None,
        visit_id=ask.caller.visit_id,
        text=body.text,
        at=ask.now,
    )
    return await ask.execute(DECIDER, stream("conversation", conversation_id), command, message_id=message_id)


@router.post("/conversations/{conversation_id}/close")
async def close(conversation_id: Id, ask: AgentAsk, body: CloseBody) -> Accepted:
    """Close for good."""
    command = CloseConversation(by=ask.caller.id, expected_holder=body.expected_holder, at=ask.now)
    return await ask.execute(DECIDER, stream("conversation", conversation_id), command)


@router.get("/folders")
async def folders(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[queries.Folder]:
    """The folders that ever held a conversation, with how many are in each."""
    return await queries.folders(ask.reader, ask.workspace_id, cursor, limit)


@router.get("/folders/{folder}/conversations")
async def in_folder(
    folder: Folder, ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[queries.Listed]:
    """A folder's conversations, the latest change first."""
    return await queries.in_folder(ask.reader, ask.workspace_id, folder, cursor, limit)
