"""Rows of the gateway's read models, folded from events and state rows."""

from collections import Counter
from typing import Any

from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.conversation import LiveChatDeclined
from contracts.ids import derived_id, stream
from contracts.playbook import PlaybookActivated, PlaybookDeactivated, SitesChanged
from contracts.topics import AGENTS_STATE, INBOX_STATE
from services.chassis.models import Changed
from services.gateway import queries
from services.gateway.queries import widget
from services.gateway.tables import agents, folder_counts, inbox
from tests.unit.gateway.examples import (
    ADA,
    BOB,
    CHAT,
    CONVERSATION,
    ELSEWHERE,
    PLAYBOOK,
    T0,
    VISIT,
    WALK,
    WORKSPACE,
    after,
    agent_row,
    inbox_row,
    of_tomorrow,
    published,
    recorded,
    requested,
    said,
    started,
    visit_started,
)
from tests.unit.gateway.replica import Models, Replica


def told(models: Models, *rows: Changed) -> Models:
    for row in rows:
        models.publish(AGENTS_STATE if row.row and hasattr(row.row, "online") else INBOX_STATE, 0, row)
    return models


def changed(**changes: object) -> Changed:
    row = inbox_row(**changes)
    return Changed(row.conversation_id, row)


def counts(models: Models) -> dict[str, int]:
    return {folder: row["conversations"] for (_, folder), row in models.of(folder_counts).items()}


def row_of(models: Models) -> dict[str, object]:
    return models.of(inbox)[WORKSPACE, CONVERSATION]


def test_a_conversation_moves_between_folders_and_the_counts_with_it() -> None:
    models = told(Models(), changed(version=1), changed(version=2, holder_id=ADA))
    assert row_of(models)["folder"] == ADA
    assert counts(models) == {"unassigned": 0, ADA: 1}

    told(models, changed(version=3, holder_id=ADA, status="closed"))
    assert counts(models) == {"unassigned": 0, ADA: 0, "closed": 1}


def test_an_older_version_changes_nothing() -> None:
    models = told(Models(), changed(version=2, holder_id=ADA), changed(version=1), changed(version=2))

    assert row_of(models)["folder"] == ADA
    assert counts(models) == {ADA: 1}


def test_a_newer_generation_wins_over_a_higher_version() -> None:
    models = told(Models(), changed(generation=1, version=9, holder_id=ADA), changed(generation=2, version=3))
    assert row_of(models)["folder"] == "unassigned"

    told(models, changed(generation=1, version=10, holder_id=BOB))
    assert row_of(models)["folder"] == "unassigned"


def test_a_tombstone_removes_the_row_and_its_count() -> None:
    gone = Changed(CONVERSATION, None)
    models = told(Models(), changed(), gone, gone)
    assert models.of(inbox) == {}
    assert counts(models) == {"unassigned": 0}

    told(models, changed(generation=2))
    assert counts(models) == {"unassigned": 1}


def test_a_tombstone_of_something_never_heard_of_changes_nothing() -> None:
    assert told(Models(), Changed(CONVERSATION, None)).of(inbox) == {}


async def test_an_agents_tombstone_removes_the_agent() -> None:
    models = Models()
    models.publish(AGENTS_STATE, 0, Changed(ADA, agent_row()))
    assert [row["name"] for row in models.of(agents).values()] == ["Ada"]
    assert await queries.workspace_of(models, "agent", ADA) == WORKSPACE

    models.publish(AGENTS_STATE, 0, Changed(ADA, None))
    assert models.of(agents) == {}


ids = st.sampled_from([derived_id(name) for name in "abc"])
state_rows = st.one_of(
    st.builds(lambda id_: Changed(id_, None), ids),
    st.builds(
        lambda id_, generation, version, holder, status: Changed(
            id_,
            inbox_row(
                conversation_id=id_, generation=generation, version=version, holder_id=holder, status=status
            ),
        ),
        ids,
        st.integers(1, 3),
        st.integers(1, 6),
        st.sampled_from([None, ADA, BOB]),
        st.sampled_from(["open", "closed"]),
    ),
)


@prop(st.lists(state_rows, max_size=30))
def test_kept_counts_equal_a_count(rows: list[Changed]) -> None:
    models = told(Models(), *rows)

    counted = Counter(row["folder"] for row in models.of(inbox).values())
    assert {folder: count for folder, count in counts(models).items() if count} == dict(counted)


async def test_a_folder_is_read_in_pages_that_miss_nothing() -> None:
    models = Models()
    names = [derived_id("page", number) for number in range(7)]
    for number, name in enumerate(names):
        told(models, changed(conversation_id=name, started_at=after(number // 2)))
    told(models, changed(conversation_id=derived_id("theirs"), workspace_id=ELSEWHERE))

    seen, place = list[str](), None
    while page := await queries.folder(models, WORKSPACE, "unassigned", place, 3):
        seen += [row["conversation_id"] for row in page]
        place = (page[-1]["started_at"], page[-1]["conversation_id"])

    assert sorted(seen) == sorted(names)
    assert seen[0] == names[-1]


async def test_who_waits_anew_between_two_pages_is_missed_by_neither_and_told_as_waiting_since_then() -> None:
    models = Models()
    names = [derived_id("page", number) for number in range(4)]
    for number, name in enumerate(names):
        told(models, changed(conversation_id=name, started_at=after(number), waiting_since=after(number)))
    first = await queries.folder(models, WORKSPACE, "unassigned", None, 2)
    for version, holder, since in ((2, ADA, 0), (3, None, 900), (4, BOB, 900), (5, None, 1_800)):
        told(
            models,
            changed(
                conversation_id=names[0],
                version=version,
                holder_id=holder,
                started_at=after(0),
                waiting_since=after(since),
            ),
        )

    place = (first[-1]["started_at"], first[-1]["conversation_id"])
    rest = await queries.folder(models, WORKSPACE, "unassigned", place, 2)

    assert [row["conversation_id"] for row in [*first, *rest]] == names[::-1]
    assert [row["waiting_since"] for row in rest] == [after(1), after(1_800)]
    assert await queries.queue(models, WORKSPACE, "unassigned") == [*names[1:], names[0]]


def test_a_row_that_tells_no_wait_of_its_own_waits_since_its_begin() -> None:
    assert row_of(told(Models(), changed(started_at=after(3))))["waiting_since"] == after(3)


async def test_a_playbook_takes_visits_while_it_is_active_and_published() -> None:
    replica, of_playbook = Replica(), stream("playbook", PLAYBOOK)
    on = PlaybookActivated(playbook_id=PLAYBOOK, by=ADA, at=T0)
    off = PlaybookDeactivated(playbook_id=PLAYBOOK, by=ADA, at=T0)

    async def is_open(workspace_id: str = WORKSPACE) -> bool:
        return await widget.sites_of(replica.models, workspace_id, PLAYBOOK) is not None

    assert not await is_open()
    replica.topics.append(recorded(on, 1, of_playbook))
    assert not await is_open()
    replica.topics.append(recorded(published(), 2, of_playbook))
    assert await is_open()
    assert not await is_open(ELSEWHERE)
    replica.topics.append(recorded(off, 3, of_playbook))
    assert not await is_open()


async def test_a_playbook_may_be_loaded_by_the_sites_that_it_named_last() -> None:
    replica, of_playbook = Replica(), stream("playbook", PLAYBOOK)
    told: Any = {"playbook_id": PLAYBOOK, "by": ADA, "at": T0}
    on, sites = PlaybookActivated(**told), ("https://a.example", "https://b.example")
    replica.topics.append(
        recorded(SitesChanged(sites=("https://c.example",), **told), 1, of_playbook),
        recorded(published(), 2, of_playbook),
        recorded(on, 3, of_playbook),
        recorded(SitesChanged(sites=sites, **told), 4, of_playbook),
    )

    assert await widget.sites_of(replica.models, WORKSPACE, PLAYBOOK) == sites


async def test_a_transcript_has_a_row_for_each_version_and_knows_its_visit() -> None:
    replica = Replica()
    replica.topics.append(recorded(started, 1), recorded(of_tomorrow, 2), recorded(said("hi"), 3))

    found = await queries.entries(replica.models, WORKSPACE, CHAT, 0, 10, for_visitor=False)
    assert [version for version, _ in found] == [1, 3]
    row = await queries.conversation(replica.models, WORKSPACE, CHAT)
    assert row is not None
    assert (row["visit_id"], row["version"]) == (VISIT, 3)
    assert await queries.conversation(replica.models, ELSEWHERE, CHAT) is None


async def test_a_visit_names_the_conversations_that_it_asked_for() -> None:
    replica = Replica()
    replica.topics.append(recorded(visit_started, 1, WALK), recorded(requested, 2, WALK))
    assert await queries.conversations_of(replica.models, WORKSPACE, VISIT) == [CHAT]

    replica.topics.append(recorded(started, 1))
    assert await queries.conversations_of(replica.models, WORKSPACE, VISIT) == [CHAT]
    assert await queries.conversations_of(replica.models, ELSEWHERE, VISIT) == []


async def test_what_was_begun_in_a_visit_is_found_among_any_number_of_requests_that_were_declined() -> None:
    replica = Replica()
    replica.topics.append(recorded(visit_started, 1, WALK), recorded(started, 1))
    for number in range(2, 60):
        chat = derived_id("declined", number)
        asked = requested.model_copy(update={"conversation_id": chat})
        declined = LiveChatDeclined(
            at=requested.at, conversation_id=chat, visitor_id=requested.visitor_id, visit_id=VISIT,
            request_id=requested.request_id, reason="nobody_online",
        )  # fmt: skip
        name = stream("conversation", chat)
        replica.topics.append(recorded(asked, number, WALK), recorded(declined, 1, name))

    found = await queries.conversations_of(replica.models, WORKSPACE, VISIT)

    assert found == [*(stream("conversation", derived_id("declined", n)) for n in (59, 58, 57)), CHAT]
    row = await queries.conversation(replica.models, WORKSPACE, found[0])
    assert row is not None
    assert row["visit_id"] == VISIT, "its visitor may read it"
