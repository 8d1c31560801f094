"""What the inbox and the decisions read: agents as they were last known, folders, conversations by page."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from contracts.conversation import Evidence
from contracts.envelope import UtcTime
from services.chassis.http import BadRequest, Page, cursor_of, read_cursor
from services.chassis.ports import Reader, Row
from services.conversation.tables import agents, conversations, folder_counts

ONLINE_AGENTS_MAX = 50  # As many as one event tells; whether there is anyone is what counts.


class Seen(NamedTuple):
    """An agent as this service knows them; no evidence where it has never heard of them."""

    name: str
    evidence: Evidence | None


class Folder(BaseModel):
    """A folder of the inbox: "unassigned", "agent:<id>" or "closed", and how many conversations are in it."""

    folder: str
    count: int


class Listed(BaseModel):
    """A conversation in a list. `version` is that of the last event that changed the row."""

    conversation_id: str
    visit_id: str
    status: Literal["open", "closed"]
    holder_id: str | None
    holder_name: str | None
    missed: bool
    started_at: UtcTime
    answer_by: UtcTime
    changed_at: UtcTime
    version: int


async def agent_seen(reader: Reader, workspace_id: str, agent_id: str, now: datetime) -> Seen:
    """One agent's name, and whether they are online as far as is known now."""
    row = await reader.get(workspace_id, agents, agent_id)
    return Seen(row["name"], _evidence(row, now)) if row else Seen("", None)


async def online_agents(reader: Reader, workspace_id: str, now: datetime) -> tuple[Evidence, ...]:
    """The workspace's agents who are online as far as is known now."""
    found = await reader.find(
        workspace_id, agents, {"online": True}, order=("agent_id",), limit=ONLINE_AGENTS_MAX
    )
    return tuple(_evidence(row, now) for row in found)


def _evidence(row: Row, now: datetime) -> Evidence:
    age_ms = (now - row["changed_at"]) // timedelta(milliseconds=1)
    return Evidence(
        agent_id=row["agent_id"], online=row["online"], version=row["version"], age_ms=max(0, age_ms)
    )


async def folders(reader: Reader, workspace_id: str, cursor: str | None, limit: int) -> Page[Folder]:
    """Every folder that ever held a conversation, by its key."""
    keyset = read_cursor(cursor, 1)
    after = [str(keyset[0])] if keyset else None
    found = await reader.find(workspace_id, folder_counts, {}, ("folder",), after, limit + 1)
    items = [Folder(folder=row["folder"], count=row["count"]) for row in found[:limit]]
    return Page(items=items, next=cursor_of([items[-1].folder]) if len(found) > limit else None)


async def in_folder(
    reader: Reader, workspace_id: str, folder: str, cursor: str | None, limit: int
) -> Page[Listed]:
    """A folder's conversations, the latest change first."""
    order = ("-changed_at", "conversation_id")
    found = await reader.find(
        workspace_id, conversations, {"folder": folder}, order, _keyset(cursor), limit + 1
    )
    items = [Listed.model_validate(row) for row in found[:limit]]
    more = len(found) > limit
    return Page(
        items=items, next=cursor_of([items[-1].changed_at, items[-1].conversation_id]) if more else None
    )


def _keyset(cursor: str | None) -> list[Any] | None:
    values = read_cursor(cursor, 2)
    if values is None:
        return None
    try:
        return [datetime.fromisoformat(str(values[0])).astimezone(UTC), str(values[1])]
    except (ValueError, OverflowError):
        raise BadRequest("bad_cursor", "The cursor is not one that this list gave out.") from None
