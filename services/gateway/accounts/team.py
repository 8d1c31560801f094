"""Roles and removal: of two owners who remove each other at the same moment, the workspace's stream lets one go.

An owner is dismissed by the workspace first, then the account's stream says the rest. Cut short in between, the account
is still an owner's, only not one on whom others can leave the workspace; asked for again, it goes on from there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from contracts.envelope import Metadata
from contracts.gateway import Role
from contracts.ids import derived_id, stream
from services.chassis.decider import NotFound, Refused
from services.chassis.execution import Done, execute
from services.chassis.ports import Ports
from services.gateway import queries
from services.gateway.accounts.passwords import PASSWORD
from services.gateway.accounts.sessions import AGENT_SESSION, JOIN_LINK, RESET_LINK
from services.gateway.accounts.standing import Standing, standing, tell, was_told
from services.gateway.commands import AppointOwner, ChangeRole, DismissOwner, RemoveAgent
from services.gateway.decider import account, workspace

ATTEMPTS_MAX = 3


async def change_role(
    ports: Ports,
    workspace_id: str,
    agent_id: str,
    role: Role,
    by: str | None,
    metadata: Metadata,
    fingerprint: str = "",
) -> Done:
    """Gives the account another role. Raises LastOwner, NotFound or Refused."""

    async def change(found: Standing) -> Done:
        owner = isinstance(found.state, account.Joined) and found.state.role == "owner"
        term = await _let_go(ports, found, metadata, fingerprint) if owner and role != "owner" else 0
        command = ChangeRole(role, by, ports.clock.now(), term)
        return await tell(ports, found, command, metadata, fingerprint)

    done = await _decided(ports, workspace_id, agent_id, change)
    await appoint(ports, await standing(ports, workspace_id, agent_id), metadata)
    return done


async def remove_agent(
    ports: Ports, workspace_id: str, agent_id: str, by: str | None, metadata: Metadata, fingerprint: str = ""
) -> Done:
    """Takes the account out of the workspace, with all that opens it. Raises LastOwner or NotFound."""

    async def remove(found: Standing) -> Done:
        term = await _let_go(ports, found, metadata, fingerprint)
        command = RemoveAgent(by, ports.clock.now(), term)
        return await tell(ports, found, command, metadata, fingerprint)

    done = await _decided(ports, workspace_id, agent_id, remove)
    for kind in (AGENT_SESSION, PASSWORD, JOIN_LINK, RESET_LINK):
        await ports.credentials.end(kind, workspace_id, agent_id)
    return done


async def appoint(ports: Ports, found: Standing, metadata: Metadata) -> None:
    """Lets the workspace count on this account, if it is an owner's who joined."""
    state = found.state
    if isinstance(state, account.Joined) and state.role == "owner":
        command = AppointOwner(found.agent_id, state.term, ports.clock.now())
        await _tell_workspace(ports, found, command, _part(metadata, "appoint", state.term))


async def _decided(
    ports: Ports, workspace_id: str, agent_id: str, decide: Callable[[Standing], Awaitable[Done]]
) -> Done:
    """The outcome for the account as it is; looked at again where it became an owner's in between."""
    for attempt in range(1, ATTEMPTS_MAX + 1):
        found = await standing(ports, workspace_id, agent_id)
        if isinstance(found.state, account.NoAccount):
            raise NotFound("agent")
        try:
            return await decide(found)
        except Refused as refused:
            if refused.code != "role_changed" or attempt == ATTEMPTS_MAX:
                raise
    raise AssertionError("unreachable")


async def _let_go(ports: Ports, found: Standing, metadata: Metadata, fingerprint: str) -> int:
    """The term in which the workspace has let this owner go; 0 for who is none. Raises LastOwner or KeyReused.

    A late repeat of what was carried out lets nobody go: they may be an owner again since.
    """
    state = found.state
    if not isinstance(state, account.Joined) or state.role != "owner":
        return 0
    if await was_told(ports, found, metadata, fingerprint):
        return 0
    command = DismissOwner(found.agent_id, state.term, ports.clock.now())
    told = _part(metadata, "dismiss", state.term)
    try:
        await _tell_workspace(ports, found, command, told)
    except workspace.LastOwner:
        # An owner whose appointment was cut short is not counted yet.
        for agent_id in await queries.owners_of(ports.reader, found.workspace_id):
            await appoint(ports, await standing(ports, found.workspace_id, agent_id), told)
        await _tell_workspace(ports, found, command, told)
    return state.term


async def _tell_workspace(
    ports: Ports, of: Standing, command: AppointOwner | DismissOwner, metadata: Metadata
) -> None:
    await execute(ports, workspace.DECIDER, stream("workspace", of.workspace_id), command, metadata)


def _part(metadata: Metadata, *what: object) -> Metadata:
    """The metadata of a command that is part of what was asked for."""
    return replace(metadata, command_id=derived_id(metadata.command_id, *what))
