"""Rows → answers: folders, transcripts and agents, each a page by its keyset and within one workspace."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Table

from contracts.gateway import ViewFilters
from contracts.ids import category_of, id_of, stream
from services.chassis.ports import Reader, Row
from services.chassis.words import Asked
from services.gateway.tables import (
    EVERY,
    agent_places,
    agents,
    asked,
    blocked_visitors,
    conversations,
    folder_counts,
    inbox,
    inbox_places,
    received_files,
    said,
    saved_views,
    team,
    transcripts,
    walks,
)

WAIT_S = 2.0
LOOK_EVERY_S = 0.025
FOLDERS_MAX = 1_000
QUEUE_MAX = 1_000
OWNERS_MAX = 1_000
CONVERSATIONS_OF_VISIT_MAX, REQUESTS_MAX = 40, 3
CANDIDATES_MAX = 200
BY_START = ("-started_at", "-conversation_id")

Entry = tuple[int, dict[str, Any] | None]
"""A version of a stream and what its reader sees of it."""


async def comes_true(what: Callable[[], Awaitable[bool]]) -> bool:
    """Whether it is true now or becomes so within WAIT_S: read models follow the log a moment later."""
    clock = asyncio.get_running_loop()
    until = clock.time() + WAIT_S
    while not await what():
        if clock.time() >= until:
            return False
        await asyncio.sleep(LOOK_EVERY_S)
    return True


class SavedView(BaseModel):
    """A view of the inbox that an agent keeps."""

    view_id: str
    name: str
    folder: str
    filters: ViewFilters


class SavedViews(BaseModel):
    """One's own views, 50 at most; `version` is that of the account's stream when they changed last, 0 where never."""

    items: list[SavedView] = []
    version: int = 0


async def views_of(reader: Reader, workspace_id: str, agent_id: str) -> SavedViews:
    """The views that an agent keeps, the oldest first."""
    row = await reader.get(workspace_id, saved_views, agent_id)
    return SavedViews.model_validate({"items": row["views"], "version": row["version"]} if row else {})


async def folder_sizes(reader: Reader, workspace_id: str) -> dict[str, int]:
    """How many conversations each folder holds; folders without any may be missing."""
    rows = await reader.find(workspace_id, folder_counts, {}, order=("folder",), limit=FOLDERS_MAX)
    return {str(row["folder"]): int(row["conversations"]) for row in rows}


async def folder(
    reader: Reader,
    workspace_id: str,
    name: str,
    after: Sequence[Any] | None,
    limit: int,
    flags: Iterable[str] = (),
) -> list[Row]:
    """The folder's conversations, the newest first. They are ordered by their start, which never changes.

    `flags` are those of tables.FLAGS that they shall have.
    """
    where = {"folder": name, **dict.fromkeys(flags, True)}
    return await reader.find(workspace_id, inbox, where, order=BY_START, after=after, limit=limit)


async def queue(reader: Reader, workspace_id: str, name: str) -> list[str]:
    """The folder's conversations whose visitors wait within their wait time, those who wait longest in front.

    It holds the QUEUE_MAX that began first.
    """
    where, order = {"folder": name, "missed": False}, ("started_at", "conversation_id")
    rows = await reader.find(workspace_id, inbox, where, order=order, limit=QUEUE_MAX)
    longest = sorted(rows, key=lambda row: (row["waiting_since"], row["conversation_id"]))
    return [str(row["conversation_id"]) for row in longest]


async def may_wait(reader: Reader, workspace_id: str, conversation_id: str) -> bool:
    """Whether the conversation waits for an agent; true also where the inbox does not know of it yet."""
    row = await reader.get(workspace_id, inbox, conversation_id)
    return row is None or (row["status"] == "open" and row["holder_id"] is None and not row["missed"])


def shown(row: Row) -> Row:
    """A conversation of the inbox as screens get it."""
    return {name: value for name, value in row.items() if name not in ("workspace_id", "is_unread")}


@dataclass(frozen=True)
class Found:
    """Conversations by their rows in the inbox and in what was said; and after which keyset there may be more."""

    conversations: list[tuple[Row, Row]]
    rest: list[Any] | None


async def search(
    reader: Reader,
    workspace_id: str,
    words: Asked,
    name: str | None,
    after: Sequence[Any] | None,
    limit: int,
) -> Found:
    """The conversations in which somebody said it, the newest first; in the folder of this name, or in all.

    At most CANDIDATES_MAX are looked at for it. Raises TooBroad.
    """
    most = limit if name is None else CANDIDATES_MAX
    hits = await reader.search(workspace_id, said, words, BY_START, ("-version",), after, most + 1)
    wanted = {"conversation_id": tuple(hit["conversation_id"] for hit in hits)}
    rows = await reader.find(workspace_id, inbox, wanted, limit=most + 1)
    row_of = {row["conversation_id"]: row for row in rows}
    found: list[tuple[Row, Row]] = []
    for place, hit in enumerate(hits):
        if place == most or len(found) == limit:
            last = hits[place - 1]
            return Found(found, [last["started_at"].isoformat(), last["conversation_id"]])
        row = row_of.get(hit["conversation_id"])
        if row is not None and name in (None, row["folder"]):
            found.append((row, hit))
    return Found(found, None)


async def is_in_inbox_as(
    reader: Reader, workspace_id: str, conversation_id: str, who: Mapping[str, str | None]
) -> bool:
    """Whether the conversation is open and its row says all of this, e.g. {"holder_id": …}."""
    row = await reader.get(workspace_id, inbox, conversation_id)
    return row is not None and row["status"] == "open" and all(row[name] == it for name, it in who.items())


async def is_closed(reader: Reader, workspace_id: str, conversation_id: str) -> bool:
    """Whether the conversation is over, as far as the inbox knows."""
    row = await reader.get(workspace_id, inbox, conversation_id)
    return row is not None and row["status"] == "closed"


async def is_blocked(reader: Reader, workspace_id: str, visitor_id: str) -> bool:
    """Whether an agent keeps this visitor from writing, as far as is known here."""
    return await reader.get(workspace_id, blocked_visitors, visitor_id) is not None


async def inbox_reached(reader: Reader, workspace_id: str, conversation_id: str, version: int) -> bool:
    """Whether the inbox knows of this version of the conversation, at once or within WAIT_S."""
    return await _reached(lambda: reader.get(workspace_id, inbox, conversation_id), version)


async def transcript_reached(reader: Reader, workspace_id: str, stream_id: str, version: int) -> bool:
    """Whether the conversation's transcript has this version, at once or within WAIT_S."""
    return await _reached(lambda: conversation(reader, workspace_id, stream_id), version)


async def _reached(read: Callable[[], Awaitable[Row | None]], version: int) -> bool:
    async def known() -> bool:
        row = await read()
        return row is not None and int(row["version"]) >= version

    return await comes_true(known)


async def conversation(reader: Reader, workspace_id: str, stream_id: str) -> Row | None:
    """Which visit a conversation belongs to, and its last version; None where the workspace has no such one."""
    return await reader.get(workspace_id, conversations, stream_id)


async def conversations_of(reader: Reader, workspace_id: str, visit_id: str) -> list[str]:
    """The streams of the conversations of a visit, also of what was only asked for so far: the last requests.

    One before them has its answer: a visitor asks again only once they were told that nobody came.
    """
    where, limit = {"visit_id": visit_id}, CONVERSATIONS_OF_VISIT_MAX
    requests = await reader.find(workspace_id, asked, where, order=("-version",), limit=REQUESTS_MAX)
    # Those that were begun come before those that were declined, which have no such time.
    found = await reader.find(
        workspace_id, conversations, where, order=("started_at", "stream_id"), limit=limit
    )
    begun = [row for row in found if row["started_at"] is not None]
    streams = [stream("conversation", row["conversation_id"]) for row in requests]
    return list(dict.fromkeys([*streams, *(str(row["stream_id"]) for row in begun)]))


async def chat_open_since(reader: Reader, workspace_id: str, visit_id: str) -> datetime | None:
    """When the visit's conversation that is open was begun; None where none is."""
    streams = await conversations_of(reader, workspace_id, visit_id)
    where = {"conversation_id": tuple(map(id_of, streams)), "status": "open"}
    rows = await reader.find(
        workspace_id, inbox, where, order=("conversation_id",), limit=CONVERSATIONS_OF_VISIT_MAX
    )
    return max((row["started_at"] for row in rows), default=None)


async def conversations_of_visitor(
    reader: Reader, workspace_id: str, visitor_id: str, after: Sequence[Any] | None, limit: int
) -> list[Row]:
    """The conversations that were opened for a visitor, in whatever visit, the newest first."""
    where, order = {"visitor_id": visitor_id}, ("-started_at", "-stream_id")
    return await reader.find(workspace_id, conversations, where, order=order, after=after, limit=limit)


async def entries(
    reader: Reader, workspace_id: str, stream_id: str, after: int, limit: int, *, for_visitor: bool
) -> list[Entry]:
    """The versions of a stream above `after`, in order, at most `limit`; a visit is told to its visitor alone."""
    table, column = _source(stream_id, for_visitor)
    rows = await reader.find(
        workspace_id, table, {"stream_id": stream_id}, order=("version",), after=(after,), limit=limit
    )
    return [(int(row["version"]), row[column]) for row in rows]


async def files_reached(
    reader: Reader, workspace_id: str, conversation_id: str, since: datetime, count: int
) -> bool:
    """Whether so many files have come to the conversation since then, as far as the read model knows."""
    where, order = {"conversation_id": conversation_id}, ("-received_at", "-file_id")
    rows = await reader.find(workspace_id, received_files, where, order=order, limit=count)
    return len(rows) == count and bool(rows[-1]["received_at"] > since)


def model_of(stream_id: str) -> str:
    """The name of the read model that keeps this stream."""
    return "walks" if category_of(stream_id) == "visit" else "transcripts"


def _source(stream_id: str, for_visitor: bool) -> tuple[Table, str]:
    if category_of(stream_id) == "visit":
        return walks, "for_visitor"
    return transcripts, "for_visitor" if for_visitor else "for_agent"


async def team_of(reader: Reader, workspace_id: str, after: Sequence[Any] | None, limit: int) -> list[Row]:
    """Everybody who was ever invited to the workspace, by id, and whether they are online."""
    order = ("agent_id",)
    members = await reader.find(workspace_id, team, {}, order=order, after=after, limit=limit)
    # Whoever was online is of the team: so many of them reach as far as the members do.
    present = await reader.find(workspace_id, agents, {}, order=order, after=after, limit=limit)
    online = {row["agent_id"]: row["online"] for row in present}
    return [{**member, "online": bool(online.get(member["agent_id"]))} for member in members]


async def owners_of(reader: Reader, workspace_id: str) -> list[str]:
    """The ids of the owners who joined, as far as is known here."""
    where = {"role": "owner", "state": "joined"}
    found = await reader.find(workspace_id, team, where, order=("agent_id",), limit=OWNERS_MAX)
    return [str(row["agent_id"]) for row in found]


async def workspace_of(reader: Reader, kind: str, key: str) -> str | None:
    """The workspace of a conversation or an agent whose tombstone came; None where it was never heard of."""
    row = await reader.get(EVERY, inbox_places if kind == "conversation" else agent_places, key)
    return str(row["place"]) if row else None
