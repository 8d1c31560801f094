"""`livechat workspace` and `livechat agent`: the first way in, for whoever runs the installation."""

import asyncio
from typing import Annotated

import typer

from contracts.gateway import Role
from services.chassis.wiring import store_ports
from services.cli.reach import failing_in_words, reach
from services.gateway.invitations import (
    CreatedWorkspace,
    Invitation,
    create_workspace,
    invite_agent,
    require_workspace,
)
from services.gateway.service import SERVICE

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
    """Make a workspace and print its id and its owner's one-time link."""

    async def make() -> CreatedWorkspace:
        async with store_ports(SERVICE) as ports:
            return await create_workspace(ports, name, email)

    with failing_in_words():
        reach()
        made = asyncio.run(make())
    typer.echo(f"workspace {made.workspace_id}\nagent {made.agent_id}\nlink {made.link}")


@agent.command("invite")
def invite(
    workspace_id: Annotated[str, typer.Argument(help="The workspace's id.")],
    email: Annotated[str, typer.Argument(help="The agent's e-mail address.")],
    role: Annotated[str, typer.Option(help="owner, editor or agent")] = "agent",
) -> None:
    """Invite somebody to a workspace and print the one-time link."""

    async def make() -> Invitation:
        async with store_ports(SERVICE) as ports:
            await require_workspace(ports, workspace_id)
            return await invite_agent(ports, workspace_id, email, wanted, None)

    with failing_in_words():
        wanted = _role(role)
        reach()
        made = asyncio.run(make())
    typer.echo(f"agent {made.agent_id}\nlink {made.link}")


async def found_workspace(workspace_id: str) -> None:
    """Raises NotFound where there is no such workspace."""
    async with store_ports(SERVICE) as ports:
        await require_workspace(ports, workspace_id)


def _role(text: str) -> Role:
    match text:
        case "owner" | "editor" | "agent":
            return text
        case _:
            raise LookupError(f"There is no role {text}; there are owner, editor and agent.")
