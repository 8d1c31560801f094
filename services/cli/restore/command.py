"""The command `livechat restore`."""

import asyncio
from typing import Annotated

import psycopg
import typer

from contracts.personal import ClearKeyring
from services.chassis.kafka import KafkaSettings
from services.chassis.outbox import OutOfStep
from services.chassis.pool import database_urls
from services.cli.alone import StillRunning
from services.cli.catalogue import SERVICES
from services.cli.reach import failing_in_words, reach, say
from services.cli.restore.following import BrokenStream
from services.cli.restore.restoring import Restored, restore_store


def restore(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")],
) -> None:
    """Put back from Kafka the events that a service's database lacks, with what follows from them; may be repeated."""
    with failing_in_words():
        reach()
        if service not in SERVICES:
            raise LookupError(f"There is no service {service}; restore one of {', '.join(SERVICES)}.")
        owner = SERVICES[service]
        try:
            done = asyncio.run(
                restore_store(owner, KafkaSettings(), database_urls(owner.name), ClearKeyring())
            )
        except StillRunning:
            raise LookupError(
                f"Somebody works on {owner.name}'s database: end all of the service's processes first."
            ) from None
        except (OutOfStep, BrokenStream) as different:
            raise LookupError(f"Nothing more was put back, and commands are refused: {different}") from None
        except (psycopg.Error, OSError) as away:  # TimeoutError is one of the latter.
            raise LookupError(f"It was not done, and is to be repeated: {away}") from None
    typer.echo(_told(owner.name, done))
    for stream in done.derived.contested:
        say(f"{stream} goes without what it had claimed: another stream has it, see docs/operations.md")


def _told(name: str, done: Restored) -> str:
    newest = f", the newest of {done.newest:%Y-%m-%d %H:%M:%S} UTC" if done.newest else ""
    derived = done.derived
    return (
        f"{name}: {done.read:,} events read{newest}; {done.added:,} put back; in {derived.streams:,} streams"
        f" {derived.commands:,} commands, {derived.timers:,} timers and {derived.claims:,} claims;"
        f" {done.reactions} reactions go on from where they were"
    )
