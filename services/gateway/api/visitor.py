"""What a visitor reads of their own past: the conversations of their earlier visits."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.ids import id_of
from services.chassis.http import Cursor, Limit, Page, VisitorAsk, page, read_cursor
from services.gateway import queries
from services.gateway.accounts.visits import is_remembered

router = APIRouter(prefix="/visitor")


class OwnConversation(BaseModel):
    """A conversation of the visitor who asks; `agent_name` is whoever joined last, null where nobody came."""

    conversation_id: str
    visit_id: str
    started_at: datetime
    closed_at: datetime | None
    agent_name: str | None


@router.get("/conversations")
async def get_conversations(
    ask: VisitorAsk, cursor: Cursor = None, limit: Limit = 50
) -> Page[OwnConversation]:
    """The visitor's conversations of the last 90 days, the newest first, of this visit and of earlier ones."""
    rows = await queries.conversations_of_visitor(
        ask.reader, ask.workspace_id, ask.caller.id, read_cursor(cursor, 2), limit + 1
    )
    told = [
        {**row, "conversation_id": id_of(row["stream_id"])}
        for row in rows
        if is_remembered(row["started_at"], ask.now)
    ]
    return page(told, limit, OwnConversation, "-started_at", "-stream_id")
