"""How people get in: a workspace with its first owner, one-time links, and the sessions that links are exchanged for.

Secrets are handed out once and kept by their hash alone; no event holds one.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.envelope import Metadata
from contracts.gateway import Role
from contracts.ids import derived_id, stream
from services.chassis.credentials import hash_of, new_secret
from services.chassis.decider import NotFound, Refused
from services.chassis.execution import execute, state_of
from services.chassis.ports import Credential, Ports
from services.gateway.commands import CreateWorkspace, InviteAgent, JoinAgent
from services.gateway.decider import account, workspace
from services.gateway.settings import GatewaySettings

JOIN_LINK, AGENT_SESSION, VISITOR_SESSION = "join_link", "agent_session", "visitor_session"


class BadLink(Refused):
    """The link is wrong, was used, or is over."""

    status = 401

    def __init__(self) -> None:
        super().__init__("bad_link", "This link is not valid any more: ask for a new one.")


class SiteNotAllowed(Refused):
    """The page that wants a visit is on none of the playbook's sites."""

    status = 403

    def __init__(self, site: str) -> None:
        super().__init__("site_not_allowed", f"The playbook may not be loaded by {site}.", site=site)


@dataclass(frozen=True, slots=True)
class CreatedWorkspace:
    """A new workspace, its owner's account, and the owner's one-time link."""

    workspace_id: str
    agent_id: str
    link: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """An account and the one-time link to it."""

    agent_id: str
    link: str


def settings_of(ports: Ports) -> GatewaySettings:
    """The gateway's own settings."""
    settings: GatewaySettings = ports.own["settings"]
    return settings


def email_key(secret: str, email: str) -> str:
    """The keyed hash of an address; spelling in capitals makes no other one."""
    return hmac.new(secret.encode(), email.strip().casefold().encode(), hashlib.sha256).hexdigest()


def require_site(ours: Sequence[str], sites: Sequence[str], origin: str | None, told: str | None) -> None:
    """Raises SiteNotAllowed where a browser says that the page is on another site than these.

    `origin` is what the browser says; where it is our own, or there is none, it is `told` that counts. A request
    that names no site at all comes from no page, or from one of ours: this keeps sites out, and no programs.
    """
    site = origin if origin is not None and origin not in ours else told
    if site is not None and site not in ours and site not in sites:
        raise SiteNotAllowed(site)


async def create_workspace(ports: Ports, name: str, email: str) -> CreatedWorkspace:
    """Makes a workspace and invites its first owner."""
    workspace_id = ports.ids.new()
    command = CreateWorkspace(workspace_id, name, ports.clock.now())
    told = _from_here(ports, workspace_id)
    await execute(ports, workspace.DECIDER, stream("workspace", workspace_id), command, told)
    invitation = await invite_agent(ports, workspace_id, email, "owner", None)
    return CreatedWorkspace(workspace_id, invitation.agent_id, invitation.link)


async def require_workspace(ports: Ports, workspace_id: str) -> None:
    """Raises NotFound where there is no such workspace."""
    if not (await ports.store.load(workspace_id, stream("workspace", workspace_id), "")).version:
        raise NotFound("workspace")


async def invite_agent(
    ports: Ports,
    workspace_id: str,
    email: str,
    role: Role,
    by: str | None,
    metadata: Metadata | None = None,
    fingerprint: str = "",
) -> Invitation:
    """Invites somebody, or gives a new link where the one before was lost; then the older link is over.

    The account's id follows from the address, so that an invitation cut short can be repeated. Raises Refused.
    """
    now, key = ports.clock.now(), email_key(settings_of(ports).gateway_email_secret.get_secret_value(), email)
    agent_id = derived_id("account", workspace_id, key)
    command = InviteAgent(agent_id, email.strip(), key, role, by, now)
    told = metadata or _from_here(ports, workspace_id)
    account_stream = stream("account", agent_id)
    await execute(ports, account.DECIDER, account_stream, command, told, fingerprint)
    if not isinstance(await state_of(ports, account.DECIDER, workspace_id, account_stream), account.Invited):
        raise Refused(
            "already_joined", "They are in the workspace already."
        )  # A late repeat gives no second way in.
    await ports.credentials.end(JOIN_LINK, workspace_id, agent_id)
    link, credential = _credential(
        JOIN_LINK, workspace_id, agent_id, {}, now, settings_of(ports).gateway_join_link_s
    )
    await ports.credentials.keep(credential)
    return Invitation(agent_id, link)


async def redeem(ports: Ports, link: str, name: str, correlation_id: str) -> tuple[str, Credential]:
    """The session for a link, and the link is used up. Raises BadLink.

    The account is joined first: whoever is cut off in between uses the same link again.
    """
    now, hash_ = ports.clock.now(), hash_of(link)
    found = await ports.credentials.find(JOIN_LINK, hash_, now)
    if found is None:
        raise BadLink
    workspace_id, agent_id = found.workspace_id, found.subject
    account_stream = stream("account", agent_id)
    metadata = Metadata(
        workspace_id, derived_id("join", hash_), correlation_id, correlation_id, actor=f"agent:{agent_id}"
    )
    await execute(ports, account.DECIDER, account_stream, JoinAgent(name, now), metadata)
    joined: account.Joined = await state_of(ports, account.DECIDER, workspace_id, account_stream)
    claims = {"name": joined.name, "role": joined.role}
    lifetime_s = settings_of(ports).gateway_agent_session_s
    session, credential = _credential(AGENT_SESSION, workspace_id, agent_id, claims, now, lifetime_s)
    if not await ports.credentials.exchange(JOIN_LINK, hash_, now, credential):
        raise BadLink
    return session, credential


async def start_visit(
    ports: Ports, workspace_id: str, playbook_id: str, earlier_session: str | None
) -> tuple[str, Credential]:
    """A session for one visit. The visitor stays the same where an earlier session of theirs still counts."""
    now, earlier = ports.clock.now(), None
    if earlier_session is not None:
        earlier = await ports.credentials.find(VISITOR_SESSION, hash_of(earlier_session), now)
    known = earlier is not None and earlier.workspace_id == workspace_id
    visitor_id = earlier.subject if known and earlier else ports.ids.new()
    claims = {"visit_id": ports.ids.new(), "playbook_id": playbook_id}
    lifetime_s = settings_of(ports).gateway_visitor_session_s
    session, credential = _credential(VISITOR_SESSION, workspace_id, visitor_id, claims, now, lifetime_s)
    await ports.credentials.keep(credential)
    return session, credential


async def session_of(ports: Ports, session: str) -> Credential | None:
    """The live session of an agent or a visitor."""
    now, hash_ = ports.clock.now(), hash_of(session)
    agent = await ports.credentials.find(AGENT_SESSION, hash_, now)
    return agent or await ports.credentials.find(VISITOR_SESSION, hash_, now)


def _credential(
    kind: str, workspace_id: str, subject: str, claims: Mapping[str, Any], now: datetime, lifetime_s: int
) -> tuple[str, Credential]:
    secret = new_secret()
    over = now + timedelta(seconds=lifetime_s)
    return secret, Credential(kind, hash_of(secret), workspace_id, subject, dict(claims), over)


def _from_here(ports: Ports, workspace_id: str) -> Metadata:
    """The metadata of a command that begins here, for nobody's request."""
    first = ports.ids.new()
    return Metadata(workspace_id, first, first, first, actor="service:gateway")
