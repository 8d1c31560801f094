"""What is folded, dropped and parked, without servers: the rules that every consumer of a topic shares."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import errors
from sqlalchemy import Column, Integer, Text

from contracts.envelope import Malformed, Metadata, Recorded, Unknown
from contracts.ids import derived_id
from contracts.personal import ClearKeyring
from contracts.states import InboxRow, StateRow
from contracts.topics import AGENTS_STATE, INBOX_STATE
from services.chassis.decider import Refused
from services.chassis.execution import Contended
from services.chassis.memory_rows import MemoryReader, MemoryRows
from services.chassis.models import Changed, ReadModel, Rows, StateTopic, table
from services.chassis.parked import Admitted, Taken, admit, is_infrastructure, reason_of
from services.chassis.ports import Fenced, Row
from services.chassis.projector import Projection, following, read_changes
from tests.sample_inbox import (
    CONVERSATIONS,
    COUNTS,
    MODEL,
    POISON,
    PUBLISHING,
    T0,
    WORKSPACE,
    Written,
    conversation,
    records,
    said,
    started,
    written,
)

TOPIC = "conversation.events.v1"
ONE = derived_id("one")


def happened(version: int, name: str = "conversation-1", *, unknown: bool = False) -> Recorded:
    event = Unknown(at=T0, type="x", data=b"") if unknown else started(ONE)
    return Recorded(
        event, f"e{version}", "x", name, version, Metadata(WORKSPACE, "k", "k", "k", "service:test")
    )


def taken(*contents: Recorded | Changed | Malformed, name: str = "conversation-1") -> list[Taken]:
    some = written(ONE, 1, started(ONE))
    found: list[Taken] = []
    for offset, content in enumerate(contents, start=100):
        key = content.stream if isinstance(content, Recorded) else name
        record = replace(records([some])[0], key=key.encode(), offset=offset)
        found.append((record, content))
    return found


def versions_of(admitted: Admitted) -> list[int]:
    return [content.version for content in admitted.fresh if isinstance(content, Recorded)]


def reasons(admitted: Admitted) -> list[tuple[int, str]]:
    return [(parked.offset, parked.reason) for parked in admitted.parked]


def test_what_was_folded_before_is_dropped() -> None:
    admitted = admit(taken(happened(1), happened(2), happened(3), happened(3)), {"conversation-1": 2}, {})

    assert (versions_of(admitted), admitted.versions, admitted.parked) == ([3], {"conversation-1": 3}, [])


def test_an_event_that_comes_too_early_is_parked_with_what_follows_it() -> None:
    other = happened(1, "conversation-2")
    admitted = admit(taken(happened(1), happened(3), other, happened(4), happened(1)), {}, {})

    assert versions_of(admitted) == [1, 1]
    assert reasons(admitted) == [(101, "gap: version 3 came after 1"), (103, "waits behind 101")]
    assert (admitted.gaps, admitted.versions) == (1, {"conversation-1": 1, "conversation-2": 1})


def test_an_unknown_type_moves_its_stream_on_and_changes_nothing() -> None:
    admitted = admit(taken(happened(1, unknown=True), happened(2)), {}, {})

    assert (versions_of(admitted), admitted.unknown, admitted.versions) == ([2], 1, {"conversation-1": 2})


def test_what_is_no_event_is_parked_and_its_key_waits() -> None:
    admitted = admit(taken(happened(1), Malformed("header is missing"), happened(2)), {}, {})

    assert versions_of(admitted) == [1]
    assert reasons(admitted) == [(101, "header is missing"), (102, "waits behind 101")]


def test_a_record_without_key_holds_nobody_up() -> None:
    admitted = admit(taken(Malformed("no"), Malformed("no"), name=""), {}, {})

    assert (reasons(admitted), admitted.waiting) == ([(100, "no"), (101, "no")], {})


def test_a_key_that_waited_before_waits_on() -> None:
    admitted = admit(taken(happened(1), happened(2)), {"conversation-1": 1}, {"conversation-1": 7})

    assert (versions_of(admitted), reasons(admitted)) == ([], [(101, "waits behind 7")])


def state(generation: int, version: int) -> Changed:
    return Changed("k", StateRow(workspace_id=WORKSPACE, generation=generation, version=version))


GONE = Changed("k", None)
STATES: list[tuple[Sequence[Changed], Sequence[int]]] = [
    ([state(1, 1), state(1, 2)], [0, 1]),
    ([state(1, 2), state(1, 1), state(1, 2)], [0]),
    ([state(1, 9), state(2, 1), state(1, 10)], [0, 1]),
    ([state(1, 1), GONE, GONE], [0, 1, 2]),
    # The relay sends its last page again: the end is what counts.
    ([state(1, 5), GONE, state(2, 5), state(1, 5), GONE, state(2, 5)], [0, 1, 2, 4, 5]),
    ([state(1, 5), GONE, state(1, 4), state(1, 5)], [0, 1, 3]),
    ([GONE, state(1, 1)], [0, 1]),
]


@pytest.mark.parametrize(("told", "folded"), STATES)
def test_of_a_state_topic_the_newer_row_wins(told: Sequence[Changed], folded: Sequence[int]) -> None:
    whole = admit(taken(*told, name="k"), {}, {})
    latest: dict[str, int] = {}
    one_by_one = []
    for place, change in enumerate(told):
        admitted = admit(taken(change, name="k"), latest, {})
        latest |= admitted.versions
        one_by_one += [place] if admitted.fresh else []

    assert whole.fresh == [told[place] for place in folded]
    assert (one_by_one, whole.versions) == (folded, latest)


def test_only_what_follows_on_from_the_position_is_taken() -> None:
    some = records(written(ONE, version, started(ONE)) for version in range(1, 6))
    number = some[0].partition
    hole = [record for record in some if record.offset != 2]

    assert following({number: some}, {number: 2}, strict=True) == ({number: 5}, some[2:])
    assert following({number: some[3:]}, {number: 2}, strict=True) == ({number: 2}, [])
    assert following({number: some}, {number: 9}, strict=True) == ({number: 9}, [])
    assert following({number: hole}, {number: 1}, strict=True) == ({number: 2}, some[1:2])
    assert following({number: hole}, {number: 1}, strict=False) == ({number: 5}, some[1:2] + some[3:])


def test_state_records_that_cannot_be_read_are_malformed() -> None:
    record = replace(records([written(ONE, 1, started(ONE))])[0], key=b"k")
    row = StateRow(workspace_id=WORKSPACE, generation=1, version=2)
    values = [row.model_dump_json().encode(), None, b"{", b"\xff"]

    read = read_changes([*(replace(record, value=v) for v in values), replace(record, key=b"\xff")], StateRow)

    assert read[:2] == [Changed("k", row), Changed("k", None)]
    assert [type(content) for content in read[2:]] == [Malformed] * 3


ERRORS: list[tuple[BaseException, bool]] = [
    (psycopg.OperationalError("gone"), True),
    (psycopg.InterfaceError("closed"), True),
    (errors.DeadlockDetected("x"), True),
    (errors.UndefinedTable("x"), True),
    (errors.InsufficientPrivilege("x"), True),
    (errors.ReadOnlySqlTransaction("x"), True),
    (TimeoutError(), True),
    (ConnectionRefusedError(), True),
    (Fenced("behind"), True),
    (Contended("x"), True),
    (ExceptionGroup("x", [ValueError(), OSError()]), True),
    (errors.ProgramLimitExceeded("too large for an index"), False),
    (errors.UntranslatableCharacter("x"), False),
    (errors.NotNullViolation("x"), False),
    (Refused("x", "y"), False),
    (ZeroDivisionError(), False),
]


@pytest.mark.parametrize(("error", "expected"), ERRORS, ids=lambda value: type(value).__name__)
def test_servers_that_are_away_are_told_from_what_a_record_holds(
    error: BaseException, expected: bool
) -> None:
    assert is_infrastructure(error) is expected


def test_a_reason_names_the_place_and_quotes_nothing() -> None:
    try:
        raise ValueError("ann@example.org")
    except ValueError as error:
        reason = reason_of(error)

    assert reason.startswith("ValueError at tests/unit/test_rows_twin.py:")
    assert "ann" not in reason


async def projected(
    events: Iterable[Written], cuts: Sequence[int] = (), model: ReadModel = MODEL
) -> MemoryRows:
    """The rows after a projection got the events in batches that end at the cuts."""
    rows = MemoryRows([model])
    handler = Projection("conversation", model, TOPIC, rows, ClearKeyring())
    some = records(events)
    for begin, end in zip([0, *cuts], [*cuts, len(some)], strict=True):
        slices: dict[int, list[Any]] = {}
        for record in some[begin:end]:
            slices.setdefault(record.partition, []).append(record)
        await handler.handle(slices)
    return rows


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[Written], list[Written], list[int]]:
    """Conversations in any interleaving: told once, then with repetitions, and where batches end."""
    streams = [
        list(conversation(number, draw(st.integers(1, 7)))) for number in range(draw(st.integers(1, 5)))
    ]
    once: list[Written] = []
    told: list[Written] = []
    waiting = [stream for stream in streams if stream]
    while waiting:
        stream = waiting[draw(st.integers(0, len(waiting) - 1))]
        once.append(stream.pop(0))
        told.append(once[-1])
        if draw(st.booleans()):
            told.append(once[draw(st.integers(0, len(once) - 1))])
        waiting = [stream for stream in waiting if stream]
    cuts = sorted(draw(st.lists(st.integers(0, len(told)), max_size=4)))
    return once, told, cuts


@given(logs())
@settings(max_examples=60, deadline=None)
async def test_repetitions_and_batches_change_nothing(
    log: tuple[list[Written], list[Written], list[int]],
) -> None:
    once, told, cuts = log

    assert (await projected(told, cuts)).rows == (await projected(once)).rows


async def test_poison_is_parked_its_key_waits_and_the_rest_flows() -> None:
    streams = [list(conversation(n, 8, poison_at=5 if n == 2 else None)) for n in range(6)]
    rows = await projected(event for together in zip(*streams, strict=True) for event in together)

    held = list(rows.parked.values())
    first = min(held, key=lambda parked: parked.offset)
    assert [parked.reason for parked in held if parked is not first] == [f"waits behind {first.offset}"] * 3
    assert first.reason.startswith("ZeroDivisionError at tests/sample_inbox.py:")
    whole = [row for (of, _), row in rows.rows.items() if of is CONVERSATIONS]
    assert sorted(row["version"] for row in whole) == [4, 8, 8, 8, 8, 8]
    assert sum(row["events"] for (of, _), row in rows.rows.items() if of is COUNTS) == 5 * 8 + 4


async def test_changed_rows_are_published_with_their_generation() -> None:
    rows = await projected(conversation(1, 4), model=PUBLISHING)

    ((topic, key, value),) = rows.outbox.values()
    assert (topic, key) == (INBOX_STATE.name, derived_id("conversation", 1))
    told = InboxRow.model_validate_json(value or b"")
    assert (told.generation, told.version, told.status) == (1, 4, "closed")


NAMES = table("names", "names", Column("name", Text), Column("version", Integer), key=("name",))


def remember(rows: Rows, changed: Changed) -> None:
    before = rows.get(NAMES, WORKSPACE, changed.key)
    if changed.row is None:
        rows.remove(NAMES, WORKSPACE, changed.key)
    else:
        version = changed.row.version + (before or {"version": 0})["version"]
        rows.put(NAMES, workspace_id=WORKSPACE, name=changed.key, version=version)


def told_name(row: Row, generation: int) -> tuple[str, StateRow]:
    return row["name"], StateRow(workspace_id=WORKSPACE, generation=generation, version=row["version"])


async def test_a_model_of_a_state_topic_folds_rows_and_tombstones_and_tells_them_on() -> None:
    model = ReadModel(
        name="names",
        schema=1,
        source=INBOX_STATE,
        tables=(NAMES,),
        touches=lambda changed: [(NAMES, (WORKSPACE, changed.key))],
        project=remember,
        state_row=StateRow,
        publishes=StateTopic(AGENTS_STATE, NAMES, told_name),
    )
    rows = MemoryRows([model])
    some = records([written(ONE, 1, started(ONE))])[0]
    values = [(b"a", state(1, 3).row), (b"b", state(1, 1).row), (b"a", None), (b"b", state(1, 2).row)]
    # Compaction has left holes.
    told = [
        replace(some, offset=10 * place, key=key, value=row and row.model_dump_json().encode())
        for place, (key, row) in enumerate(values, start=1)
    ]
    handler = Projection("conversation", model, INBOX_STATE.name, rows, ClearKeyring())

    assert await handler.handle({3: told[:2]}) == {3: 21}
    assert await handler.handle({3: told}) == {3: 41}

    assert await MemoryReader(rows).find(WORKSPACE, NAMES, {}) == [
        {"workspace_id": WORKSPACE, "name": "b", "version": 3}
    ]
    assert [(key, value is None) for _, key, value in rows.outbox.values()] == [
        ("a", False),
        ("b", False),
        ("a", True),
        ("b", False),
    ]


async def test_a_message_that_fails_alone_fails_for_its_caller_in_memory() -> None:
    rows = MemoryRows([MODEL])
    first = Recorded(
        started(ONE), "e1", "x", "conversation-1", 1, Metadata(WORKSPACE, "k", "k", "k", "service:t")
    )
    await rows.project(MODEL, [first])

    with pytest.raises(ZeroDivisionError):
        await rows.project(MODEL, [replace(first, event=said(ONE, POISON), version=2)])

    row = await MemoryReader(rows).get(WORKSPACE, CONVERSATIONS, ONE)
    assert row is not None
    assert row["version"] == 1
