"""The inbox, the agents and blocked visitors as folds: rows, and what is published."""

from collections.abc import Sequence

import pytest

from contracts.conversation import Attachment, MessagesRead, VisitorBlocked, VisitorUnblocked
from contracts.envelope import Event, Unknown
from contracts.gateway import AgentRemoved
from contracts.ids import stream
from contracts.presence import AgentLeft, AgentNamed, AgentWentOffline, AgentWentOnline
from contracts.states import InboxRow
from services.chassis.ports import Row
from services.conversation.projections import MODELS
from services.conversation.tables import (
    agents,
    blocked_visitors,
    conversations,
    removed_agents,
)
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
    left,
    missed,
    offline_told,
    reassigned,
    recorded,
    released,
    returned,
    started,
    was_read,
)
from tests.unit.conversation.known_rows import KnownRows

MODEL = next(model for model in MODELS if model.name == "inbox")


def folded(*events: Event) -> KnownRows:
    return KnownRows(MODELS, [recorded(event, version) for version, event in enumerate(events, 1)])


def row_after(*events: Event) -> Row:
    return folded(*events).of(conversations)[WORKSPACE, CONVERSATION]


def test_a_conversation_is_listed_in_unassigned() -> None:
    assert row_after(started) == {
        "workspace_id": WORKSPACE,
        "conversation_id": CONVERSATION,
        "visit_id": VISIT,
        "status": "open",
        "holder_id": None,
        "holder_name": None,
        "missed": False,
        "started_at": T0,
        "answer_by": after(WAIT_S),
        "changed_at": T0,
        "waiting_since": T0,
        "assigned_at": None,
        "assigned_by": None,
        "visitor_id": VISITOR,
        "visitor_name": "Vera",
        "late": False,
        "visitor_left": False,
        "last_by": None,
        "last_message_at": None,
        "last_text": None,
        "last_file": None,
        "last_author_name": None,
        "unread_versions": [],
        "identified": False,
        "version": 1,
    }


def test_what_was_declined_is_not_listed() -> None:
    assert folded(declined).of(conversations) == {}


@pytest.mark.parametrize(
    ("then", "holder"),
    [
        ((assigned(ADA),), ADA),
        ((assigned(ADA), reassigned(BOB, ADA, by=ADA)), BOB),
        ((assigned(ADA), released()), None),
        ((missed,), None),
    ],
)
def test_a_conversation_is_its_holders(then: Sequence[Event], holder: str | None) -> None:
    row = row_after(started, *then)

    assert (row["status"], row["holder_id"]) == ("open", holder)


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


def test_what_no_list_shows_leaves_the_row_as_it_is_but_for_its_version() -> None:
    """Whoever waits for a version would wait for ever, were it not in the row."""
    read = MessagesRead(**about(), reader="visitor", reader_id=VISITOR, up_to=1)

    assert row_after(started, read) == {**row_after(started), "version": 2}


def test_what_is_not_known_here_leaves_the_row_as_it_is() -> None:
    unknown = Unknown(at=after(5), type="conversation.noted.v1", data=b"{}")

    assert row_after(started, unknown) == row_after(started)


def test_a_visitor_who_left_is_marked_until_they_return() -> None:
    assert row_after(started, left())["visitor_left"]
    assert not row_after(started, left(), returned())["visitor_left"]


def test_a_conversation_that_was_taken_late_is_marked_until_it_waits_anew() -> None:
    assert row_after(started, missed, assigned(late=True))["late"]
    assert not row_after(started, missed, assigned(late=True), released())["late"]


def test_what_the_visitor_wrote_is_unread_until_an_agent_has_seen_it() -> None:
    def unread(*events: Event) -> int:
        row = MODEL.publishes.row(row_after(started, *events), 1)[1] if MODEL.publishes else None
        assert isinstance(row, InboxRow)
        return row.unread

    assert unread(hello, offline_told, hello) == 2
    assert unread(hello, hello, was_read(2)) == 1
    assert unread(hello, hello, was_read(3, by=None)) == 2
    assert unread(hello, was_read(2), hello) == 1
    assert unread(*[hello] * 150) == 99


@pytest.mark.parametrize(("event", "by"), [(hello, "visitor"), (offline_told, "bot")])
def test_a_row_says_who_spoke_last_and_when(event: Event, by: str) -> None:
    row = row_after(started, event)

    assert (row["last_by"], row["last_message_at"]) == (by, event.at)


PAPER = Attachment(file_id=ADA, name="paper.pdf", content_type="application/pdf", size_bytes=4)
ANSWER = hello.model_copy(update={"author": "agent", "author_id": ADA, "author_name": "Ada", "text": "Hi."})


@pytest.mark.parametrize(
    ("event", "text", "file", "author_name"),
    [
        (hello, hello.text, None, None),
        (offline_told, offline_told.text, None, None),
        (ANSWER, "Hi.", None, "Ada"),
        (
            ANSWER.model_copy(update={"text": "", "attachment": PAPER}),
            None,
            {"name": "paper.pdf", "content_type": "application/pdf"},
            "Ada",
        ),
    ],
)
def test_a_row_tells_what_was_said_last_and_nothing_of_what_was_said_before(
    event: Event, text: str | None, file: Row | None, author_name: str | None
) -> None:
    before = ANSWER.model_copy(update={"attachment": PAPER, "author_name": "Bob"})

    row = row_after(started, before, event, was_read(2), closed)

    assert (row["last_text"], row["last_file"], row["last_author_name"]) == (text, file, author_name)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (" One\r\n\ttwo\u2028three ", "One two three"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("<b>bold</b>", "<b>bold</b>"),
        (" \n ", None),
    ],
)
def test_what_was_said_last_is_one_line_that_has_an_end(said: str, shown: str | None) -> None:
    assert row_after(started, hello.model_copy(update={"text": said}))["last_text"] == shown


def test_a_removed_agent_is_remembered() -> None:
    removed = AgentRemoved(at=T0, agent_id=ADA, by=BOB)

    rows = KnownRows(MODELS, [recorded(removed, 1, of=stream("account", ADA))])

    assert list(rows.of(removed_agents)) == [(WORKSPACE, ADA)]


def test_a_blocked_visitor_is_listed_until_unblocked() -> None:
    of = stream("visitor", VISITOR)
    blocked = VisitorBlocked(
        at=T0, visitor_id=VISITOR, conversation_id=CONVERSATION, by=ADA, by_name="Ada", reason="Rude."
    )
    rows = KnownRows(MODELS, [recorded(blocked, 1, of=of)])
    row = rows.of(blocked_visitors)[WORKSPACE, VISITOR]
    assert (row["blocked"], row["by_name"], row["reason"], row["version"]) == (True, "Ada", "Rude.", 1)

    rows.fold(recorded(VisitorUnblocked(at=after(5), visitor_id=VISITOR, by=BOB), 2, of=of))

    assert not rows.of(blocked_visitors)[WORKSPACE, VISITOR]["blocked"]
    assert rows.of(conversations) == {}


def test_the_row_is_published_with_its_generation() -> None:
    assert MODEL.publishes is not None

    key, row = MODEL.publishes.row(row_after(started, assigned(ADA)), 3)

    assert key == CONVERSATION
    assert isinstance(row, InboxRow)
    assert (row.workspace_id, row.generation, row.version) == (WORKSPACE, 3, 2)
    assert (row.holder_id, row.status, row.started_at) == (ADA, "open", T0)
    assert (row.waiting_since, row.assigned_at, row.assigned_by) == (T0, assigned(ADA).at, ADA)


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


@pytest.mark.parametrize("is_online", [True, False])
def test_another_name_changes_an_agents_name_alone(is_online: bool) -> None:
    here = stream("agent", ADA)
    online = AgentWentOnline(at=T0, agent_id=ADA, name="Ada", tab="t1")
    offline = AgentWentOffline(at=after(1), agent_id=ADA, reason="switched")
    named = AgentNamed(at=after(9), agent_id=ADA, name="Augusta")
    before = [online] if is_online else [online, offline]
    rows = KnownRows(MODELS, [recorded(event, at, of=here) for at, event in enumerate(before, 1)])

    rows.fold(recorded(named, len(before) + 1, of=here))

    row = rows.of(agents)[WORKSPACE, ADA]
    assert (row["name"], row["online"], row["version"]) == ("Augusta", is_online, len(before) + 1)


def test_another_name_of_who_was_never_online_and_leaving_make_no_row() -> None:
    named = AgentNamed(at=T0, agent_id=ADA, name="Augusta")
    online = AgentWentOnline(at=T0, agent_id=BOB, name="Bob", tab="t1")
    left = AgentLeft(at=after(9), agent_id=BOB)
    rows = KnownRows(MODELS, [recorded(named, 1, of=stream("agent", ADA))])
    rows.fold(recorded(online, 1, of=stream("agent", BOB)))
    rows.fold(recorded(left, 2, of=stream("agent", BOB)))

    assert rows.of(agents) == {}
