"""`livechat playbook`: playbooks as files, out of a workspace and into it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_core import from_json

from contracts.envelope import Metadata
from contracts.ids import derived_id, stream
from contracts.playbook_document import DOCUMENT_BYTES_MAX, PlaybookDocument
from services.chassis.execution import execute
from services.chassis.ports import Ports
from services.chassis.wiring import store_ports
from services.cli.onboarding import found_workspace
from services.cli.reach import failing_in_words, reach, say
from services.playbook.api.playbooks import DocumentBody
from services.playbook.commands.playbook import ImportPlaybook, PlaybookCommand, ReplaceDraft
from services.playbook.decider.playbook import DECIDER
from services.playbook.decider.problems import problems
from services.playbook.queries import document_of
from services.playbook.service import SERVICE

OPERATOR = derived_id("operator")
"""Stands where an event names the agent who did it."""
ERRORS_TOLD_MAX = 50

playbook = typer.Typer(no_args_is_help=True, help="Playbooks as files.")

WorkspaceId = Annotated[str, typer.Option("--workspace", help="The workspace's id.")]


@playbook.command("export")
def export(
    playbook_id: Annotated[str, typer.Argument(help="The playbook's id.")],
    file: Annotated[Path, typer.Argument(help="Where to write it; an existing file is replaced.")],
    workspace_id: WorkspaceId,
) -> None:
    """Write a playbook's name, look and draft to a file."""

    async def read() -> PlaybookDocument:
        async with store_ports(SERVICE) as ports:
            return await document_of(ports, workspace_id, playbook_id)

    with failing_in_words():
        reach()
        text = asyncio.run(read()).model_dump_json(indent=2, exclude_none=True)
        try:
            file.write_text(text + "\n")
        except OSError as error:
            raise LookupError(f"{file} cannot be written: {error.strerror}.") from None


@playbook.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="What `export` wrote, or the like.")],
    workspace_id: WorkspaceId,
    into: Annotated[str | None, typer.Option(help="The playbook whose draft and look it replaces.")] = None,
) -> None:
    """Make a playbook from a file, or replace the draft of one; print its id. What publishing needs is told."""

    async def carry_in() -> str:
        async with store_ports(SERVICE) as ports:
            return await _carried_in(ports, workspace_id, document, into)

    with failing_in_words():
        document = _read(file)
        reach()
        if into is None:
            asyncio.run(found_workspace(workspace_id))
        playbook_id = asyncio.run(carry_in())
    for problem in problems(document.flow):
        say(f"before it can be published: {problem.card_id}: {problem.detail}")
    typer.echo(f"playbook {playbook_id}")


async def _carried_in(ports: Ports, workspace_id: str, document: PlaybookDocument, into: str | None) -> str:
    playbook_id, now = into or ports.ids.new(), ports.clock.now()
    command = _command(document, playbook_id, now, new=into is None)
    command_id = ports.ids.new()
    metadata = Metadata(workspace_id, command_id, command_id, command_id, "service:cli")
    await execute(ports, DECIDER, stream("playbook", playbook_id), command, metadata)
    return playbook_id


def _command(document: PlaybookDocument, playbook_id: str, now: datetime, *, new: bool) -> PlaybookCommand:
    if new:
        return ImportPlaybook(playbook_id=playbook_id, document=document, by=OPERATOR, at=now)
    return ReplaceDraft(document=document, by=OPERATOR, at=now)


def _read(file: Path) -> PlaybookDocument:
    """The document, held to what the route would take. Raises LookupError with everything that is wrong with it."""
    try:
        if file.stat().st_size > DOCUMENT_BYTES_MAX:
            raise LookupError(f"{file} has more than {DOCUMENT_BYTES_MAX} bytes.")
        return DocumentBody.model_validate({"document": from_json(file.read_bytes())}).document
    except OSError as error:
        raise LookupError(f"{file} cannot be read: {error.strerror}.") from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        lines = [f"  {_place(wrong['loc'])}: {wrong['msg']}" for wrong in found[:ERRORS_TOLD_MAX]]
        raise LookupError("\n".join([f"{file} is no playbook document:", *lines])) from None
    except ValueError as error:
        raise LookupError(f"{file} is not JSON: {error}.") from None


def _place(location: Sequence[int | str]) -> str:
    return ".".join(map(str, location[1:])) or "the document"
