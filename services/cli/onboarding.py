"""`livechat workspace` and `livechat agent`: the first way in, for whoever runs the installation."""

import asyncio
import re
from typing import Annotated

import typer

from contracts.gateway import Role
from contracts.ids import UUID_PATTERN
from services.chassis.ports import Ports, Row
from services.chassis.wiring import store_ports
from services.cli.reach import failing_in_words, reach
from services.gateway import queries
from services.gateway.accounts.standing import from_here, key_of, standing_of_address
from services.gateway.accounts.team import remove_agent
from services.gateway.invitations import (
    COMMAND_LINE,
    CreatedWorkspace,
    Invitation,
    create_workspace,
    invite_agent,
    require_workspace,
    reset_link,
)
from services.gateway.service import SERVICE

TEAM_PAGE = 500

workspace = typer.Typer(no_args_is_help=True, help="Workspaces: one for each company.")
agent = typer.Typer(no_args_is_help=True, help="The agents of a workspace.")


@workspace.callback()
def _workspaces() -> None:
    """Workspaces: one for each company."""


@agent.callback()
def _agents() -> None:
    """The agents of a workspace."""


@workspace.command("create")
def create(
    name: Annotated[str, typer.Argument(help="The company's name.")],
    email: Annotated[str, typer.Argument(help="Its first owner's e-mail address.")],
) -> None:
    """Make a workspace and print its id, its owner's one-time link, and the address that opens it."""

    async def make() -> CreatedWorkspace:
        async with store_ports(SERVICE) as ports:
            return await create_workspace(ports, name, email)

    with failing_in_words():
        origin = reach()
        made = asyncio.run(make())
    typer.echo(f"workspace {made.workspace_id}\nagent {made.agent_id}\nlink {made.link}")
    _tell_address(origin, "join", made.link)


@agent.command("invite")
def invite(
    workspace_id: Annotated[str, typer.Argument(help="The workspace's id.")],
    email: Annotated[str, typer.Argument(help="The agent's e-mail address.")],
    role: Annotated[str, typer.Option(help="owner, editor or agent")] = "agent",
) -> None:
    """Invite somebody to a workspace and print the one-time link, and the address that opens it."""

    async def make() -> Invitation:
        async with store_ports(SERVICE) as ports:
            await require_workspace(ports, workspace_id)
            return await invite_agent(ports, workspace_id, email, wanted, None)

    with failing_in_words():
        wanted = _role(role)
        origin = reach()
        made = asyncio.run(make())
    typer.echo(f"agent {made.agent_id}\nlink {made.link}")
    _tell_address(origin, "join", made.link)


async def found_workspace(workspace_id: str) -> None:
    """Raises NotFound where there is no such workspace."""
    async with store_ports(SERVICE) as ports:
        await require_workspace(ports, workspace_id)


@agent.command("reset")
def reset(
    workspace_id: Annotated[str, typer.Argument(help="The workspace's id.")],
    who: Annotated[str, typer.Argument(help="The agent's e-mail address or id.")],
) -> None:
    """Print a one-time link by which an agent who forgot their password sets another one."""

    async def make() -> Invitation:
        async with store_ports(SERVICE) as ports:
            agent_id = await _agent_id(ports, workspace_id, who)
            return await reset_link(
                ports, workspace_id, agent_id, COMMAND_LINE, from_here(ports, workspace_id)
            )

    with failing_in_words():
        origin = reach()
        made = asyncio.run(make())
    typer.echo(f"agent {made.agent_id}\nlink {made.link}")
    _tell_address(origin, "reset", made.link)


def _tell_address(origin: str | None, page: str, link: str) -> None:
    """Where a link is opened in a browser; it stands behind the `#`, which no server is told."""
    if origin is not None:
        typer.echo(f"open {origin}/inbox/{page}#{link}")


@agent.command("remove")
def remove(
    workspace_id: Annotated[str, typer.Argument(help="The workspace's id.")],
    who: Annotated[str, typer.Argument(help="The agent's e-mail address or id.")],
) -> None:
    """Take an agent out of a workspace; their sessions end, and their address is free again."""

    async def take_out() -> str:
        async with store_ports(SERVICE) as ports:
            agent_id = await _agent_id(ports, workspace_id, who)
            await remove_agent(ports, workspace_id, agent_id, None, from_here(ports, workspace_id))
            return agent_id

    with failing_in_words():
        reach()
        typer.echo(f"removed {asyncio.run(take_out())}")


@agent.command("list")
def show(workspace_id: Annotated[str, typer.Argument(help="The workspace's id.")]) -> None:
    """List everybody who was ever invited to a workspace: id, state, role, address, name."""

    async def read() -> list[Row]:
        async with store_ports(SERVICE) as ports:
            await require_workspace(ports, workspace_id)
            return await _team(ports, workspace_id)

    with failing_in_words():
        reach()
        for row in asyncio.run(read()):
            columns = ("agent_id", "state", "role", "email", "name")
            typer.echo("\t".join(str(row[column] or "") for column in columns))


async def _agent_id(ports: Ports, workspace_id: str, who: str) -> str:
    """The account that an id or an address means."""
    if re.match(UUID_PATTERN, who):
        return who
    return (await standing_of_address(ports, workspace_id, key_of(ports, who))).agent_id


async def _team(ports: Ports, workspace_id: str) -> list[Row]:
    found: list[Row] = []
    after: list[str] | None = None
    while page := await queries.team_of(ports.reader, workspace_id, after, TEAM_PAGE):
        found += page
        after = [page[-1]["agent_id"]]
    return found


def _role(text: str) -> Role:
    match text:
        case "owner" | "editor" | "agent":
            return text
        case _:
            raise LookupError(f"There is no role {text}; there are owner, editor and agent.")
