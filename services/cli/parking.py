"""`livechat parked retry`, `drop` and `dropped`: what operators do about events that could not be handled."""

import asyncio
import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import psycopg
import typer

from services.chassis.kafka import KafkaSettings
from services.chassis.pool import database_urls, open_pool
from services.chassis.wiring import store_ports
from services.cli.catalogue import chosen
from services.cli.operating import ServiceName
from services.cli.reach import failing_in_words, reach
from services.cli.unparking import Retried, Unparking, Waiting, list_dropped

REASON_CHARS_MAX = 500


def retry(
    service: ServiceName,
    id_: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="A parked event, with all of its key.")
    ] = None,
    consumer: Annotated[str | None, typer.Option(help="All that this consumer parked.")] = None,
    stream: Annotated[str | None, typer.Option(help="All that is parked of this stream.")] = None,
) -> None:
    """Hand parked events to their consumer again, in order; ends with 1 when some are parked again."""

    async def work() -> list[Retried]:
        async with _unparking(service) as unparking:
            found = await unparking.waiting(consumer=consumer, key=stream, id_=id_)
            if id_ is not None and not any(one.key or one.id == id_ for one in found):
                raise LookupError(f"{service} has no parked event {id_}.")
            return [await unparking.retry(one) for one in found if id_ is None or one.key or one.id == id_]

    with failing_in_words():
        if id_ is None and consumer is None and stream is None:
            raise LookupError("Say what to retry: an ID, --consumer NAME or --stream STREAM.")
        reach()
        done = asyncio.run(work())
    if not done:
        typer.echo("Nothing is parked.")
    for one in done:
        _tell(one)
    raise typer.Exit(1 if any(one.held for one in done) else 0)


def drop(
    service: ServiceName,
    id_: Annotated[int, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Option(help="Why; kept with who dropped it and when.")],
    by: Annotated[str, typer.Option(help="Who decides it; your login name if nobody is named.")] = "",
) -> None:
    """Give up a parked event for good, and hand what waits behind it to its consumer."""

    async def work(why: str, who: str) -> tuple[Waiting, Retried]:
        async with _unparking(service) as unparking:
            dropped = await unparking.drop(id_, why, who)
            return dropped, await unparking.retry(dropped)

    with failing_in_words():
        why, who = reason.strip(), by.strip() or getpass.getuser()
        if not 1 <= len(why) <= REASON_CHARS_MAX:
            raise LookupError(f"A reason has 1 to {REASON_CHARS_MAX} characters.")
        reach()
        dropped, behind = asyncio.run(work(why, who))
    typer.echo(f"{service} {id_} {dropped.consumer} {dropped.key} dropped by {who}: {why}")
    if behind.taken or behind.held:
        _tell(behind)


def dropped(
    service: ServiceName,
    after: Annotated[int, typer.Option(help="Only ids above this one.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """List what was given up: by whom, when, and why."""

    async def work() -> list[str]:
        (owner,) = chosen([service])
        async with await psycopg.AsyncConnection.connect(database_urls(owner.name).worker) as connection:
            return [
                f"{one.id} {one.consumer} {one.key} {one.topic}[{one.partition}]@{one.offset}"
                f" {one.dropped_at:%Y-%m-%dT%H:%M:%SZ} {one.dropped_by}: {one.reason} (parked: {one.parked_for})"
                for one in await list_dropped(connection, after=after, limit=limit)
            ]

    with failing_in_words():
        reach()
        lines = asyncio.run(work())
    for line in lines:
        typer.echo(line)


@asynccontextmanager
async def _unparking(service: str) -> AsyncIterator[Unparking]:
    (owner,) = chosen([service])
    async with (
        store_ports(owner) as ports,
        open_pool(database_urls(owner.name).worker, name="livechat") as workers,
    ):
        yield Unparking(owner, workers, ports, KafkaSettings().naming)


def _tell(one: Retried) -> None:
    where = f"{one.waiting.consumer} {one.waiting.key or one.waiting.id}"
    again = f"; {one.held.id} is parked again: {one.held.reason}" if one.held else ""
    typer.echo(f"{where}: {one.taken} taken{again}")
