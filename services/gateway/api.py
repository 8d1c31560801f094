"""The gateway over HTTP: links, visits, tokens, invitations, and the reads of inbox, transcripts and agents."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field, StringConstraints

from contracts.gateway import Role
from contracts.ids import UUID_PATTERN, stream
from services.chassis.decider import NotFound
from services.chassis.http import (
    AgentAsk,
    Ask,
    BadRequest,
    Body,
    Cursor,
    Forbidden,
    Id,
    Limit,
    Page,
    ParticipantAsk,
    Unauthorised,
    cursor_of,
    read_cursor,
)
from services.chassis.ports import Credential, Ports, Row
from services.chassis.tokens import Caller, Signer
from services.gateway import queries
from services.gateway.commands import EMAIL_CHARS_MAX, NAME_CHARS_MAX
from services.gateway.invitations import (
    AGENT_SESSION,
    invite_agent,
    redeem,
    require_site,
    session_of,
    settings_of,
    start_visit,
)

SECRET_CHARS_MAX = 128
PUBLIC: list[str | Enum] = ["public"]
"""The tag of routes that need no token."""

router = APIRouter()

Secret = Annotated[str, StringConstraints(min_length=1, max_length=SECRET_CHARS_MAX)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_CHARS_MAX)]
Email = Annotated[str, StringConstraints(max_length=EMAIL_CHARS_MAX, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Site = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")]
Uuid = Annotated[str, StringConstraints(pattern=UUID_PATTERN)]
FolderName = Annotated[str, Path(pattern=rf"^(unassigned|mine|closed)$|{UUID_PATTERN}")]


async def _owner(ask: AgentAsk) -> Ask:
    if ask.caller.role != "owner":
        raise Forbidden("Only owners may do this.")
    return ask


OwnerAsk = Annotated[Ask, Depends(_owner)]


class RedeemBody(Body):
    """A one-time link, and what its new owner wants to be called."""

    link: Secret
    name: Name


class VisitBody(Body):
    """Which playbook is visited; an earlier session keeps the visitor the same.

    A frame of ours, whose own origin says nothing, tells in `site` the origin of the page that shows it.
    """

    workspace_id: Uuid
    playbook_id: Uuid
    site: Site | None = None
    visitor_session: Secret | None = None


class TokenBody(Body):
    """The session for which a token is wanted."""

    session: Secret


class InviteBody(Body):
    """Whom to invite, and as what."""

    email: Email
    role: Role


class Token(BaseModel):
    """A token and when it is over."""

    token: str
    token_expires_at: datetime


class AgentSession(Token):
    """An agent's session; shown once."""

    session: str
    agent_id: str
    workspace_id: str


class VisitorSession(Token):
    """A visitor's session of one visit; shown once."""

    session: str
    visit_id: str
    visitor_id: str


class Link(BaseModel):
    """A one-time link to an account; shown once."""

    agent_id: str
    link: str


class Folders(BaseModel):
    """How many conversations are in each folder: unassigned, closed, and one for each agent, by id."""

    counts: dict[str, int] = Field(examples=[{"unassigned": 3, "closed": 40}])


class TranscriptEntry(BaseModel):
    """A version of a conversation; `event` is null where it is not for this reader."""

    version: int
    event: dict[str, Any] | None


def _token(ports: Ports, credential: Credential) -> dict[str, Any]:
    """A token for what the session says of its holder."""
    kind = "agent" if credential.kind == AGENT_SESSION else "visitor"
    who = {
        "kind": kind,
        "id": credential.subject,
        "workspace_id": credential.workspace_id,
        **credential.claims,
    }
    signer: Signer = ports.own["signer"]
    token, over = signer.sign(Caller.model_validate(who), ports.clock.now())
    return {"token": token, "token_expires_at": over}


@router.post("/links/redeem", tags=PUBLIC)
async def redeem_link(request: Request, body: RedeemBody) -> AgentSession:
    """Joins the workspace by a one-time link and answers with a session."""
    ports: Ports = request.app.state.ports
    session, kept = await redeem(ports, body.link, body.name, request.state.correlation_id)
    return AgentSession(
        session=session, agent_id=kept.subject, workspace_id=kept.workspace_id, **_token(ports, kept)
    )


@router.post("/visits", tags=PUBLIC, status_code=201)
async def post_visit(request: Request, body: VisitBody) -> VisitorSession:
    """Gives a visitor a session for a visit to an active playbook."""
    ports: Ports = request.app.state.ports
    sites = await queries.sites_of(ports.reader, body.workspace_id, body.playbook_id)
    if sites is None:
        raise NotFound("playbook")
    require_site(settings_of(ports).origins, sites, request.headers.get("origin"), body.site)
    session, kept = await start_visit(ports, body.workspace_id, body.playbook_id, body.visitor_session)
    visit_id = kept.claims["visit_id"]
    return VisitorSession(session=session, visit_id=visit_id, visitor_id=kept.subject, **_token(ports, kept))


@router.post("/tokens", tags=PUBLIC)
async def post_token(request: Request, body: TokenBody) -> Token:
    """A new token for a live session."""
    ports: Ports = request.app.state.ports
    kept = await session_of(ports, body.session)
    if kept is None:
        raise Unauthorised("The session is over: sign in again.")
    return Token(**_token(ports, kept))


@router.post("/agents/invite", status_code=201)
async def post_invitation(ask: OwnerAsk, body: InviteBody) -> Link:
    """Invites somebody to the caller's workspace."""
    invitation = await invite_agent(
        ask.ports, ask.workspace_id, body.email, body.role, ask.caller.id, ask.metadata, ask.fingerprint
    )
    return Link(agent_id=invitation.agent_id, link=invitation.link)


@router.get("/agents")
async def get_agents(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[dict[str, Any]]:
    """The workspace's agents and who is online."""
    rows = await queries.agents_of(ask.reader, ask.workspace_id, _keyset(cursor, str), limit + 1)
    return _page(rows, limit, "agent_id")


@router.get("/folders")
async def get_folders(ask: AgentAsk) -> Folders:
    """How many conversations each folder holds."""
    sizes = await queries.folder_sizes(ask.reader, ask.workspace_id)
    return Folders(counts={"unassigned": 0, "closed": 0, **sizes})


@router.get("/folders/{folder}")
async def get_folder(
    ask: AgentAsk,
    folder: FolderName,
    cursor: Cursor = None,
    limit: Limit = 50,
    conversation_id: Annotated[str | None, Query(pattern=UUID_PATTERN)] = None,
    min_version: Annotated[int, Query(ge=0, description="Wait for this version of `conversation_id`.")] = 0,
) -> Page[dict[str, Any]]:
    """The folder's conversations, the newest first."""
    if conversation_id is not None:
        await queries.inbox_reached(ask.reader, ask.workspace_id, conversation_id, min_version)
    name = ask.caller.id if folder == "mine" else folder
    after = _keyset(cursor, datetime.fromisoformat, str)
    rows = await queries.folder(ask.reader, ask.workspace_id, name, after, limit + 1)
    return _page(rows, limit, "started_at", "conversation_id")


@router.get("/conversations/{conversation_id}/transcript")
async def get_transcript(
    ask: ParticipantAsk, conversation_id: Id, cursor: Cursor = None, limit: Limit = 50
) -> Page[TranscriptEntry]:
    """What was said and done in a conversation, by version."""
    stream_id, caller = stream("conversation", conversation_id), ask.caller
    found = await queries.conversation(ask.reader, ask.workspace_id, stream_id)
    if found is None or (caller.kind == "visitor" and found["visit_id"] != caller.visit_id):
        raise NotFound("conversation")
    after, for_visitor = _keyset(cursor, int) or [0], caller.kind == "visitor"
    entries = await queries.entries(
        ask.reader, ask.workspace_id, stream_id, after[0], limit + 1, for_visitor=for_visitor
    )
    items = [TranscriptEntry(version=version, event=event) for version, event in entries[:limit]]
    return Page(items=items, next=cursor_of([items[-1].version]) if len(entries) > limit else None)


def _keyset(cursor: str | None, *columns: Callable[[Any], Any]) -> list[Any] | None:
    """The cursor's values as the columns hold them. Raises BadRequest."""
    values = read_cursor(cursor, len(columns))
    try:
        return values and [column(value) for column, value in zip(columns, values, strict=True)]
    except (TypeError, ValueError):
        raise BadRequest("bad_cursor", "The cursor is not one that this list gave out.") from None


def _page(rows: list[Row], limit: int, *keyset: str) -> Page[dict[str, Any]]:
    """One row more than `limit` was read: it says that there is a rest. The workspace is the reader's own."""
    shown = [{name: value for name, value in row.items() if name != "workspace_id"} for row in rows[:limit]]
    last = [shown[-1][name] for name in keyset] if len(rows) > limit else None
    values = last and [value.isoformat() if isinstance(value, datetime) else value for value in last]
    return Page(items=shown, next=cursor_of(values) if values else None)
