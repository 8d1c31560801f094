"""Who held a conversation when a message came is known at every later time, however often it was passed on since."""

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from contracts.envelope import Event, Metadata, Recorded
from contracts.ids import derived_id, stream
from services.notifier import queries
from services.notifier.decider.policy import EVERYBODY, Conversation, concerned
from services.notifier.projections import CHANGES_KEPT_MAX, MODELS
from tests.unit.conversation.known_rows import KnownRows
from tests.unit.notifier.examples import (
    ADA,
    BOB,
    CEM,
    CONVERSATION,
    assigned,
    reassigned,
    released,
    said,
    started,
)

WORKSPACE, STREAM = derived_id("workspace"), stream("conversation", CONVERSATION)
(MODEL,) = [model for model in MODELS if model.name == "conversations"]

whoever = st.sampled_from([ADA, BOB, CEM])
happens: st.SearchStrategy[Event] = st.one_of(
    st.builds(said),
    st.builds(assigned, to=whoever, by=whoever),
    st.builds(reassigned, to=whoever, by=whoever),
    st.just(released),
)


def recorded(event: Event, version: int) -> Recorded:
    metadata = Metadata(WORKSPACE, derived_id(version), "correlation", "cause", "service:test")
    return Recorded(event, derived_id(STREAM, version), event.TYPE, STREAM, version, metadata)


async def known_after(events: list[Event]) -> tuple[Conversation, int]:
    """The conversation as it is known when all of it was read, and how many holders are kept of it."""
    rows = KnownRows([MODEL], [recorded(event, version) for version, event in enumerate(events, 1)])
    known = await queries.conversation(rows, WORKSPACE, CONVERSATION)
    return known, len(known.holders)


def holders_of(events: list[Event]) -> list[str | None]:
    """By version, from 1 on, who held it when the event came."""
    holder: str | None = None
    told = []
    for event in events:
        told.append(holder)
        holder = None if event.TYPE == released.TYPE else getattr(event, "agent_id", holder)
    return told


@settings(deadline=None, max_examples=60)
@for_all(st.lists(happens, max_size=4 * CHANGES_KEPT_MAX))
async def test_every_message_concerns_who_held_it_then_however_late_it_is_decided_on(
    later: list[Event],
) -> None:
    events = [started(), *later]

    known, kept = await known_after(events)

    for version, (event, holder) in enumerate(zip(events, holders_of(events), strict=True), 1):
        if event.TYPE == said().TYPE:
            assert concerned(event, version, known) == holder
        else:
            assert concerned(event, version, known) in (EVERYBODY, getattr(event, "agent_id", None))
    messages = sum(event.TYPE == said().TYPE for event in events)
    assert kept <= messages + 1


async def test_a_decision_may_be_late_by_more_changes_than_are_kept_of_anything_else() -> None:
    passed_on: list[Event] = [assigned(to=ADA), said(), reassigned(to=BOB), said()]

    known, kept = await known_after([started(), *passed_on * CHANGES_KEPT_MAX])

    assert (concerned(said(), 3, known), concerned(said(), 5, known)) == (ADA, BOB)
    assert kept == 2 * CHANGES_KEPT_MAX


async def test_holders_to_whom_the_visitor_said_nothing_take_no_room() -> None:
    known, kept = await known_after([started(), *[assigned(to=ADA), reassigned(to=BOB)] * 50])

    assert (kept, known.holder, known.holder_at(101)) == (1, BOB, None)
