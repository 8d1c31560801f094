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

from contracts.envelope import Metadata, Recorded
from contracts.ids import derived_id
from contracts.personal import ClearKeyring
from contracts.states import InboxRow, StateRow
from contracts.topics import AGENTS_STATE, INBOX_STATE
from services.chassis.decider import Contended, Refused
from services.chassis.memory_rows import MemoryReader, MemoryRows
from services.chassis.models import Changed, ReadModel, Rows, StateTopic, table
from services.chassis.parked import is_infrastructure, reason_of
from services.chassis.ports import Fenced, Row
from services.chassis.projector import Projection, Unfoldable
from tests.sample_inbox import (
    CONVERSATIONS,
    COUNTS,
    MODEL,
    POISON,
    PUBLISHING,
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
    first, second, third = (StateRow(workspace_id=WORKSPACE, generation=1, version=n) for n in (1, 2, 3))
    values = [(b"a", third), (b"b", first), (b"a", None), (b"b", second)]
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

    with pytest.raises(Unfoldable) as failed:
        await rows.project(MODEL, [replace(first, event=said(ONE, POISON), version=2)])
    assert isinstance(failed.value.__cause__, ZeroDivisionError)

    row = await MemoryReader(rows).get(WORKSPACE, CONVERSATIONS, ONE)
    assert row is not None
    assert row["version"] == 1
