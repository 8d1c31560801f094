"""Who watches over open conversations: visitors who are gone or back, holders who are no agents any more."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from contracts.conversation import Closed, Released, Removal, VisitorLeft, VisitorReturned
from contracts.envelope import Metadata
from contracts.gateway import AgentRemoved
from contracts.ids import derived_id, stream
from contracts.signals import Beacon, VisitorPresence
from services.chassis.execution import execute
from services.conversation import timers
from services.conversation.decider import DECIDER
from services.conversation.projections import MODELS
from services.conversation.queries import SWEPT_PAGE, open_everywhere
from services.conversation.service import SERVICE
from services.conversation.settings import ConversationSettings
from services.conversation.timers import Visitors, sweep, watch
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    STREAM,
    T0,
    VISIT,
    WAIT_S,
    WORKSPACE,
    after,
    assigned,
    close,
    recorded,
    start,
    started,
    take,
)
from tests.unit.conversation.known_rows import KnownRows
from tests.unit.heard import Heard

SILENT_S = 60 + 120


def presence(
    state: Literal["open", "alive", "closed"], socket: str = "s1", of: str = VISIT
) -> VisitorPresence:
    return VisitorPresence(workspace_id=WORKSPACE, visit_id=of, socket=socket, state=state, at=T0)


class Listening:
    """Visitors whose time passes second by second, with a beacon every two seconds unless Kafka is silent."""

    def __init__(self) -> None:
        self.visitors, self.second = Visitors(T0), 0

    def listen(self, until: int, *, alive: bool = False, silent: bool = False) -> "Listening":
        """Time passes; an open socket says every minute that it is there."""
        for second in range(self.second + 1, until + 1):
            if alive and second % 60 == 0:
                self.say("alive", at=second)
            if second % 2 == 0 and not silent:
                self.visitors.heard(Beacon(gateway="g", at=after(second)), after(second))
            self.visitors.is_gone(WORKSPACE, "nobody", T0, after(second))
        self.second = until
        return self

    def say(
        self, state: Literal["open", "alive", "closed"], socket: str = "s1", at: int | None = None
    ) -> "Listening":
        self.visitors.heard(presence(state, socket), after(self.second if at is None else at))
        return self

    @property
    def gone(self) -> bool:
        return self.visitors.is_gone(WORKSPACE, VISIT, T0, after(self.second))

    @property
    def here(self) -> bool:
        return self.visitors.is_here(WORKSPACE, VISIT, after(self.second))


def test_a_visitor_is_gone_two_minutes_after_the_last_socket_closed() -> None:
    listening = Listening().listen(300).say("open").listen(310).say("closed")

    assert not listening.listen(429).gone
    assert listening.listen(430).gone
    assert not listening.here


def test_a_visitor_with_another_tab_is_not_gone() -> None:
    listening = Listening().listen(300).say("open").say("open", "s2").say("closed")

    assert not listening.listen(479).gone
    assert listening.here


def test_a_visitor_who_comes_back_in_time_was_never_gone() -> None:
    listening = Listening().listen(300).say("open").say("closed").listen(400).say("open", "s2")

    assert not listening.listen(500).gone
    assert listening.here


def test_a_socket_that_says_every_minute_that_it_is_there_is_there() -> None:
    listening = Listening().say("open").listen(3_600, alive=True)

    assert (listening.gone, listening.here) == (False, True)


def test_a_socket_that_falls_silent_is_lost_and_two_minutes_later_its_visitor_is_gone() -> None:
    listening = Listening().listen(600).say("alive")

    assert not listening.listen(600 + SILENT_S).gone
    assert listening.listen(600 + SILENT_S + 1).gone


def test_nobody_is_gone_before_all_sockets_could_be_heard_after_the_start() -> None:
    assert not Listening().listen(SILENT_S - 1).gone
    assert Listening().listen(SILENT_S).gone


def test_a_gap_in_the_beacons_postpones() -> None:
    listening = Listening().listen(300).say("open").say("closed").listen(360).listen(660, silent=True)

    assert not listening.gone
    assert not listening.listen(661 + 118).gone
    assert listening.listen(662 + 121).gone


def test_what_is_long_over_is_forgotten() -> None:
    listening = Listening().say("open").say("open", "s2").say("closed", "s2").listen(7_200)

    listening.visitors.forget(after(7_200))

    assert listening.visitors._sockets == {}
    assert listening.visitors._gone_at == {}
    assert listening.gone


@pytest.fixture
async def edge() -> Edge:
    """A conversation waits."""
    edge = Edge(SERVICE, T0)
    await carry_out(edge, start())
    return edge


async def carry_out(edge: Edge, command: Any) -> None:
    metadata = Metadata(WORKSPACE, derived_id(command), "c", "c", "x")
    await execute(edge.ports, DECIDER, STREAM, command, metadata)


async def test_a_sweep_tells_once_that_the_visitor_left_and_returned(edge: Edge) -> None:
    listening = Listening().listen(SILENT_S)
    await sweep(edge.ports, listening.visitors, after(SILENT_S))
    assert await sweep(edge.ports, listening.visitors, after(SILENT_S)) == 0
    assert isinstance(edge.events(STREAM)[-1], VisitorLeft)
    assert edge.store.streams[STREAM][-1].metadata.actor == "service:conversation"

    listening.say("open")
    await sweep(edge.ports, listening.visitors, after(SILENT_S + 1))
    await sweep(edge.ports, listening.visitors, after(SILENT_S + 2))

    left, returned = edge.events(STREAM)[-2:]
    assert isinstance(left, VisitorLeft)
    assert isinstance(returned, VisitorReturned)
    assert (left.silent_since, returned.heard_at) == (T0, after(SILENT_S))


async def test_who_closed_the_panel_is_told_to_be_silent_since_then(edge: Edge) -> None:
    listening = Listening().listen(30).say("open").listen(100).say("closed").listen(220)
    await sweep(edge.ports, listening.visitors, after(220))

    left = edge.events(STREAM)[-1]
    assert isinstance(left, VisitorLeft)
    assert left.silent_since == after(100)


async def test_two_replicas_and_a_sweep_that_knows_too_little_tell_it_once(edge: Edge) -> None:
    stale = replace(edge.ports, reader=KnownRows(MODELS, [recorded(started, 1)]))
    visitors = Listening().listen(SILENT_S).visitors

    for ports in (edge.ports, stale, edge.ports, stale):
        await sweep(ports, visitors, after(SILENT_S))

    assert sum(isinstance(event, VisitorLeft) for event in edge.events(STREAM)) == 1


async def test_a_sweep_that_knows_too_little_leaves_a_closed_conversation_alone(edge: Edge) -> None:
    stale = replace(edge.ports, reader=KnownRows(MODELS, [recorded(started, 1)]))
    await carry_out(edge, close())

    await sweep(stale, Listening().listen(SILENT_S).visitors, after(SILENT_S))

    assert isinstance(edge.events(STREAM)[-1], Closed)


REMOVED = recorded(AgentRemoved(at=after(5), agent_id=ADA, by=BOB), 9, of=stream("account", ADA))


@pytest.mark.parametrize("removed_first", [True, False])
async def test_what_a_removed_agent_holds_waits_anew_in_whatever_order_it_became_known(
    edge: Edge, removed_first: bool
) -> None:
    if removed_first:
        edge.rows.fold(REMOVED)
        await sweep(edge.ports, Listening().visitors, after(9))
        await carry_out(edge, take())  # Decided before the removal was seen.
    else:
        await carry_out(edge, take())
        edge.rows.fold(REMOVED)

    for second in (10, 11):
        await sweep(edge.ports, Listening().visitors, after(second))

    released = edge.events(STREAM)[-1]
    assert isinstance(released, Released)
    assert (released.previous_agent_id, released.answer_by) == (ADA, after(10 + WAIT_S))
    assert released.removal == Removal(version=9, age_ms=5_000)
    assert sum(isinstance(event, Released) for event in edge.events(STREAM)) == 1
    assert edge.store.timers[STREAM, "wait"][1] == released.answer_by


async def test_an_agent_of_the_same_id_elsewhere_keeps_theirs(edge: Edge) -> None:
    elsewhere = replace(REMOVED.metadata, workspace_id=derived_id("another workspace"))
    await carry_out(edge, take())
    edge.rows.fold(replace(REMOVED, metadata=elsewhere))

    assert await sweep(edge.ports, Listening().visitors, after(10)) == 0


async def test_all_open_conversations_are_watched_however_many_they_are() -> None:
    rows = KnownRows(MODELS)
    for number in range(2 * SWEPT_PAGE):
        id_, workspace_id = derived_id("conversation", number), derived_id("workspace", number % 3)
        event = started.model_copy(update={"conversation_id": id_})
        of = stream("conversation", id_)
        rows.fold(recorded(event, 1, of=of, workspace_id=workspace_id))
        if number % 2:
            held = assigned().model_copy(update={"conversation_id": id_})
            rows.fold(recorded(held, 2, of=of, workspace_id=workspace_id))

    found = [one async for page in open_everywhere(rows) for one in page]

    assert len({one.conversation_id for one in found}) == len(found) == 2 * SWEPT_PAGE
    assert sum(one.holder_id == ADA for one in found) == SWEPT_PAGE


async def test_the_role_listens_and_sweeps_until_it_is_cancelled(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "SWEEP_S", 0)
    heard, settings = Heard(), ConversationSettings(visitor_left_s=3)
    role = asyncio.create_task(watch(replace(edge.ports, signals=heard, own={"settings": settings})))
    await asyncio.sleep(0)
    await heard.send("", presence("open"))
    await heard.send("", presence("closed"))

    edge.store.fence = "behind"
    await let_pass(edge, heard, 5)
    edge.store.fence = None
    await let_pass(edge, heard, 2)
    assert isinstance(edge.events(STREAM)[-1], VisitorLeft)

    role.cancel()
    with pytest.raises(asyncio.CancelledError):
        await role
    assert heard.listeners == []


async def let_pass(edge: Edge, heard: Heard, seconds: int) -> None:
    """Seconds in each of which a beacon and a sweep come."""
    for _ in range(seconds):
        await asyncio.sleep(0)
        edge.clock.move(timedelta(seconds=1))
        await heard.send("", Beacon(gateway="g", at=edge.clock.now()))
        await asyncio.sleep(0)
