"""The judgement of a run: facts of its streams, screens, read models, and everything read once more."""

import asyncio
from typing import Any

from contracts.topics import PARTITIONS
from services.chassis.memory_rows import MemoryRows
from services.chassis.models import Key
from services.chassis.ports import Row
from services.chassis.projector import Projection
from services.chassis.reactor import Reacting
from services.notifier.consumers.sending import SENDING
from tests.simulation.facts import FACTS
from tests.simulation.history import History
from tests.simulation.host import Server
from tests.simulation.sights import screens
from tests.simulation.world import World

SHOWN_MAX = 12
COUNTED = {
    "conversation": ("replies.replies", "replies.reply_counts", "replies"),
    "gateway": ("inbox.inbox", "inbox.folder_counts", "conversations"),
}
"""Kept counts: the service, its table of rows with a folder, its table of counts, and the column that counts."""


async def violations(world: World) -> list[str]:
    """Everything that is wrong after a run that has come to rest."""
    history = History(world)
    wrong = list(history.odd)
    for fact in FACTS:
        wrong += fact(world, history)
    for server in world.host.servers.values():
        wrong += [f"{parked.key} is parked: {parked.reason}" for parked in server.rows.parked.values()]
        wrong += await _rebuilt(world, history, server)
    wrong += _recounted(world)
    wrong += await screens(world, history)
    wrong += await _once_more(world)
    return wrong[:SHOWN_MAX]


async def _rebuilt(world: World, history: History, server: Server) -> list[str]:
    """Read models are what a rebuild from the log gives."""
    wrong = []
    for model in server.service.models:
        anew, topic = MemoryRows([model]), server.topics[model.name]
        if model.source.kind == "events":
            await anew.project(model, history.topics[topic])
        else:
            folding = Projection(server.service.name, model, topic, anew, server.ports.keyring)
            while slices := world.host.log.after(topic, await folding.positions(range(PARTITIONS))):
                await folding.handle(slices)
        live = {key: row for key, row in server.rows.rows.items() if key[0] in model.tables}
        if live != anew.rows:
            told = f"{server.service.name}'s {model.name} is not what a rebuild gives"
            wrong.append(f"{told}: {_first_difference(live, anew.rows)}")
    return wrong


def _first_difference(live: dict[Key, Row], anew: dict[Key, Row]) -> str:
    key = next(key for key in [*live, *anew] if live.get(key) != anew.get(key))
    return f"{key[0].name} {key[1]} is {live.get(key)}, rebuilt {anew.get(key)}"


def _recounted(world: World) -> list[str]:
    """Kept counts are what counting gives."""
    wrong = []
    for name, (rows_table, counts_table, column) in COUNTED.items():
        counted: dict[tuple[Any, ...], int] = {}
        kept: dict[tuple[Any, ...], int] = {}
        for (table, _), row in world.host.servers[name].rows.rows.items():
            place = row["workspace_id"], row.get("folder")
            if table.fullname == rows_table:
                counted[place] = counted.get(place, 0) + 1
            elif table.fullname == counts_table and row[column]:
                kept[place] = row[column]
        if counted != kept:
            wrong.append(f"{name} keeps the counts {kept}; counted again they are {counted}")
    return wrong


async def _once_more(world: World) -> list[str]:
    """Every reaction that reads its topic once more, from the beginning, changes nothing."""
    before = _lengths(world)
    for server in world.host.servers.values():
        for reaction in server.service.reactions:
            if reaction is SENDING:
                continue  # It hands over again what it reads again: that is for nobody's stream to absorb.
            topic = world.host.naming.of(reaction.source)
            again = Reacting(reaction, topic, MemoryRows(), server.ports)
            while slices := world.host.log.after(topic, await again.positions(range(PARTITIONS))):
                await asyncio.wait_for(again.handle(slices), 60)
    after = _lengths(world)
    return [
        f"{stream} has {length} versions after everything was read once more, before {before.get(stream, 0)}"
        for stream, length in after.items()
        if before.get(stream, 0) != length
    ]


def _lengths(world: World) -> dict[str, int]:
    return {
        stream: len(events)
        for server in world.host.servers.values()
        for stream, events in server.store.streams.items()
    }
