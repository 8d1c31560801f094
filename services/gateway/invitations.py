"""How people get in: a workspace with its first owner, one-time links, and the sessions that links are exchanged for.

Secrets are handed out once and kept by their hash alone; no event holds one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.envelope import Metadata
from contracts.gateway import Role
from contracts.ids import derived_id, stream
from services.chassis.credentials import hash_of, new_secret
from services.chassis.decider import NotFound, Refused
from services.chassis.execution import execute
from services.chassis.ports import Credential, Ports
from services.gateway.accounts.passwords import PASSWORD, is_password_of, keep_password, refuse_weak
from services.gateway.accounts.sessions import (
    JOIN_LINK,
    RESET_LINK,
    NewSession,
    clear_sessions,
    new_session,
)
from services.gateway.accounts.standing import (
    Standing,
    from_here,
    joined,
    key_of,
    settings_of,
    standing,
    standing_of_address,
    tell,
)
from services.gateway.accounts.team import appoint
from services.gateway.accounts.throttle import count_try, name_of, network_of
from services.gateway.commands import CreateWorkspace, InviteAgent, JoinAgent, SetPassword
from services.gateway.decider import account, workspace

VISITOR_SESSION = "visitor_session"


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


class TooManyVisits(Refused):
    """Too many visits begin from one address, or on one site; the window in which they count ends."""

    status = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "too_many_visits", "Too many visits begin here: wait a while.", retry_after_s=retry_after_s
        )


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


def site_of(ours: Sequence[str], origin: str | None, told: str | None) -> str | None:
    """The site of the page that asks: what the browser says, or where that is our own, or nothing, what is told."""
    return origin if origin is not None and origin not in ours else told


def require_site(ours: Sequence[str], sites: Sequence[str], site: str | None) -> None:
    """Raises SiteNotAllowed where the page is on another site than these.

    A request that names no site at all comes from no page, or from one of ours: this keeps sites out, and no programs.
    """
    if site is not None and site not in ours and site not in sites:
        raise SiteNotAllowed(site)


async def count_visit(
    ports: Ports, workspace_id: str, playbook_id: str, site: str | None, address: str
) -> None:
    """Counts a visit before it is given. Raises TooManyVisits."""
    settings = settings_of(ports)
    limits = [
        (name_of("visits", "address", network_of(address)), settings.gateway_visits_address_max),
        (name_of("visits", workspace_id, playbook_id, site or ""), settings.gateway_visits_site_max),
    ]
    await count_try(ports, limits, settings.gateway_visits_window_s, TooManyVisits)


async def create_workspace(ports: Ports, name: str, email: str) -> CreatedWorkspace:
    """Makes a workspace and invites its first owner."""
    workspace_id = ports.ids.new()
    command = CreateWorkspace(workspace_id, name, ports.clock.now())
    told = from_here(ports, workspace_id)
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

    Raises Refused.
    """
    now, key = ports.clock.now(), key_of(ports, email)
    found = await standing_of_address(ports, workspace_id, key)
    command = InviteAgent(found.agent_id, email.strip(), key, role, by, now)
    await tell(ports, found, command, metadata or from_here(ports, workspace_id), fingerprint)
    if not isinstance((await standing(ports, workspace_id, found.agent_id)).state, account.Invited):
        # A late repeat gives no second way in.
        raise Refused("already_joined", "They are in the workspace already.")
    return await _new_link(ports, JOIN_LINK, found, settings_of(ports).gateway_join_link_s)


async def reset_link(ports: Ports, workspace_id: str, agent_id: str) -> Invitation:
    """A link by which somebody who joined sets another password; an older one is over. Raises NotFound."""
    found, _ = await joined(ports, workspace_id, agent_id)
    return await _new_link(ports, RESET_LINK, found, settings_of(ports).gateway_reset_link_s)


async def _new_link(ports: Ports, kind: str, of: Standing, lifetime_s: int) -> Invitation:
    await ports.credentials.end(kind, of.workspace_id, of.agent_id)
    link, credential = _credential(kind, of.workspace_id, of.agent_id, {}, ports.clock.now(), lifetime_s)
    await ports.credentials.keep(credential)
    return Invitation(of.agent_id, link)


async def redeem(
    ports: Ports, link: str, name: str, password: str, correlation_id: str, browser: str = ""
) -> NewSession:
    """Joins by a link, which is used up. Raises BadLink, WeakPassword or Busy.

    The account is joined first: whoever is cut off in between uses the same link again, with the same password.
    """
    found, hash_ = await _of_link(ports, JOIN_LINK, link)
    if not isinstance(found.state, account.Invited | account.Joined):
        raise BadLink
    refuse_weak(ports, password, found.state.email_key)
    password_id = await keep_password(ports, found.workspace_id, found.agent_id, password, ports.clock.now())
    metadata = _by_link(found, "join", hash_, correlation_id)
    await tell(ports, found, JoinAgent(name, password_id, ports.clock.now()), metadata)
    new = await _used_up(ports, found, (JOIN_LINK, hash_), (password_id, password), browser)
    await appoint(ports, new.standing, metadata)
    return new


async def redeem_reset(
    ports: Ports, link: str, password: str, correlation_id: str, browser: str = ""
) -> NewSession:
    """Sets another password by a link, which is used up; all sessions that began before are over.

    Raises BadLink, WeakPassword or Busy. Whoever is cut off in between uses the link again, with the same password.
    """
    found, hash_ = await _of_link(ports, RESET_LINK, link)
    if not isinstance(found.state, account.Joined):
        raise BadLink
    refuse_weak(ports, password, found.state.email_key)
    password_id = await keep_password(ports, found.workspace_id, found.agent_id, password, ports.clock.now())
    metadata = _by_link(found, "reset", hash_, correlation_id)
    await tell(ports, found, SetPassword(password_id, "reset", ports.clock.now()), metadata)
    new = await _used_up(ports, found, (RESET_LINK, hash_), (password_id, password), browser)
    if found.state.password_id != new.account.password_id:
        await ports.credentials.end_one(PASSWORD, found.state.password_id)
    await clear_sessions(ports, new.standing)
    return new


async def _of_link(ports: Ports, kind: str, link: str) -> tuple[Standing, str]:
    hash_ = hash_of(link)
    kept = await ports.credentials.find(kind, hash_, ports.clock.now())
    if kept is None:
        raise BadLink
    return await standing(ports, kept.workspace_id, kept.subject), hash_


def _by_link(of: Standing, what: str, hash_: str, correlation_id: str) -> Metadata:
    """A link does what it is for once: the command's id follows from it."""
    command_id, actor = derived_id(what, hash_), f"agent:{of.agent_id}"
    return Metadata(of.workspace_id, command_id, correlation_id, correlation_id, actor)


async def _used_up(
    ports: Ports, of: Standing, link: tuple[str, str], password: tuple[str, str], browser: str
) -> NewSession:
    """The link becomes a session. Where it had done its work before, the password must be the one that was set."""
    found, state = await joined(ports, of.workspace_id, of.agent_id)
    if state.password_id != password[0]:
        await ports.credentials.end_one(PASSWORD, password[0])
        if not await is_password_of(ports, of.workspace_id, state, password[1]):
            raise BadLink
    new = new_session(ports, found, state, browser)
    if not await ports.credentials.exchange(*link, ports.clock.now(), new.credential):
        raise BadLink
    return new


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


async def visitor_session(ports: Ports, session: str) -> Credential | None:
    """The live session of a visitor."""
    return await ports.credentials.find(VISITOR_SESSION, hash_of(session), ports.clock.now())


def _credential(
    kind: str, workspace_id: str, subject: str, claims: Mapping[str, Any], now: datetime, lifetime_s: int
) -> tuple[str, Credential]:
    secret = new_secret()
    over = now + timedelta(seconds=lifetime_s)
    return secret, Credential(kind, hash_of(secret), workspace_id, subject, dict(claims), over)
