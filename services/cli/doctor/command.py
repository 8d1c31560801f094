"""The command `livechat doctor`."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from services.chassis.kafka import KafkaSettings
from services.chassis.settings import BadSettings
from services.cli.catalogue import chosen
from services.cli.doctor.backups import of_backups
from services.cli.doctor.examining import examine
from services.cli.doctor.finding import Finding, status_of
from services.cli.doctor.place import Kind, place_of
from services.cli.reach import reach, say


def doctor(
    names: Annotated[list[str] | None, typer.Argument(help="Services to look at; all if none.")] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            envvar="LIVECHAT_DOCTOR_ADDRESSES",
            help="Processes that are asked at /readyz, by their addresses.",
        ),
    ] = None,
    backups: Annotated[
        Path | None,
        typer.Option(
            envvar="LIVECHAT_BACKUPS", help="The folder that backups are written to, if there is one here."
        ),
    ] = None,
    place: Annotated[
        Kind | None,
        typer.Option(
            envvar="LIVECHAT_DOCTOR_PLACE",
            help="From where commands are told to be run; as nobody says, from where it finds itself.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell it to programs.")] = False,
) -> None:
    """Look at a running installation: 0 all is well, 1 something is wrong, 2 something could not be looked at."""
    try:
        reach()
        services, kafka = chosen(names or ["all"]), KafkaSettings()
    except (LookupError, BadSettings) as error:
        say(f"livechat: {error.args[0] if error.args else error}")
        raise typer.Exit(2) from None
    found = asyncio.run(examine(services, kafka, at or (), place=place_of(place)))
    found += of_backups(backups, datetime.now(UTC)) if backups else []
    if as_json:
        typer.echo(
            json.dumps({"well": not found, "findings": [asdict(one) for one in found]}, ensure_ascii=False)
        )
    else:
        typer.echo("\n".join(map(_told, found)) or "All is well.")
    raise typer.Exit(status_of(found))


def _told(finding: Finding) -> str:
    return f"{finding.about}: {finding.what}\n    {finding.mend}"
