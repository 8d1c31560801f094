"""The reads of inbox and transcripts."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from contracts.ids import UUID_PATTERN, stream
from services.chassis.decider import NotFound, Refused
from services.chassis.http import (
    AgentAsk,
    Ask,
    Cursor,
    Id,
    Limit,
    Page,
    ParticipantAsk,
    cursor_of,
    read_cursor,
)
from services.chassis.ports import Row
from services.gateway import queries
from services.gateway.accounts.throttle import places_in
from services.gateway.accounts.visits import may_read

router = APIRouter()

RETRY_AFTER_S = 1
VERSION_MAX = 2**31 - 1
WAITS_AT_ONCE_MAX = 8
"""Of one caller in one process: whoever waits reads again and again."""
FolderName = Annotated[str, Path(pattern=rf"^(unassigned|mine|closed)$|{UUID_PATTERN}")]

Missed = Annotated[bool, Query(description="Only those that nobody took in time.")]
Unread = Annotated[bool, Query(description="Only those with messages that no holder has read.")]
Left = Annotated[bool, Query(description="Only those whose visitor has left.")]
MinVersion = Annotated[
    int,
    Query(
        ge=0, le=VERSION_MAX, description="Wait for this version of the conversation, two seconds at most."
    ),
]


class Behind(Refused):
    """The read model has not come to the version that was asked for; no error of ours, for there may be none such."""

    status = 425

    def __init__(self) -> None:
        super().__init__(
            "behind", "The version that you wait for is not here yet: ask again.", retry_after_s=RETRY_AFTER_S
        )


class TooManyWaits(Refused):
    """So many reads of one caller wait for versions that more would keep others from reading."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            "too_many_waits",
            f"You wait for {WAITS_AT_ONCE_MAX} versions at once: let one of them come first.",
            retry_after_s=RETRY_AFTER_S,
        )


class Folders(BaseModel):
    """How many conversations are in each folder: unassigned, closed, and one for each agent, by id."""

    counts: dict[str, int] = Field(examples=[{"unassigned": 3, "closed": 40}])


class TranscriptEntry(BaseModel):
    """A version of a conversation; `event` is null where it is not for this reader."""

    version: int
    event: dict[str, Any] | None


@router.get("/folders")
async def get_folders(ask: AgentAsk) -> Folders:
    """How many conversations each folder holds."""
    sizes = await queries.folder_sizes(ask.reader, ask.workspace_id)
    return Folders(counts={"unassigned": 0, "closed": 0, **sizes})


@router.get("/folders/{folder}")
async def get_folder(
    request: Request,
    ask: AgentAsk,
    folder: FolderName,
    cursor: Cursor = None,
    limit: Limit = 50,
    conversation_id: Annotated[str | None, Query(pattern=UUID_PATTERN)] = None,
    min_version: MinVersion = 0,
    missed: Missed = False,
    unread: Unread = False,
    visitor_left: Left = False,
) -> Page[dict[str, Any]]:
    """The folder's conversations, the newest first; each has the fields of a row of kind `conversation`.

    A folder is `unassigned`, `mine`, `closed`, or an agent's id.
    """
    if conversation_id and min_version:
        with _waiting(request, ask):
            if not await queries.inbox_reached(ask.reader, ask.workspace_id, conversation_id, min_version):
                raise Behind
    name = ask.caller.id if folder == "mine" else folder
    after = read_cursor(cursor, 2)
    wanted = {"missed": missed, "is_unread": unread, "visitor_left": visitor_left}
    flags = [flag for flag, is_wanted in wanted.items() if is_wanted]
    rows = await queries.folder(ask.reader, ask.workspace_id, name, after, limit + 1, flags)
    return _page(rows, limit, "started_at", "conversation_id")


@router.get("/conversations/{conversation_id}/transcript")
async def get_transcript(
    request: Request,
    ask: ParticipantAsk,
    conversation_id: Id,
    cursor: Cursor = None,
    limit: Limit = 50,
    min_version: MinVersion = 0,
) -> Page[TranscriptEntry]:
    """What was said and done in a conversation, by version. A visitor reads those of their earlier visits as well."""
    stream_id, caller = stream("conversation", conversation_id), ask.caller
    reached = True
    if min_version:
        with _waiting(request, ask):
            reached = await queries.transcript_reached(ask.reader, ask.workspace_id, stream_id, min_version)
    found = await queries.conversation(ask.reader, ask.workspace_id, stream_id)
    if found is None or not may_read(
        caller, found["visit_id"], found["visitor_id"], found["started_at"], ask.now
    ):
        raise NotFound("conversation")
    if not reached:
        raise Behind
    after, for_visitor = read_cursor(cursor, 1) or [0], caller.kind == "visitor"
    entries = await queries.entries(
        ask.reader, ask.workspace_id, stream_id, after[0], limit + 1, for_visitor=for_visitor
    )
    items = [TranscriptEntry(version=version, event=event) for version, event in entries[:limit]]
    return Page(items=items, next=cursor_of([items[-1].version]) if len(entries) > limit else None)


def _waiting(request: Request, ask: Ask) -> AbstractContextManager[None]:
    """One of the caller's places to wait at. Raises TooManyWaits."""
    return places_in(request.app, "waits", TooManyWaits).held(ask.caller.id, WAITS_AT_ONCE_MAX)


def _page(rows: list[Row], limit: int, *keyset: str) -> Page[dict[str, Any]]:
    """One row more than `limit` was read: it says that there is a rest. The workspace is the reader's own."""
    shown = [queries.shown(row) for row in rows[:limit]]
    last = [shown[-1][name] for name in keyset] if len(rows) > limit else None
    values = last and [value.isoformat() if isinstance(value, datetime) else value for value in last]
    return Page(items=shown, next=cursor_of(values) if values else None)
