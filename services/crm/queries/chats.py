"""The conversations and visits that this service knows, each to its own workspace alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from contracts.playbook import Captured
from services.chassis.decider import NotFound
from services.chassis.http import Page
from services.chassis.ports import Reader
from services.crm.queries.pages import page_of
from services.crm.tables import CONVERSATIONS, VISITS


class KnownConversation(BaseModel):
    """A conversation that outcomes may come of, open or closed, and what the bot had captured when it began."""

    conversation_id: str
    visitor_id: str
    visit_id: str
    captured: tuple[Captured, ...]
    status: Literal["open", "closed"]


class ListedConversation(BaseModel):
    """A conversation as lists of a person's show it."""

    conversation_id: str
    visit_id: str
    status: Literal["open", "closed"]
    started_at: datetime


async def conversation_of(reader: Reader, workspace_id: str, conversation_id: str) -> KnownConversation:
    """A conversation of this workspace. Raises NotFound."""
    row = await reader.get(workspace_id, CONVERSATIONS, conversation_id)
    if row is None:
        raise NotFound("conversation")
    return KnownConversation.model_validate(row)


async def require_visit(reader: Reader, workspace_id: str, visit_id: str) -> None:
    """Raises NotFound where this workspace has no such visit."""
    if await reader.get(workspace_id, VISITS, visit_id) is None:
        raise NotFound("visit")


async def conversations_of(
    reader: Reader, workspace_id: str, visitors: Iterable[str], cursor: str | None, limit: int
) -> Page[ListedConversation]:
    """The conversations of visitors, newest first."""
    wheres, order = [{"visitor_id": id_} for id_ in visitors], ("started_at", "conversation_id")
    return await page_of(
        reader, workspace_id, CONVERSATIONS, ListedConversation, wheres, order, cursor, limit
    )
