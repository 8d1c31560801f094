"""Which records are folded, dropped or parked: the rules that every consumer of a topic shares."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from contracts.envelope import Malformed, Metadata, Recorded, Unknown
from contracts.ids import derived_id
from contracts.states import StateRow
from services.chassis.batches import following
from services.chassis.models import Changed
from services.chassis.parked import Admitted, Taken, admit
from services.chassis.projector import read_changes
from tests.sample_inbox import (
    T0,
    WORKSPACE,
    records,
    started,
    written,
)

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
