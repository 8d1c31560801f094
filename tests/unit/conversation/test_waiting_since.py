"""Since when a visitor waits, and since when somebody has them: what lists go by."""

from contracts.envelope import Event
from services.chassis.ports import Row
from services.conversation.projections import MODELS
from services.conversation.tables import conversations
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    CONVERSATION,
    T0,
    WORKSPACE,
    after,
    assigned,
    hello,
    reassigned,
    recorded,
    released,
    started,
)
from tests.unit.conversation.known_rows import KnownRows


def row_after(*events: Event) -> Row:
    told = [recorded(event, version) for version, event in enumerate(events, 1)]
    return KnownRows(MODELS, told).of(conversations)[WORKSPACE, CONVERSATION]


def test_the_visitor_waits_since_the_begin_and_anew_each_time_that_a_holder_is_removed() -> None:
    first = released().model_copy(update={"at": after(3_600)})
    second = released(BOB).model_copy(update={"at": after(7_200)})
    to_bob = assigned(BOB).model_copy(update={"at": after(3_700)})
    held = row_after(started, hello, assigned(ADA))
    again = row_after(started, hello, assigned(ADA), first)
    twice = row_after(started, hello, assigned(ADA), first, hello, to_bob, second)

    assert (held["waiting_since"], held["assigned_at"], held["assigned_by"]) == (T0, assigned(ADA).at, ADA)
    assert (again["waiting_since"], again["assigned_at"], again["assigned_by"]) == (after(3_600), None, None)
    assert (twice["waiting_since"], twice["started_at"]) == (after(7_200), T0)


def test_a_row_says_who_gave_it_to_its_holder() -> None:
    passed = reassigned(BOB, ADA, by=ADA)

    row = row_after(started, assigned(ADA), passed)

    assert (row["assigned_at"], row["assigned_by"]) == (passed.at, ADA)
