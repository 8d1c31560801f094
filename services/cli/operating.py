"""The commands of operators: rebuild a read model, read the log, look at what is parked."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import psycopg
import typer

from contracts.envelope import Recorded
from contracts.personal import ClearKeyring, encode
from contracts.replay import Replay
from contracts.topics import TOPICS, Topic
from services.chassis.kafka import KafkaSettings
from services.chassis.parked import ParkedEvent, list_parked, show_parked
from services.chassis.pool import database_urls
from services.chassis.rebuild import LogIncomplete, RebuildProgress, RebuildRunning, Rebuilt
from services.chassis.rebuild import rebuild as rebuild_model
from services.chassis.settings import KafkaSecurity
from services.cli.catalogue import SERVICES, chosen
from services.cli.reach import failing_in_words, is_known, reach, say

parked = typer.Typer(
    no_args_is_help=True, help="Events that could not be handled, and those that wait behind them."
)

ServiceName = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]


def rebuild(
    service: ServiceName,
    model: Annotated[str, typer.Argument(help="A read model, or `all` of the service's.")],
) -> None:
    """Fold a read model anew beside the live one, then swap them; readers and writers go on meanwhile."""
    with failing_in_words():
        reach()
        (owner,) = chosen([service])
        models = [one for one in owner.models if model in (one.name, "all")]
        if not models:
            raise LookupError(
                f"{service} has no model {model}; it has {', '.join(m.name for m in owner.models)}."
            )
        for one in models:
            try:
                done = asyncio.run(
                    rebuild_model(
                        owner.name, one, KafkaSettings(), database_urls(owner.name), ClearKeyring(), _progress
                    )
                )
            except (RebuildRunning, LogIncomplete) as error:
                raise LookupError(f"{one.name} was not rebuilt: {error or type(error).__name__}") from None
            typer.echo(_told(done))


def _progress(now: RebuildProgress) -> None:
    left = "" if now.left_s is None else f", {now.left_s:.0f} s left"
    say(f"  {now.done:,} of {now.total:,} events, {now.rate:,.0f}/s{left}")


def _told(done: Rebuilt) -> str:
    return (
        f"{done.model}: {done.records:,} events in {done.took_s:.1f} s, swapped in {done.swap_s * 1_000:.0f} ms,"
        f" generation {done.generation}, {done.published} state rows published"
    )


def replay(
    topic: Annotated[
        list[str] | None, typer.Option(help="Topics by contract name; all event topics if none.")
    ] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Event types, e.g. crm.lead_created.v1")
    ] = None,
    since: Annotated[datetime | None, typer.Option(help="From this time on (UTC).")] = None,
    workspace: Annotated[str | None, typer.Option(help="Only this workspace.")] = None,
    follow: Annotated[bool, typer.Option(help="Go on at the end.")] = False,
) -> None:
    """Print recorded events as JSON lines, in order per stream."""
    with failing_in_words():
        reach()
        asyncio.run(
            _replay(_topics(topic), set(type_ or ()) or None, since, workspace, stop_at_end=not follow)
        )


async def _replay(
    topics: Sequence[Topic],
    types: set[str] | None,
    since: datetime | None,
    workspace: str | None,
    *,
    stop_at_end: bool,
) -> None:
    settings = KafkaSettings()
    async with Replay(settings.kafka, settings.naming, security=KafkaSecurity().options()) as client:
        async for recorded in client.events(topics=topics, types=types, since=since, stop_at_end=stop_at_end):
            if workspace in (None, recorded.metadata.workspace_id):
                typer.echo(json.dumps(_line(recorded), ensure_ascii=False))


def _line(recorded: Recorded) -> dict[str, Any]:
    return {
        "stream": recorded.stream,
        "version": recorded.version,
        "type": recorded.type,
        "id": recorded.event_id,
        "actor": recorded.metadata.actor,
        "correlation": recorded.metadata.correlation_id,
        "cause": recorded.metadata.causation_id,
        "data": json.loads(encode(recorded.event)),
    }


def _topics(names: list[str] | None) -> list[Topic]:
    events = {topic.name: topic for topic in TOPICS if topic.kind == "events"}
    unknown = [name for name in names or () if name not in events]
    if unknown:
        raise LookupError(f"There is no event topic {', '.join(unknown)}; there are {', '.join(events)}.")
    return [events[name] for name in names or events]


@parked.command("list")
def list_(
    service: Annotated[str | None, typer.Argument(help="One service; all if none.")] = None,
    after: Annotated[int, typer.Option(help="Only ids above this one.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """List parked events, oldest first."""
    with failing_in_words():
        reach()
        owners = [one for one in chosen([service or "all"]) if service or is_known(one.name)]
        for owner in owners:
            for event in asyncio.run(_parked(owner.name, after, limit)):
                age_s = event.age.total_seconds()
                place = f"{event.topic}[{event.partition}]@{event.offset}"
                typer.echo(
                    f"{owner.name} {event.id} {event.consumer} {event.key} {place} {age_s:.0f}s {event.reason}"
                )
    if not service and (unknown := [name for name in SERVICES if not is_known(name)]):
        say(f"not looked at, for their databases are not known here: {', '.join(unknown)}")


@parked.command("show")
def show(service: ServiceName, id_: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Show one parked event whole: where it lies, why it is parked, its headers and bytes."""
    with failing_in_words():
        reach()
        event = asyncio.run(_one_parked(service, id_))
        if event is None:
            raise LookupError(f"{service} has no parked event {id_}.")
    for name in ("id", "consumer", "topic", "partition", "offset", "key", "reason", "age"):
        typer.echo(f"{name:<10} {getattr(event, name)}")
    for header, value in (event.headers or {}).items():
        typer.echo(f"  {header}: {value}")
    typer.echo(event.value if event.value is not None else "(no value)")


async def _parked(service: str, after: int, limit: int) -> list[ParkedEvent]:
    async with await psycopg.AsyncConnection.connect(
        database_urls(service).worker, autocommit=True
    ) as connection:
        return await list_parked(connection, after=after, limit=limit)


async def _one_parked(service: str, id_: int) -> ParkedEvent | None:
    (owner,) = chosen([service])
    async with await psycopg.AsyncConnection.connect(
        database_urls(owner.name).worker, autocommit=True
    ) as connection:
        return await show_parked(connection, id_)
