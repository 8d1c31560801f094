"""The inbox and the agents as folds: rows, folders, counts, and what is published."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.conversation import MessagesRead, VisitorLeft
from contracts.envelope import Event, Unknown
from contracts.ids import derived_id, stream
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.states import InboxRow
from services.chassis.ports import Row
from services.conversation.projections import MODELS
from services.conversation.tables import agents, conversations, folder_counts
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    CONVERSATION,
    T0,
    VISIT,
    VISITOR,
    WAIT_S,
    WORKSPACE,
    about,
    after,
    assigned,
    closed,
    declined,
    hello,
    missed,
    offline_told,
    reassigned,
    recorded,
    released,
    started,
)
from tests.unit.conversation.histories import Step, events_of, steps, unhurried
from tests.unit.conversation.known_rows import KnownRows


def folded(*events: Event) -> KnownRows:
    return KnownRows(MODELS, [recorded(event, version) for version, event in enumerate(events, 1)])


def row_after(*events: Event) -> Row:
    return folded(*events).of(conversations)[WORKSPACE, CONVERSATION]


def counts_after(*events: Event) -> dict[str, int]:
    return {row["folder"]: row["count"] for row in folded(*events).of(folder_counts).values()}


def test_a_conversation_is_listed_in_unassigned() -> None:
    assert row_after(started) == {
        "workspace_id": WORKSPACE,
        "conversation_id": CONVERSATION,
        "visit_id": VISIT,
        "status": "open",
        "folder": "unassigned",
        "holder_id": None,
        "holder_name": None,
        "missed": False,
        "started_at": T0,
        "answer_by": after(WAIT_S),
        "changed_at": T0,
        "version": 1,
    }


def test_what_was_declined_is_not_listed() -> None:
    assert folded(declined).of(conversations) == {}
    assert counts_after(declined) == {}


@pytest.mark.parametrize(
    ("then", "folder"),
    [
        ((assigned(ADA),), f"agent:{ADA}"),
        ((assigned(ADA), reassigned(BOB, ADA, by=ADA)), f"agent:{BOB}"),
        ((assigned(ADA), released()), "unassigned"),
        ((missed,), "unassigned"),
        ((assigned(ADA), closed), "closed"),
    ],
)
def test_a_conversation_lies_in_its_holders_folder(then: Sequence[Event], folder: str) -> None:
    assert row_after(started, *then)["folder"] == folder
    assert {name for name, count in counts_after(started, *then).items() if count} == {folder}


def test_a_missed_conversation_is_marked_until_it_waits_anew() -> None:
    assert row_after(started, missed)["missed"]
    assert row_after(started, missed, assigned(late=True))["missed"]
    again = row_after(started, missed, assigned(late=True), released(answer_by=after(400)))
    assert (again["missed"], again["answer_by"]) == (False, after(400))


def test_a_closed_conversation_still_names_its_last_holder() -> None:
    row = row_after(started, assigned(ADA), closed)

    assert (row["status"], row["holder_id"], row["holder_name"]) == ("closed", ADA, "Ada")


@pytest.mark.parametrize("event", [hello, offline_told])
def test_what_is_said_changes_when_the_conversation_last_changed(event: Event) -> None:
    row = row_after(started, event)

    assert (row["changed_at"], row["version"]) == (event.at, 2)


@pytest.mark.parametrize(
    "event",
    [
        VisitorLeft(**about()),
        MessagesRead(**about(), reader="visitor", reader_id=VISITOR, up_to=1),
        Unknown(at=after(5), type="conversation.noted.v1", data=b"{}"),
    ],
)
def test_what_no_list_shows_leaves_the_row_as_it_is(event: Event) -> None:
    assert row_after(started, event) == row_after(started)


def test_the_row_is_published_with_its_generation() -> None:
    publishes = next(model.publishes for model in MODELS if model.name == "inbox")
    assert publishes is not None

    key, row = publishes.row(row_after(started, assigned(ADA)), 3)

    assert key == CONVERSATION
    assert isinstance(row, InboxRow)
    assert (row.workspace_id, row.generation, row.version) == (WORKSPACE, 3, 2)
    assert (row.holder_id, row.status, row.started_at) == (ADA, "open", T0)


@unhurried
@given(st.lists(steps, min_size=1, max_size=4))
def test_the_counts_are_always_what_a_recount_gives(histories: list[list[Step]]) -> None:
    rows = KnownRows(MODELS)
    for number, history in enumerate(histories):
        conversation = derived_id("conversation", number)
        for version, event in enumerate(events_of(history), 1):
            own = event.model_copy(update={"conversation_id": conversation})
            rows.fold(recorded(own, version, of=stream("conversation", conversation)))

            recount = Counter(row["folder"] for row in rows.of(conversations).values())
            kept = {row["folder"]: row["count"] for row in rows.of(folder_counts).values()}
            assert {folder: count for folder, count in kept.items() if count} == recount


def test_an_agents_row_says_whether_they_are_online_and_since_which_version() -> None:
    online = AgentWentOnline(at=T0, agent_id=ADA, name="Ada", tab="t1")
    offline = AgentWentOffline(at=after(9), agent_id=ADA, reason="switched")
    rows = KnownRows(MODELS, [recorded(online, 1, of=stream("agent", ADA))])
    assert rows.of(agents)[WORKSPACE, ADA] == {
        "workspace_id": WORKSPACE,
        "agent_id": ADA,
        "name": "Ada",
        "online": True,
        "version": 1,
        "changed_at": T0,
    }

    rows.fold(recorded(offline, 2, of=stream("agent", ADA)))

    row = rows.of(agents)[WORKSPACE, ADA]
    assert (row["name"], row["online"], row["version"], row["changed_at"]) == ("Ada", False, 2, after(9))
