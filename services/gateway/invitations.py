"""How people get in: a workspace with its first owner, one-time links, and the sessions that links are exchanged for.

Secrets are handed out once and kept by their hash alone; no event holds one.
"""

from dataclasses import dataclass
from datetime import timedelta

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
from services.gateway.commands import CreateWorkspace, InviteAgent, JoinAgent, MakeResetLink, SetPassword
from services.gateway.decider import account, workspace

COMMAND_LINE = "command_line"
"""Who makes a link, where the operator does."""


class BadLink(Refused):
    """The link is wrong, was used, or is over."""

    status = 401

    def __init__(self) -> None:
        super().__init__("bad_link", "This link is not valid any more: ask for a new one.")


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


async def reset_link(
    ports: Ports, workspace_id: str, agent_id: str, by: str, metadata: Metadata, fingerprint: str = ""
) -> Invitation:
    """A link by which somebody who joined sets another password; an older one is over. Raises NotFound.

    Who makes it (`by`) is recorded first: there is no link without that.
    """
    found, _ = await joined(ports, workspace_id, agent_id)
    await tell(ports, found, MakeResetLink(by, ports.clock.now()), metadata, fingerprint)
    _, state = await joined(ports, workspace_id, agent_id)
    if not state.may_reset:
        # A late repeat gives no way in of which the list tells nothing any more.
        raise NotFound("link")
    return await _new_link(ports, RESET_LINK, found, settings_of(ports).gateway_reset_link_s)


async def _new_link(ports: Ports, kind: str, of: Standing, lifetime_s: int) -> Invitation:
    await ports.credentials.end(kind, of.workspace_id, of.agent_id)
    link, over = new_secret(), ports.clock.now() + timedelta(seconds=lifetime_s)
    await ports.credentials.keep(Credential(kind, hash_of(link), of.workspace_id, of.agent_id, {}, over))
    return Invitation(of.agent_id, link)


async def redeem(
    ports: Ports, link: str, name: str, password: str, correlation_id: str, browser: str = ""
) -> NewSession:
    """Joins by a link, which is used up. Raises BadLink, WeakPassword or Busy.

    The account is joined first, and an owner is counted: whoever is cut off in between uses the same link again, with
    the same password.
    """
    found, hash_ = await _of_link(ports, JOIN_LINK, link)
    if not isinstance(found.state, account.Invited | account.Joined):
        raise BadLink
    refuse_weak(ports, password, found.state.email_key)
    password_id = await keep_password(ports, found.workspace_id, found.agent_id, password, ports.clock.now())
    metadata = _by_link(found, "join", hash_, correlation_id)
    await tell(ports, found, JoinAgent(name, password_id, ports.clock.now()), metadata)
    # Nothing may fail any more once the link is used up: its session would reach nobody.
    await appoint(ports, await standing(ports, found.workspace_id, found.agent_id), metadata)
    return await _used_up(ports, found, (JOIN_LINK, hash_), (password_id, password), browser)


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
    _, now = await joined(ports, found.workspace_id, found.agent_id)
    if found.state.password_id != now.password_id:
        await ports.credentials.end_one(PASSWORD, found.state.password_id)
    await clear_sessions(ports, found)
    return await _used_up(ports, found, (RESET_LINK, hash_), (password_id, password), browser)


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
