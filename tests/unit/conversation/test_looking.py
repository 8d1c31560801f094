"""Between sweeps of everything, only what is news is looked at; and whatever is missed there, the next sweep finds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest
from sqlalchemy import Table

from contracts.conversation import Released, VisitorLeft, VisitorReturned
from contracts.envelope import Metadata
from contracts.gateway import AgentRemoved
from contracts.ids import derived_id, stream
from contracts.signals import Beacon, VisitorPresence
from services.chassis.execution import execute
from services.chassis.ports import Row
from services.conversation.decider import DECIDER
from services.conversation.service import SERVICE
from services.conversation.tables import conversations
from services.conversation.timers import AGAIN_S, EVERYTHING_S, Watch
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    STREAM,
    T0,
    VISIT,
    WORKSPACE,
    after,
    recorded,
    start,
    started,
    take,
)

LEFT_S, SILENT_S, OTHERS = 120, 180, 50


class Watched:
    """A conversation that waits, many others, and a watch whose seconds pass one by one, with a sweep in each."""

    def __init__(self) -> None:
        self.edge, self.second, self.read = Edge(SERVICE, T0), 0, list[str]()
        reader = self.edge.rows
        find = reader.find

        async def counted(workspace_id: str | None, table: Table, *more: Any, **options: Any) -> list[Row]:
            found = await find(workspace_id, table, *more, **options)
            if table is conversations:
                self.read += [row["conversation_id"] for row in found]
            return found

        reader.find = counted  # type: ignore[method-assign]
        self.watch = Watch(self.edge.ports, LEFT_S)

    async def carry_out(self, command: Any) -> None:
        metadata = Metadata(WORKSPACE, derived_id(command), "c", "c", "x")
        await execute(self.edge.ports, DECIDER, STREAM, command, metadata)

    def say(self, state: Literal["open", "alive", "closed"], socket: str = "s1") -> None:
        signal = VisitorPresence(workspace_id=WORKSPACE, visit_id=VISIT, socket=socket, state=state, at=T0)
        self.watch.visitors.heard(signal, after(self.second))

    async def turn(self) -> None:
        """One sweep, now."""
        await self.watch.turn(after(self.second))

    async def until(self, second: int, *, alive: bool = False) -> None:
        """Time passes, with a sweep each second."""
        while self.second < second:
            self.second += 1
            self.watch.visitors.heard(Beacon(gateway="g", at=T0), after(self.second))
            if alive and self.second % 60 == 0:
                self.say("alive")
            await self.turn()

    def told(self) -> list[type]:
        """What became of the visitor and the holder."""
        kinds = (VisitorLeft, VisitorReturned, Released)
        return [type(event) for event in self.edge.events(STREAM) if isinstance(event, kinds)]


@pytest.fixture
async def watched() -> Watched:
    watched = Watched()
    await watched.carry_out(start())
    for number in range(OTHERS):
        id_ = derived_id("conversation", number)
        visit_id = derived_id("visit", number)
        event = started.model_copy(update={"conversation_id": id_, "visit_id": visit_id})
        watched.edge.rows.fold(recorded(event, 1, of=stream("conversation", id_)))
    return watched


async def test_of_conversations_of_which_nothing_is_heard_none_is_read_between_sweeps_of_everything(
    watched: Watched,
) -> None:
    watched.say("open")
    await watched.turn()
    assert len(watched.read) == OTHERS + 1

    await watched.until(EVERYTHING_S - 1)
    assert len(watched.read) == OTHERS + 1
    await watched.until(EVERYTHING_S)
    assert len(watched.read) == 2 * (OTHERS + 1)


async def test_whoever_leaves_and_returns_is_told_without_a_sweep_of_everything(watched: Watched) -> None:
    watched.say("open")
    await watched.until(62)  # A sweep of everything was just made.
    watched.say("alive")
    watched.say("closed")
    await watched.until(62 + LEFT_S - 1)
    assert watched.told() == []
    await watched.until(62 + LEFT_S)
    assert watched.told() == [VisitorLeft]

    watched.read.clear()
    watched.say("open", "s2")
    await watched.turn()
    assert watched.told() == [VisitorLeft, VisitorReturned]
    assert watched.read == []


async def test_a_socket_that_falls_silent_is_told_without_a_sweep_of_everything(watched: Watched) -> None:
    watched.say("open")
    await watched.until(250, alive=True)
    watched.say("alive")
    await watched.until(250 + SILENT_S)  # Everything was looked at nine seconds ago.
    assert watched.told() == []
    await watched.until(250 + SILENT_S + 2)

    assert watched.told() == [VisitorLeft]


async def test_what_a_removed_agent_holds_waits_anew_at_once(watched: Watched) -> None:
    await watched.carry_out(take())
    watched.say("open")
    await watched.until(5)
    removed = AgentRemoved(at=after(5), agent_id=ADA, by=BOB)
    watched.edge.rows.fold(recorded(removed, 9, of=stream("account", ADA)))

    await watched.until(6)

    assert watched.told() == [Released]


async def test_after_a_failure_everything_is_looked_at(watched: Watched) -> None:
    watched.say("open")
    await watched.until(2)
    watched.say("closed")
    await watched.until(2 + LEFT_S - 1)
    watched.edge.store.fence = "behind"
    with pytest.raises(Exception, match="behind"):
        await watched.until(2 + LEFT_S)
    watched.edge.store.fence = None
    watched.read.clear()

    await watched.until(2 + LEFT_S + AGAIN_S + 1)

    assert watched.told() == [VisitorLeft]
    assert len(watched.read) >= OTHERS + 1


async def test_a_watch_that_begins_anew_looks_at_everything(watched: Watched) -> None:
    watched.say("open")
    await watched.until(5)
    watched.watch = Watch(replace(watched.edge.ports), LEFT_S)
    watched.read.clear()
    watched.edge.clock.move(timedelta(seconds=5))

    await watched.until(6)

    assert len(watched.read) == OTHERS + 1
