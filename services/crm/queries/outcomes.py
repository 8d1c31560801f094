"""What came of chats: by kind, by conversation, by visit, by person."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from contracts.crm import CausedBy
from contracts.playbook import Captured
from services.chassis.http import Page
from services.chassis.ports import Reader, Row
from services.crm.queries.chats import conversation_of, require_visit, with_chat
from services.crm.queries.pages import page_of
from services.crm.queries.persons import with_person
from services.crm.tables import OUTCOMES

Kind = Literal["lead", "deal", "activity"]
Cause = Literal["agent", "action_card"]


class Outcome(BaseModel):
    """A lead, a deal or an activity as lists show it. `conversation_id` is the conversation in which it was made, or
    which its visit became later; null where the visit met nobody. `person` is what was known of the visitor then,
    `person_id` who they are now, null where that is not known. `caused_by` is the command or the event that it came
    from, and `playbook_name` what the playbook is called now whose card made it."""

    kind: Kind
    outcome_id: str
    conversation_id: str | None
    conversation_status: Literal["open", "closed"] | None
    visit_id: str | None
    person_id: str | None
    title: str
    note: str | None
    person: list[Captured]
    value_minor: int | None
    currency: str | None
    activity_kind: Literal["call", "meeting", "task", "email"] | None
    due_at: datetime | None
    cause: Cause
    by: str | None
    playbook_name: str | None
    caused_by: CausedBy
    created_at: datetime


async def outcomes_of_kind(
    reader: Reader, workspace_id: str, kind: Kind, cause: Cause | None, cursor: str | None, limit: int
) -> Page[Outcome]:
    """The workspace's outcomes of a kind, newest first; of one cause, where it is named."""
    where: dict[str, str] = {"kind": kind, **({"cause": cause} if cause else {})}
    return await _page(reader, workspace_id, [where], cursor, limit)


async def outcomes_of_conversation(
    reader: Reader, workspace_id: str, conversation_id: str, cursor: str | None, limit: int
) -> Page[Outcome]:
    """What came of a conversation, newest first, with what its visit's action cards made. Raises NotFound.

    The visit names them all: a visit has one conversation at most, because it ends with it.
    """
    conversation = await conversation_of(reader, workspace_id, conversation_id)
    return await _page(reader, workspace_id, [{"visit_id": conversation.visit_id}], cursor, limit)


async def outcomes_of_visit(
    reader: Reader, workspace_id: str, visit_id: str, cursor: str | None, limit: int
) -> Page[Outcome]:
    """What came of a visit, newest first. Raises NotFound."""
    await require_visit(reader, workspace_id, visit_id)
    return await _page(reader, workspace_id, [{"visit_id": visit_id}], cursor, limit)


async def outcomes_of_visitors(
    reader: Reader, workspace_id: str, visitors: Iterable[str], cursor: str | None, limit: int
) -> Page[Outcome]:
    """What came of all visits of these visitors, newest first."""
    wheres = [{"visitor_id": visitor_id} for visitor_id in visitors]
    return await _page(reader, workspace_id, wheres, cursor, limit)


async def _page(
    reader: Reader, workspace_id: str, wheres: Sequence[dict[str, str]], cursor: str | None, limit: int
) -> Page[Outcome]:
    order = ("created_at", "outcome_id")
    person, chat = with_person(reader, workspace_id), with_chat(reader, workspace_id)

    async def shown(row: Row) -> Row:
        return await chat(await person(row))

    return await page_of(reader, workspace_id, OUTCOMES, Outcome, wheres, order, cursor, limit, shown)
