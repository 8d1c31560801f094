"""Canned replies: a shortcut belongs to one of them, and only who made one, or an owner, may change or remove it."""

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from contracts.conversation import CannedReplyRemoved, CannedReplySaved
from contracts.envelope import Event
from contracts.ids import derived_id, stream
from services.chassis.decider import FreeClaim, NotFound, Refused, TakeClaim
from services.conversation.commands.reply import (
    REPLIES_MAX,
    TEXT_CHARS_MAX,
    TITLE_CHARS_MAX,
    AddReply,
    ChangeReply,
    RemoveReply,
    ReplyCommand,
)
from services.conversation.decider.reply import REPLY, SHORTCUT, Reply, State
from services.conversation.tables import replies, reply_counts
from tests.spec import given
from tests.unit.conversation.edge import Edge
from tests.unit.conversation.examples import ADA, BOB, NAMES, WORKSPACE, after, recorded
from tests.unit.conversation.test_api import ada, bob, edge, stranger, visitor

__all__ = ["edge"]

ONE = derived_id("reply", 1)
owner = bob.model_copy(update={"id": derived_id("owner"), "name": "Olga", "role": "owner"})
HOURS = {
    "shortcut": "hours",
    "title": "Opening hours",
    "text": "Dear {visitor_name}, we open at nine. {agent_name}",
}


def add(shortcut: str = "hours", *, replies: int = 0) -> AddReply:
    told: dict[str, Any] = {"title": "Opening hours", "text": "Nine to five.", "by": ADA, "by_name": "Ada"}
    return AddReply(reply_id=ONE, shortcut=shortcut, replies=replies, at=after(1), **told)


def change(
    shortcut: str = "hours", text: str = "Ten to six.", by: str = ADA, *, owner: bool = False
) -> ChangeReply:
    told: dict[str, Any] = {"title": "Opening hours", "text": text, "by": by, "by_name": NAMES[by]}
    return ChangeReply(shortcut=shortcut, by_owner=owner, at=after(2), **told)


def remove(by: str = ADA, *, owner: bool = False) -> RemoveReply:
    return RemoveReply(by=by, by_name=NAMES[by], by_owner=owner, at=after(3))


def saved(text: str, **more: Any) -> CannedReplySaved:
    told = {"shortcut": "hours", "title": "Opening hours", "by": ADA, "by_name": "Ada", **more}
    return CannedReplySaved(reply_id=ONE, text=text, **told)


added = saved("Nine to five.", at=after(1))
changed = saved("Ten to six.", at=after(2))
renamed = saved("Ten to six.", at=after(2), shortcut="open", previous_shortcut="hours")
removed = CannedReplyRemoved(at=after(3), reply_id=ONE, shortcut="hours", by=ADA, by_name="Ada")


def test_a_reply_is_added_changed_and_removed_once() -> None:
    assert given(REPLY).when(add()) == [added]
    assert given(REPLY, added).when(add()) == []
    assert given(REPLY, added).when(change()) == [changed]
    assert given(REPLY, added, changed).when(change()) == []
    assert given(REPLY, added).when(change("open")) == [renamed]
    assert given(REPLY, added, changed).when(remove()) == [removed]
    assert given(REPLY, added, removed).when(remove()) == []


@pytest.mark.parametrize("history", [(), (added, removed)])
def test_what_is_not_there_cannot_be_changed(history: tuple[Event, ...]) -> None:
    with pytest.raises(NotFound):
        given(REPLY, *history).when(change())


def test_what_never_was_cannot_be_removed() -> None:
    with pytest.raises(NotFound):
        given(REPLY).when(remove())


@pytest.mark.parametrize("command", [change(by=BOB), remove(by=BOB)])
def test_a_colleagues_reply_is_left_alone_except_by_an_owner(command: ChangeReply | RemoveReply) -> None:
    with pytest.raises(Refused) as refused:
        given(REPLY, added).when(command)

    assert refused.value.code == "not_author"
    (event,) = given(REPLY, added).when(replace(command, by_owner=True))
    assert isinstance(event, CannedReplySaved | CannedReplyRemoved)
    assert (event.by, event.by_name) == (BOB, "Bob")


def test_the_author_stays_whoever_has_changed_it() -> None:
    by_an_owner = changed.model_copy(update={"by": BOB, "by_name": "Bob"})

    assert given(REPLY, added, by_an_owner).when(remove()) == [removed]
    with pytest.raises(Refused):
        given(REPLY, added, by_an_owner).when(remove(by=BOB))


def test_a_workspace_has_so_many_and_no_more() -> None:
    assert given(REPLY).when(add(replies=REPLIES_MAX - 1)) == [added]
    with pytest.raises(Refused) as refused:
        given(REPLY).when(add(replies=REPLIES_MAX))
    assert refused.value.code == "too_many_replies"


def test_a_shortcut_is_taken_and_given_up_with_the_events() -> None:
    assert [REPLY.claims(event) for event in (added, changed, renamed, removed)] == [
        [TakeClaim(SHORTCUT, "hours")],
        [TakeClaim(SHORTCUT, "hours")],
        [FreeClaim(SHORTCUT, "hours"), TakeClaim(SHORTCUT, "open")],
        [FreeClaim(SHORTCUT, "hours")],
    ]


COMMANDS = st.one_of(
    st.builds(add, st.sampled_from(["a", "b"]), replies=st.sampled_from([0, REPLIES_MAX])),
    st.builds(
        change,
        st.sampled_from(["a", "b"]),
        st.sampled_from(["x", "y"]),
        st.sampled_from([ADA, BOB]),
        owner=st.booleans(),
    ),
    st.builds(remove, st.sampled_from([ADA, BOB]), owner=st.booleans()),
)


@for_all(st.lists(COMMANDS))
def test_whatever_comes_a_repeat_changes_nothing_and_what_is_claimed_is_the_shortcut(
    commands: list[ReplyCommand],
) -> None:
    state: State = REPLY.initial
    held: set[str] = set()
    for command in commands:
        try:
            events = REPLY.decide(command, state)
        except Refused:
            continue
        for claim in (claim for event in events for claim in REPLY.claims(event)):
            held = held | {claim.key} if isinstance(claim, TakeClaim) else held - {claim.key}
        state = reduce(REPLY.evolve, events, state)
        assert REPLY.decide(command, state) == []
        assert held == ({state.shortcut} if isinstance(state, Reply) else set())


async def saves(edge: Edge, who: Any = ada, reply_id: str = "", **other: str) -> Any:
    path = f"/replies/{reply_id}" if reply_id else "/replies"
    return await edge.ask(who, "POST", path, {**HOURS, **other})


async def listed(edge: Edge, who: Any = bob, query: str = "") -> Any:
    return (await edge.ask(who, "GET", f"/replies{query}")).json()


async def test_a_reply_is_there_for_all_agents_of_the_workspace_as_it_was_saved(edge: Edge) -> None:
    answer = await saves(edge)

    reply_id = answer.json()["ids"]["reply_id"]
    assert (answer.status_code, answer.json()["stream"]) == (200, stream("reply", reply_id))
    (found,) = (await listed(edge))["items"]
    assert {name: found[name] for name in HOURS} == HOURS
    assert (found["author_id"], found["author_name"], found["version"]) == (ADA, "Ada", 1)
    assert (await listed(edge, stranger))["items"] == []


async def test_replies_are_listed_in_pages_by_shortcut(edge: Edge) -> None:
    for shortcut in ("c", "a", "b"):
        await saves(edge, shortcut=shortcut)

    first = await listed(edge, query="?limit=2")
    rest = await listed(edge, query=f"?limit=2&cursor={first['next']}")

    assert [one["shortcut"] for one in (*first["items"], *rest["items"])] == ["a", "b", "c"]
    assert rest["next"] is None


async def test_a_shortcut_that_is_taken_is_refused_and_told_whose_it_is(edge: Edge) -> None:
    first = (await saves(edge)).json()["ids"]["reply_id"]
    second = (await saves(edge, bob, shortcut="open")).json()["ids"]["reply_id"]

    for answer in (await saves(edge, bob), await saves(edge, bob, second)):
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["reply_id"]) == (409, "shortcut_taken", first)
    assert (await saves(edge, stranger)).status_code == 200, "another workspace has shortcuts of its own"


async def test_a_shortcut_that_was_given_up_is_free(edge: Edge) -> None:
    first = (await saves(edge)).json()["ids"]["reply_id"]
    await saves(edge, ada, first, shortcut="open")

    second = (await saves(edge, bob)).json()["ids"]["reply_id"]
    await edge.ask(bob, "POST", f"/replies/{second}/remove")

    assert (await saves(edge, bob)).status_code == 200
    assert [one["shortcut"] for one in (await listed(edge))["items"]] == ["hours", "open"]


async def test_only_its_author_and_owners_change_a_reply(edge: Edge) -> None:
    reply_id = (await saves(edge)).json()["ids"]["reply_id"]

    for path in (f"/replies/{reply_id}", f"/replies/{reply_id}/remove"):
        body = None if path.endswith("remove") else {**HOURS, "text": "Mine."}
        refused = await edge.ask(bob, "POST", path, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "not_author")
        assert (await edge.ask(stranger, "POST", path, body)).status_code == 404
        assert (await edge.ask(visitor(), "POST", path, body)).status_code == 403
    assert (await saves(edge, owner, reply_id, text="Ours.")).status_code == 200
    (found,) = (await listed(edge))["items"]
    assert (found["text"], found["author_id"], found["version"]) == ("Ours.", ADA, 2)
    assert (await edge.ask(owner, "POST", f"/replies/{reply_id}/remove")).status_code == 200
    assert (await listed(edge))["items"] == []


async def test_visitors_have_nothing_to_do_with_replies(edge: Edge) -> None:
    assert (await saves(edge, visitor())).status_code == 403
    assert (await edge.ask(visitor(), "GET", "/replies")).status_code == 403


@pytest.mark.parametrize(
    "other",
    [
        *({"shortcut": shortcut} for shortcut in ("", "Hours", "two words", "x" * 41, "straße", "hours\n")),
        *({"title": title} for title in ("", "  ", "x" * (TITLE_CHARS_MAX + 1))),
        *({"text": text} for text in ("", "x" * (TEXT_CHARS_MAX + 1))),
        {"colour": "red"},
    ],
)
async def test_what_does_not_fit_is_refused(edge: Edge, other: dict[str, str]) -> None:
    assert (await saves(edge, **other)).status_code == 422


async def test_the_longest_of_everything_fits(edge: Edge) -> None:
    longest = {"shortcut": "x" * 40, "title": "x" * TITLE_CHARS_MAX, "text": "é" * TEXT_CHARS_MAX}

    assert (await saves(edge, **longest)).status_code == 200


async def test_replies_are_counted_and_the_last_one_may_be_sent_again(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.conversation.decider.reply.REPLIES_MAX", 2)
    await saves(edge, shortcut="a")
    answers = [await edge.ask(ada, "POST", "/replies", HOURS, key="once") for _ in range(2)]

    assert [answer.json()["repeated"] for answer in answers] == [False, True]
    assert edge.rows.of(reply_counts) == {(WORKSPACE,): {"workspace_id": WORKSPACE, "replies": 2}}
    assert (await saves(edge, shortcut="b")).json()["code"] == "too_many_replies"
    await edge.ask(ada, "POST", f"/replies/{answers[0].json()['ids']['reply_id']}/remove")
    assert (await saves(edge, shortcut="b")).status_code == 200


def test_a_reply_that_is_told_twice_is_counted_once(edge: Edge) -> None:
    for event, version in ((added, 1), (added, 1), (changed, 2), (removed, 3), (removed, 3)):
        edge.rows.fold(recorded(event, version, of=stream("reply", ONE)))

    assert edge.rows.of(replies) == {}
    assert [row["replies"] for row in edge.rows.of(reply_counts).values()] == [0]
