"""What a service's database tells: migrations, read models, fence, parked events, clock, and what waits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.errors import InsufficientPrivilege, UndefinedTable

from services.chassis.migrate import digest_of, migrations_of
from services.chassis.reader import Shapes
from services.chassis.schemas import known_models
from services.chassis.service import Service
from services.cli.doctor.finding import Finding
from services.cli.doctor.place import Place

CONNECT_TIMEOUT_S = 5
CLOCKS_APART_S_MAX = 2.0
LATEST = 100

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Clock = Callable[[], datetime]

_PARKED = """SELECT consumer, count(*), count(DISTINCT key), extract(epoch FROM clock_timestamp() - min(parked_at))::int
    FROM log.parked GROUP BY consumer ORDER BY consumer"""
_EVENTS = """SELECT min(o.pos), extract(epoch FROM log.app_now() - min(e.at))::int
    FROM (SELECT pos FROM log.outbox ORDER BY pos LIMIT 1) AS o JOIN log.events e ON e.pos = o.pos"""
_PUBLISHED = "SELECT DISTINCT topic FROM log.relayed ORDER BY topic"
_OFFSETS = "SELECT consumer, topic, partition, next_offset FROM log.consumer_offsets"
_NEWEST = f"SELECT max(at) FROM (SELECT at FROM log.events ORDER BY pos DESC LIMIT {LATEST}) AS latest"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a service at one moment: the oldest row of each outbox, and where its consumers stand.

    `events_age_s` is how old the oldest unpublished event is; `published`: on which topics.
    """

    event: int | None
    events_age_s: int | None
    state: int | None
    offsets: Mapping[tuple[str, str, int], int]
    published: Sequence[str]


async def connected(url: str) -> Connection:
    """A connection of the workers' role, which sees every workspace."""
    return await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)


async def of_database(service: Service, connection: Connection, clock: Clock, place: Place) -> list[Finding]:
    """All that is wrong in the service's database, but for what waits."""
    found = await _migrations(service.name, connection, place)
    if any("were not applied" in one.what for one in found):
        return found  # What would be asked next may not be there yet.
    return [
        *found,
        *await _fence(service.name, connection, place),
        *await _models(service, connection, place),
        *await _parked(service.name, connection, place),
        *await _clocks(service.name, connection, clock, place),
    ]


async def waiting(connection: Connection) -> Waiting:
    """What waits now."""
    pos, age_s = (await _rows(connection, _EVENTS))[0]
    ((state,),) = await _rows(connection, "SELECT min(seq) FROM log.state_outbox")
    offsets = {(consumer, topic, part): at for consumer, topic, part, at in await _rows(connection, _OFFSETS)}
    return Waiting(pos, age_s, state, offsets, [topic for (topic,) in await _rows(connection, _PUBLISHED)])


async def _rows(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    return await (await connection.execute(statement.encode())).fetchall()


async def _migrations(service: str, connection: Connection, place: Place) -> list[Finding]:
    about, mend = f"{service} migrations", place.migrate(service)
    try:
        applied = dict(await _rows(connection, "SELECT name, sha256 FROM migrations"))
    except UndefinedTable:
        applied = {}
    except InsufficientPrivilege:
        return [Finding(about, "which were applied is not told to the workers' role", mend)]
    known = {name: digest_of(text) for name, text in migrations_of(service).items()}
    found = []
    if missing := [name for name in known if name not in applied]:
        found.append(Finding(about, f"{', '.join(missing)} were not applied", mend))
    if changed := [name for name in known if applied.get(name, known[name]) != known[name]]:
        what = f"{', '.join(changed)} were applied with another text than this version has"
        found.append(
            Finding(about, what, "Run the version that wrote them, and add a new migration instead.")
        )
    if newer := [name for name in applied if name not in known]:
        what = f"{', '.join(newer)} are of a newer version than this command line"
        found.append(Finding(about, what, "Run the command line of the version that is installed."))
    return found


async def _fence(service: str, connection: Connection, place: Place) -> list[Finding]:
    mend = (
        "docs/operations.md, “The store is behind Kafka”. With none of the service's processes running:"
        f" {place.elsewhere(f'restore {service}')}"
    )
    reasons = await _rows(connection, "SELECT reason FROM log.fence ORDER BY reason")
    return [Finding(f"{service} fence", f"every command is refused: {why}", mend) for (why,) in reasons]


async def _models(service: Service, connection: Connection, place: Place) -> list[Finding]:
    known, found = await known_models(connection), list[Finding]()
    unlike = await _unlike(service, connection)
    for model in service.models:
        about = f"{service.name} read models"
        mend = place.livechat(f"rebuild {service.name} {model.name}")
        if model.name not in known:
            found.append(Finding(about, f"{model.name} was never made", mend))
        elif known[model.name] < model.schema:
            what = f"{model.name} has schema {known[model.name]}, this version {model.schema}"
            found.append(Finding(about, f"{what}: it is to be rebuilt", mend))
        elif known[model.name] > model.schema:
            what = f"{model.name} has schema {known[model.name]} of a newer version, this one {model.schema}"
            found.append(Finding(about, f"{what}: it is no longer kept up to date by this one", mend))
        elif model.name in unlike:
            found.append(Finding(about, f"{model.name} has other tables than this version reads", mend))
    return found


async def _unlike(service: Service, connection: Connection) -> set[str]:
    """The models whose tables are not those of this version."""
    shapes = Shapes(service.models)
    await shapes.look(connection)
    return {model.name for model in service.models if not shapes.has(model.name)}


async def _parked(service: str, connection: Connection, place: Place) -> list[Finding]:
    return [
        Finding(
            f"{service} parked",
            f"{consumer} has {count} parked events of {keys} keys, the first {age_s} s ago",
            f"{place.livechat(f'parked list {service}')}, then "
            + place.livechat(f"parked retry {service} --consumer {consumer}"),
        )
        for consumer, count, keys, age_s in await _rows(connection, _PARKED)
    ]


async def _clocks(service: str, connection: Connection, clock: Clock, place: Place) -> list[Finding]:
    about, found, ntp = f"{service} clocks", [], "Set the clocks by NTP: chronyc makestep"
    asked_at = clock()
    ((told, skew_s),) = await _rows(
        connection, "SELECT clock_timestamp(), extract(epoch FROM skew)::int FROM log.clock"
    )
    answered_at = clock()
    took_s = (answered_at - asked_at).total_seconds()
    ahead_s = (told.astimezone(UTC) - asked_at).total_seconds() - took_s / 2
    if abs(ahead_s) > CLOCKS_APART_S_MAX + took_s / 2:
        which = "ahead of" if ahead_s > 0 else "behind"
        found.append(Finding(about, f"PostgreSQL's is {abs(ahead_s):.0f} s {which} this machine's", ntp))
    if skew_s:
        move = place.sql(service, "UPDATE log.clock SET skew = make_interval()")
        found.append(Finding(about, f"the clock of timers was moved by {skew_s} s", move))
    ((newest,),) = await _rows(connection, _NEWEST)
    if newest and (early_s := (newest.astimezone(UTC) - answered_at).total_seconds()) > CLOCKS_APART_S_MAX:
        what = f"an event is {early_s:.0f} s younger than now: the process that recorded it is ahead of this machine"
        found.append(Finding(about, what, ntp))
    return found
