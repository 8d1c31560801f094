"""HTTP of visitors, whatever conversation they are in: who is blocked, and who is let in again."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import StringConstraints

from contracts.ids import stream
from services.chassis.http import Accepted, AgentAsk, Body, Cursor, Id, Limit, Page
from services.conversation import queries
from services.conversation.commands.visitor import REASON_CHARS_MAX, BlockVisitor, UnblockVisitor
from services.conversation.decider.visitor import VISITOR

router = APIRouter()

Reason = Annotated[str, StringConstraints(min_length=1, max_length=REASON_CHARS_MAX)]


class BlockBody(Body):
    """Why, for the other agents."""

    reason: Reason | None = None


@router.post("/conversations/{conversation_id}/block")
async def block(conversation_id: Id, ask: AgentAsk, body: BlockBody | None = None) -> Accepted:
    """Keep the conversation's visitor from writing, here and anywhere, and from being answered."""
    visitor_id = await queries.visitor_of(ask.ports, ask.workspace_id, conversation_id)
    command = BlockVisitor(
        visitor_id=visitor_id,
        conversation_id=conversation_id,
        by=ask.caller.id,
        by_name=ask.caller.name,
        reason=body.reason if body else None,
        at=ask.now,
    )
    return await ask.execute(VISITOR, stream("visitor", visitor_id), command, visitor_id=visitor_id)


@router.post("/conversations/{conversation_id}/unblock")
async def unblock(conversation_id: Id, ask: AgentAsk) -> Accepted:
    """Let the conversation's visitor write and be answered again."""
    visitor_id = await queries.visitor_of(ask.ports, ask.workspace_id, conversation_id)
    command = UnblockVisitor(by=ask.caller.id, at=ask.now)
    return await ask.execute(VISITOR, stream("visitor", visitor_id), command, visitor_id=visitor_id)


@router.get("/conversations/{conversation_id}/block")
async def block_of(conversation_id: Id, ask: AgentAsk) -> queries.Block:
    """Whether the conversation's visitor is blocked."""
    return await queries.block_of(ask.reader, ask.workspace_id, conversation_id)


@router.get("/blocked")
async def blocked(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[queries.BlockedVisitor]:
    """The blocked visitors, the last one first."""
    return await queries.blocked(ask.reader, ask.workspace_id, cursor, limit)
