"""The conversations and visits that this service knows, each to its own workspace alone."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from contracts.playbook import Captured
from services.chassis.decider import NotFound
from services.chassis.http import Page
from services.chassis.ports import Reader, Row
from services.crm.queries.pages import page_of
from services.crm.tables import CONVERSATIONS, PLAYBOOKS, VISITS


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


def with_chat(reader: Reader, workspace_id: str) -> Callable[[Row], Awaitable[Row]]:
    """Adds to outcomes the conversation that their visit is or became, and the playbook whose card made them.

    Each visit is looked up once.
    """
    chats: dict[str | None, Row | None] = {}
    playbooks: dict[str, str | None] = {}

    async def shown(row: Row) -> Row:
        visit_id, made_in, name = row["visit_id"], row["conversation_id"], None
        of = made_in or visit_id
        if of not in chats:
            chats[of] = await _chat(reader, workspace_id, made_in, visit_id)
        if row["cause"] == "action_card" and visit_id is not None:
            if visit_id not in playbooks:
                playbooks[visit_id] = await _playbook(reader, workspace_id, visit_id)
            name = playbooks[visit_id]
        chat = chats[of]
        return row | {
            "conversation_id": chat["conversation_id"] if chat else made_in,
            "conversation_status": chat["status"] if chat else None,
            "playbook_name": name,
        }

    return shown


async def _chat(
    reader: Reader, workspace_id: str, conversation_id: str | None, visit_id: str | None
) -> Row | None:
    if conversation_id is not None:
        return await reader.get(workspace_id, CONVERSATIONS, conversation_id)
    if visit_id is None:
        return None
    newest = ("-started_at", "-conversation_id")
    found = await reader.find(workspace_id, CONVERSATIONS, {"visit_id": visit_id}, newest, limit=1)
    return found[0] if found else None


async def _playbook(reader: Reader, workspace_id: str, visit_id: str) -> str | None:
    visit = await reader.get(workspace_id, VISITS, visit_id)
    playbook = await reader.get(workspace_id, PLAYBOOKS, visit["playbook_id"]) if visit else None
    return playbook["name"] if playbook else None
