"""HTTP of conversations: taking, assigning, talking, reading, closing."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from contracts.conversation import Attachment
from contracts.ids import AgentId, stream
from services.chassis.decider import Refused
from services.chassis.http import (
    Accepted,
    AgentAsk,
    Ask,
    Body,
    Id,
    ParticipantAsk,
    VisitorAsk,
)
from services.chassis.tokens import FILE_TOKEN_CHARS_MAX, BadToken, FileTicket, Verifier
from services.conversation import queries
from services.conversation.commands.conversation import (
    TEXT_CHARS_MAX,
    AssignConversation,
    CloseConversation,
    EndChat,
    PostMessage,
    ReadMessages,
    TakeConversation,
)
from services.conversation.decider import DECIDER
from services.conversation.settings import ConversationSettings

router = APIRouter()

VERSION_MAX = 2**31 - 1
MESSAGES_WINDOW_S = 60
MessageText = Annotated[str, StringConstraints(max_length=TEXT_CHARS_MAX)]
FileToken = Annotated[str, StringConstraints(min_length=1, max_length=FILE_TOKEN_CHARS_MAX)]


class TakeBody(Body):
    """Take a conversation that nobody holds."""

    expected_holder: AgentId | None = None


class AssignBody(Body):
    """Assign to an agent; `expected_holder` is who held the conversation on the asking agent's screen."""

    agent_id: AgentId
    expected_holder: AgentId | None


class MessageBody(Body):
    """A message; with the token of an uploaded file it needs no text."""

    attachment_token: FileToken | None = None
    text: MessageText = Field(default="", validate_default=True)

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str, known: ValidationInfo) -> str:
        if not text and known.data.get("attachment_token") is None:
            raise ValueError("a message has a text of at least one character, or an attachment_token")
        return text


class TooManyMessages(Refused):
    """The visitor writes faster than anybody can read; the window in which that counts ends."""

    status = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "too_many_messages", "You write too fast: wait a moment.", retry_after_s=retry_after_s
        )


class BadAttachment(Refused):
    """The token is of no file that this caller uploaded to this conversation."""

    status = 422

    def __init__(self) -> None:
        super().__init__("bad_attachment", "The attachment_token is of no file that you sent to this chat.")


class ReadBody(Body):
    """The last version of the conversation that was seen."""

    up_to: Annotated[int, Field(ge=1, le=VERSION_MAX)]


class CloseBody(Body):
    """Close; `expected_holder` is who held the conversation on the asking agent's screen."""

    expected_holder: AgentId | None


@router.post("/conversations/{conversation_id}/take")
async def take(conversation_id: Id, ask: AgentAsk, body: TakeBody | None = None) -> Accepted:
    """Take a conversation from Unassigned."""
    seen = await queries.agent_seen(ask.reader, ask.workspace_id, ask.caller.id, ask.now)
    command = TakeConversation(
        agent_id=ask.caller.id,
        agent_name=seen.name,
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
async def post_message(
    conversation_id: Id, ask: ParticipantAsk, body: MessageBody, request: Request
) -> Accepted:
    """Say something, as the agent who holds the conversation or as its visitor."""
    await _count_message(ask)
    message_id = ask.new_id("message")
    attachment, until = None, None
    if body.attachment_token is not None:
        verifier: Verifier = request.app.state.verifier
        ticket, until = _ticket(verifier, body.attachment_token, ask, conversation_id)
        attachment = Attachment.model_validate(ticket.model_dump())
    command = PostMessage(
        message_id=message_id,
        author=ask.caller.kind,
        author_id=ask.caller.id,
        author_name=ask.caller.name or None,
        visit_id=ask.caller.visit_id,
        text=body.text,
        at=ask.now,
        attachment=attachment,
        attachment_until=until,
        blocked_by=await queries.blocked_by(ask.ports, ask.workspace_id, ask.caller.id)
        if ask.caller.kind == "visitor"
        else None,
    )
    return await ask.execute(DECIDER, stream("conversation", conversation_id), command, message_id=message_id)


async def _count_message(ask: Ask) -> None:
    """Raises TooManyMessages. Agents are known to their company, and may write as fast as they can."""
    if ask.caller.kind != "visitor":
        return
    settings: ConversationSettings = ask.ports.own["settings"]
    name = f"messages|{ask.workspace_id}|{ask.caller.id}"
    tries = await ask.ports.credentials.tried(name, ask.now, MESSAGES_WINDOW_S)
    if tries.count > settings.visitor_messages_max:
        raise TooManyMessages(tries.over_in_s(ask.now))


def _ticket(verifier: Verifier, token: str, ask: Ask, conversation_id: str) -> tuple[FileTicket, datetime]:
    """What the gateway vouches for, and how long. Raises BadAttachment."""
    try:
        ticket, until = verifier.verify_file(token)
    except BadToken:
        raise BadAttachment from None
    meant = (ask.workspace_id, conversation_id, ask.caller.actor)
    if (ticket.workspace_id, ticket.conversation_id, ticket.uploader) != meant:
        raise BadAttachment
    return ticket, until


@router.post("/conversations/{conversation_id}/read")
async def read(conversation_id: Id, ask: ParticipantAsk, body: ReadBody) -> Accepted:
    """Everything up to a version was seen, by the agent who holds the conversation or by its visitor."""
    command = ReadMessages(
        reader=ask.caller.kind,
        reader_id=ask.caller.id,
        visit_id=ask.caller.visit_id,
        up_to=body.up_to,
        at=ask.now,
    )
    return await ask.execute(DECIDER, stream("conversation", conversation_id), command)


@router.post("/conversations/{conversation_id}/end")
async def end(conversation_id: Id, ask: VisitorAsk) -> Accepted:
    """End the chat, as its visitor, for good."""
    command = EndChat(visit_id=ask.caller.visit_id, at=ask.now)
    return await ask.execute(DECIDER, stream("conversation", conversation_id), command)


@router.post("/conversations/{conversation_id}/close")
async def close(conversation_id: Id, ask: AgentAsk, body: CloseBody) -> Accepted:
    """Close for good."""
    command = CloseConversation(by=ask.caller.id, expected_holder=body.expected_holder, at=ask.now)
    return await ask.execute(DECIDER, stream("conversation", conversation_id), command)
