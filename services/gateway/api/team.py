"""The team: who is of the workspace and as what; invitations, roles, removal, and the way back for who forgot."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.gateway import Role
from services.chassis.execution import Done
from services.chassis.http import Accepted, AgentAsk, Body, Cursor, Id, Limit, Page, page, read_cursor
from services.gateway import queries
from services.gateway.accounts import team
from services.gateway.api.edge import Email, OwnerAsk
from services.gateway.invitations import Invitation, invite_agent, reset_link

router = APIRouter(prefix="/agents")

OF_OWNERS = ("email", "reset_link_by", "reset_link_at")


class InviteBody(Body):
    """Whom to invite, and as what."""

    email: Email
    role: Role


class RoleBody(Body):
    """As what from now on."""

    role: Role


class Link(BaseModel):
    """A one-time link to an account; shown once."""

    agent_id: str
    link: str


class Member(BaseModel):
    """Somebody who was invited to the workspace. Address and reset link are shown to owners alone.

    `reset_link_by` is who made the last link to another password, an agent's id or `command_line`; null once another
    password was set.
    """

    agent_id: str
    email: str | None
    name: str | None
    role: Role
    state: str
    online: bool
    invited_at: datetime
    joined_at: datetime | None
    removed_at: datetime | None
    reset_link_by: str | None
    reset_link_at: datetime | None


@router.post("/invite", status_code=201)
async def post_invitation(ask: OwnerAsk, body: InviteBody) -> Link:
    """Invites somebody to the caller's workspace."""
    invitation = await invite_agent(
        ask.ports, ask.workspace_id, body.email, body.role, ask.caller.id, ask.metadata, ask.fingerprint
    )
    return _link(invitation)


@router.get("")
async def get_agents(ask: AgentAsk, cursor: Cursor = None, limit: Limit = 50) -> Page[Member]:
    """Everybody who was ever invited: as what, whether they joined or were removed, and who is online."""
    rows = await queries.team_of(ask.reader, ask.workspace_id, read_cursor(cursor, 1), limit + 1)
    sees = {} if ask.caller.role == "owner" else dict.fromkeys(OF_OWNERS)
    return page([{**row, **sees} for row in rows], limit, Member, "agent_id")


@router.post("/{agent_id}/role")
async def post_role(ask: OwnerAsk, agent_id: Id, body: RoleBody) -> Accepted:
    """Gives somebody another role; the last owner stays one."""
    done = await team.change_role(
        ask.ports, ask.workspace_id, agent_id, body.role, ask.caller.id, ask.metadata, ask.fingerprint
    )
    return _accepted(done)


@router.post("/{agent_id}/reset-link", status_code=201)
async def post_reset_link(ask: OwnerAsk, agent_id: Id) -> Link:
    """A one-time link by which somebody who forgot their password sets another one."""
    made = await reset_link(
        ask.ports, ask.workspace_id, agent_id, ask.caller.id, ask.metadata, ask.fingerprint
    )
    return _link(made)


@router.post("/{agent_id}/remove")
async def post_removal(ask: OwnerAsk, agent_id: Id) -> Accepted:
    """Takes somebody out of the workspace: sessions, tokens and sockets are over. Never the last owner."""
    done = await team.remove_agent(
        ask.ports, ask.workspace_id, agent_id, ask.caller.id, ask.metadata, ask.fingerprint
    )
    return _accepted(done)


def _link(invitation: Invitation) -> Link:
    return Link(agent_id=invitation.agent_id, link=invitation.link)


def _accepted(done: Done) -> Accepted:
    return Accepted(stream=done.stream, version=done.version, repeated=done.repeated)
