"""What decisions and screens read: agents as last known, blocked visitors, open conversations, canned replies."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel

from contracts.conversation import Evidence, Removal
from contracts.envelope import UtcTime
from contracts.ids import stream
from services.chassis.decider import NotFound
from services.chassis.execution import folded, state_of
from services.chassis.http import Page, page, read_cursor
from services.chassis.keyset import pages
from services.chassis.ports import Ports, Reader, Row
from services.conversation.decider import DECIDER
from services.conversation.decider.state import Ended, Open
from services.conversation.decider.visitor import VISITOR, Blocked
from services.conversation.tables import (
    agents,
    blocked_visitors,
    conversations,
    removed_agents,
    replies,
    reply_counts,
)

EVIDENCE_MAX = 50  # As many agents as one event tells; whether anyone is online is what counts.
SWEPT_PAGE = 500


class Seen(NamedTuple):
    """An agent as this service knows them; no evidence where it has never heard of them."""

    name: str
    evidence: Evidence | None


class BlockedVisitor(BaseModel):
    """A blocked visitor: by whom, why, and in which conversation. `version` is that of the visitor's stream."""

    visitor_id: str
    conversation_id: str
    by: str
    by_name: str
    reason: str | None
    blocked_at: UtcTime
    version: int


class Block(BaseModel):
    """Whether a conversation's visitor is blocked; by whom, why and since when, where they are."""

    visitor_id: str
    blocked: bool
    by_name: str | None = None
    reason: str | None = None
    blocked_at: UtcTime | None = None


class CannedReply(BaseModel):
    """A text that all agents share. Only its author, or an owner, may change or remove it.

    `{visitor_name}` and `{agent_name}` in the text are for the screen to fill in.
    """

    reply_id: str
    shortcut: str
    title: str
    text: str
    author_id: str
    author_name: str
    changed_at: UtcTime
    version: int


class OpenConversation(NamedTuple):
    """A conversation that is not closed, in any workspace, as far as those who watch over them need it."""

    workspace_id: str
    conversation_id: str
    visit_id: str
    holder_id: str | None
    visitor_left: bool
    started_at: datetime
    answer_by: datetime
    version: int


async def agent_seen(reader: Reader, workspace_id: str, agent_id: str, now: datetime) -> Seen:
    """One agent's name, and whether they are online as far as is known now. A removed one never is."""
    row = await reader.get(workspace_id, agents, agent_id)
    if row is None:
        return Seen("", None)
    removed = await reader.get(workspace_id, removed_agents, agent_id)
    return Seen(row["name"], _evidence(row if removed is None else {**row, "online": False}, now))


async def agents_for(reader: Reader, workspace_id: str, now: datetime) -> tuple[Evidence, ...]:
    """The workspace's agents who are online as far as is known now; where there are none, those who are not.

    Whoever was removed is not online, also while presence does not say so yet.
    """
    away, order = list[Row](), ("agent_id",)
    async for rows in pages(reader, workspace_id, agents, {"online": True}, order, EVIDENCE_MAX):
        ids = tuple(row["agent_id"] for row in rows)
        gone = await reader.find(workspace_id, removed_agents, {"agent_id": ids}, limit=EVIDENCE_MAX)
        removed = {row["agent_id"] for row in gone}
        online = [row for row in rows if row["agent_id"] not in removed]
        if online:
            return tuple(_evidence(row, now) for row in online)
        away += [{**row, "online": False} for row in rows]
    away += await reader.find(workspace_id, agents, {"online": False}, order=order, limit=EVIDENCE_MAX)
    return tuple(_evidence(row, now) for row in away[:EVIDENCE_MAX])


async def blocked_by(ports: Ports, workspace_id: str, visitor_id: str) -> int | None:
    """The version of the visitor's stream by which an agent has blocked them; None: nobody has.

    By the log itself: what was acknowledged counts at once.
    """
    loaded = await ports.store.load(workspace_id, stream("visitor", visitor_id), "")
    state = await folded(ports, VISITOR, workspace_id, stream("visitor", visitor_id), loaded)
    return loaded.version if isinstance(state, Blocked) else None


async def visitor_of(ports: Ports, workspace_id: str, conversation_id: str) -> str:
    """Whose conversation it is, open or closed. Raises NotFound."""
    state = await state_of(ports, DECIDER, workspace_id, stream("conversation", conversation_id))
    if not isinstance(state, Open | Ended):
        raise NotFound("conversation")
    return state.visitor_id


async def blocked(reader: Reader, workspace_id: str, cursor: str | None, limit: int) -> Page[BlockedVisitor]:
    """The workspace's blocked visitors, the last one first."""
    order = ("-blocked_at", "visitor_id")
    after = read_cursor(cursor, len(order))
    found = await reader.find(workspace_id, blocked_visitors, {"blocked": True}, order, after, limit + 1)
    return page(found, limit, BlockedVisitor, *order)


async def block_of(reader: Reader, workspace_id: str, conversation_id: str) -> Block:
    """Whether the conversation's visitor is blocked. Raises NotFound."""
    conversation = await reader.get(workspace_id, conversations, conversation_id)
    if conversation is None:
        raise NotFound("conversation")
    visitor_id = conversation["visitor_id"]
    row = await reader.get(workspace_id, blocked_visitors, visitor_id)
    if row is None or not row["blocked"]:
        return Block(visitor_id=visitor_id, blocked=False)
    return Block.model_validate(row)


async def replies_of(reader: Reader, workspace_id: str, cursor: str | None, limit: int) -> Page[CannedReply]:
    """The workspace's canned replies, by shortcut."""
    order = ("shortcut", "reply_id")
    after = read_cursor(cursor, len(order))
    return page(
        await reader.find(workspace_id, replies, {}, order, after, limit + 1), limit, CannedReply, *order
    )


async def reply_count(reader: Reader, workspace_id: str) -> int:
    """How many canned replies the workspace has, as far as is known."""
    row = await reader.get(workspace_id, reply_counts)
    return int(row["replies"]) if row else 0


async def open_everywhere(
    reader: Reader, workspace_id: str | None = None
) -> AsyncIterator[list[OpenConversation]]:
    """All conversations that are not closed, of all workspaces or of one, in pages."""
    order = ("workspace_id", "conversation_id")
    async for rows in pages(reader, workspace_id, conversations, {"status": "open"}, order, SWEPT_PAGE):
        yield [_open(row) for row in rows]


async def if_open(reader: Reader, workspace_id: str, conversation_id: str) -> OpenConversation | None:
    """The conversation, unless it is closed."""
    row = await reader.get(workspace_id, conversations, conversation_id)
    return _open(row) if row is not None and row["status"] == "open" else None


def _open(row: Row) -> OpenConversation:
    return OpenConversation(*(row[name] for name in OpenConversation._fields))


async def removed_everywhere(reader: Reader, now: datetime) -> dict[tuple[str, str], Removal]:
    """Everyone who was ever removed, by workspace and agent."""
    read = pages(reader, None, removed_agents, {}, ("workspace_id", "agent_id"), SWEPT_PAGE)
    return {(row["workspace_id"], row["agent_id"]): _removal(row, now) async for rows in read for row in rows}


async def removed_since(reader: Reader, at: datetime, now: datetime) -> dict[tuple[str, str], Removal]:
    """Those who were removed after this time, by workspace and agent, the first SWEPT_PAGE of them."""
    order = ("removed_at", "workspace_id", "agent_id")
    rows = await reader.find(None, removed_agents, {}, order, [at, "", ""], SWEPT_PAGE)
    return {(row["workspace_id"], row["agent_id"]): _removal(row, now) for row in rows}


def _removal(row: Row, now: datetime) -> Removal:
    age_ms = (now - row["removed_at"]) // timedelta(milliseconds=1)
    return Removal(version=row["version"], age_ms=max(0, age_ms))


def _evidence(row: Row, now: datetime) -> Evidence:
    age_ms = (now - row["changed_at"]) // timedelta(milliseconds=1)
    return Evidence(
        agent_id=row["agent_id"], online=row["online"], version=row["version"], age_ms=max(0, age_ms)
    )
