"""Reads of the crm service: leads by age, and what came of a conversation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from contracts.playbook import Captured
from services.chassis.decider import NotFound
from services.chassis.http import BadRequest, Page, cursor_of, read_cursor
from services.chassis.ports import Reader
from services.crm.tables import CONVERSATIONS, LEADS


class ListedLead(BaseModel):
    """A lead as lists show it."""

    lead_id: str
    conversation_id: str | None
    visit_id: str | None
    title: str
    note: str | None
    person: list[Captured]
    cause: Literal["agent", "action_card"]
    by: str | None
    created_at: datetime


class KnownConversation(BaseModel):
    """A conversation that outcomes may come of, open or closed, and what the bot had captured when it began."""

    conversation_id: str
    visitor_id: str
    visit_id: str
    captured: tuple[Captured, ...]
    status: Literal["open", "closed"]


async def conversation_of(reader: Reader, workspace_id: str, conversation_id: str) -> KnownConversation:
    """A conversation of this workspace. Raises NotFound."""
    row = await reader.get(workspace_id, CONVERSATIONS, conversation_id)
    if row is None:
        raise NotFound("conversation")
    return KnownConversation.model_validate(row)


async def page_of_leads(
    reader: Reader, workspace_id: str, cursor: str | None, limit: int
) -> Page[ListedLead]:
    """The workspace's leads, newest first."""
    return await _page(reader, workspace_id, {}, cursor, limit)


async def outcomes_of(
    reader: Reader, workspace_id: str, conversation_id: str, cursor: str | None, limit: int
) -> Page[ListedLead]:
    """What came of a conversation, newest first, with what its visit's action cards made. Raises NotFound.

    The visit names them all: a visit has one conversation at most, because it ends with it.
    """
    conversation = await conversation_of(reader, workspace_id, conversation_id)
    return await _page(reader, workspace_id, {"visit_id": conversation.visit_id}, cursor, limit)


async def _page(
    reader: Reader, workspace_id: str, where: Mapping[str, object], cursor: str | None, limit: int
) -> Page[ListedLead]:
    order, after = ("-created_at", "-lead_id"), _keyset(cursor)
    rows = await reader.find(workspace_id, LEADS, where, order=order, after=after, limit=limit + 1)
    items = [ListedLead.model_validate(row) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(items=items, next=cursor_of((items[-1].created_at, items[-1].lead_id)) if more else None)


def _keyset(cursor: str | None) -> tuple[datetime, str] | None:
    keyset = read_cursor(cursor, 2)
    if keyset is None:
        return None
    try:
        return datetime.fromisoformat(str(keyset[0])), str(keyset[1])
    except ValueError:
        raise BadRequest("bad_cursor", "The cursor is not one that this list gave out.") from None
