"""What runs are judged by finds what was forged in Kafka, in databases, in read models and on screens."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from contracts.ids import stream
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.parked import Parked
from tests.simulation.forging import SOMEBODY, CannotForge, judged, played
from tests.simulation.history import History
from tests.simulation.run import end
from tests.simulation.world import World

SEEDS = range(1, 20)
Spoiling = Callable[[World], object]


@pytest.fixture(autouse=True)
def rest() -> Iterator[None]:
    """Whatever was played comes to its end."""
    yield
    for world in _PLAYED:
        end(world)
    _PLAYED.clear()


_PLAYED: list[World] = []


def chats_of(world: World, *, least: int = 3) -> list[Any]:
    """The records of a partition with conversations."""
    topic = world.host.naming.of(CONVERSATION_EVENTS)
    parts = [records for (name, _), records in world.host.log.records.items() if name == topic]
    return next((records for records in parts if len(records) >= least), None) or _none()


def _none() -> Any:
    raise CannotForge


def lost_in_kafka(world: World) -> None:
    records = chats_of(world)
    key = records[-1].key
    del records[max(place for place, record in enumerate(records) if record.key == key)]


def other_bytes(world: World) -> None:
    records = chats_of(world)
    object.__setattr__(records[0], "value", (records[0].value or b"") + b" ")


def another_version_2(world: World) -> None:
    records = chats_of(world)
    again = replace(records[-1])
    object.__setattr__(again, "read", replace(records[-1].read, hash=b"another"))
    records.append(again)


def stream_of_nobody(world: World) -> None:
    store = world.host.servers["conversation"].store
    del store.streams[
        next((name for name in store.streams if name.startswith("conversation-")), None) or _none()
    ]


def another_row(world: World) -> None:
    rows = world.host.servers["gateway"].rows.rows
    key = next((key for key in rows if key[0].fullname == "inbox.inbox"), None) or _none()
    rows[key] = rows[key] | {"folder": SOMEBODY}


def lost_row(world: World) -> None:
    rows = world.host.servers["crm"].rows.rows
    del rows[next(iter(rows), None) or _none()]


def miscounted(world: World) -> None:
    rows = world.host.servers["gateway"].rows.rows
    key = next((key for key in rows if key[0].fullname == "inbox.folder_counts"), None) or _none()
    rows[key] = rows[key] | {"conversations": 77}


def parked(world: World) -> None:
    place = ("inbox", "conversation.events.v1", 0, 0)
    world.host.servers["gateway"].rows.parked[place] = Parked(
        "conversation.events.v1", 0, 0, "k", "gap", [], None
    )


def forgotten_commands(world: World) -> None:
    gone = [
        (server.store, name)
        for server in world.host.servers.values()
        for name in server.store.streams
        if name.startswith(("notice-", "lead-"))
    ]
    for store, name in gone or _none():
        store._commands.clear()
        del store.streams[name]


def screen_of(world: World, kind: str) -> Any:
    """An open screen that shows something."""
    for screen in world.screens:
        if screen.caller.kind == kind and screen.is_open and len(screen.streams) > 1:
            return screen
    raise CannotForge


def missing_version(world: World) -> None:
    screen = screen_of(world, "visitor")
    next(iter(screen.streams.values())).pop()


def another_text(world: World) -> None:
    screen = screen_of(world, "visitor")
    shown = next(iter(screen.streams.values()))
    shown[-1] = {"type": "something.else.v1"}


def missing_chat(world: World) -> None:
    screen = screen_of(world, "visitor")
    started = [name for name in screen.streams if name.startswith("conversation-")]
    events = world.host.servers["conversation"].store.streams
    for name in started:
        if events[name][0].type == "conversation.conversation_started.v1":
            del screen.streams[name]
            return
    raise CannotForge


def listed(world: World) -> tuple[Any, str]:
    """An agent's open screen, and a conversation that it lists."""
    for screen in world.screens:
        if screen.caller.kind == "agent" and screen.is_open:
            for key in screen.rows:
                if key.startswith("conversation-"):
                    return screen, key
    raise CannotForge


def stale_row(world: World) -> None:
    screen, key = listed(world)
    version, _, *rest = screen.rows[key]
    screen.rows[key] = (version, SOMEBODY, *rest)


def missing_row(world: World) -> None:
    screen, key = listed(world)
    del screen.rows[key]


def other_name(world: World) -> None:
    screen, _ = listed(world)
    key = next(key for key in screen.rows if key.startswith("agent-"))
    screen.rows[key] = (*screen.rows[key][:-1], "Somebody else")


def foreign(kind: str, *, as_stream: bool = False) -> Spoiling:
    """A screen of one company shows something of the other."""

    def spoil(world: World) -> None:
        mine, theirs = world.companies
        chats = [chat for chat, company in world.chats().items() if company == theirs.workspace_id] or [""]
        key = stream(kind, theirs.owner.id if kind == "agent" else chats[0] or _none())
        screen = next(one for one in world.screens if one.caller.workspace_id == mine.workspace_id)
        shown: dict[str, Any] = screen.streams if as_stream else screen.rows
        shown[key] = []

    return spoil


CASES: list[tuple[Spoiling, str]] = [
    (lost_in_kafka, "of which Kafka tells"),
    (other_bytes, "does not follow from what was before it"),
    (another_version_2, "has two versions"),
    (stream_of_nobody, "has 0 versions, of which Kafka tells"),
    (another_row, "inbox is not what a rebuild gives"),
    (lost_row, "is not what a rebuild gives"),
    (miscounted, "counted again they are"),
    (parked, "k is parked: gap"),
    (forgotten_commands, "after everything was read once more, before 0"),
    (missing_version, "a screen shows"),
    (another_text, ", fresh "),
    (missing_chat, "a visitor's screen does not show conversation-"),
    (stale_row, f"in {SOMEBODY}, and it is in"),
    (missing_row, "in None, and it is in"),
    (other_name, "'Somebody else'"),
    (foreign("conversation"), "of another company"),
    (foreign("agent"), "of another company"),
    (foreign("conversation", as_stream=True), "of another company"),
]


@pytest.mark.parametrize(("spoil", "told"), CASES)
def test_the_judge_finds_what_was_spoilt(spoil: Spoiling, told: str) -> None:
    wrong = first_spoilt(spoil)

    assert [line for line in wrong if told in line], wrong


def first_spoilt(spoil: Spoiling) -> list[str]:
    """The judgement of the first day that can be spoilt so."""
    return judged(spoilt(spoil))


def spoilt(spoil: Spoiling) -> World:
    """The first day that can be spoilt so, and is."""
    for seed in SEEDS:
        world = played(seed)
        _PLAYED.append(world)
        try:
            spoil(world)
        except CannotForge:
            continue
        return world
    raise CannotForge


def left_out(world: World) -> None:
    """The second version of a conversation that goes on."""
    records = chats_of(world)
    key = next((one.key for one in records if one.read.version == 3), None) or _none()
    records[:] = [one for one in records if (one.key, one.read.version) != (key, 2)]


def test_history_finds_a_version_that_was_left_out() -> None:
    assert [told for told in History(spoilt(left_out)).odd if "has a gap before version 3" in told]
