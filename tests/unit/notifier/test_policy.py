"""Who is told of what, as a table, and what holds for any knowledge whatsoever."""

from dataclasses import replace

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.conversation import Evidence
from contracts.envelope import Event
from contracts.notifier import Kind, Recipient
from services.notifier.decider.policy import (
    EVERYBODY,
    Agent,
    Conversation,
    concerned,
    notices,
    withdrawn,
)
from tests.unit.notifier.examples import (
    ADA,
    BOB,
    CEM,
    LAPTOP,
    PHONE,
    TABLET,
    ada,
    after,
    assigned,
    bob,
    closed,
    reassigned,
    released,
    said,
    started,
)

NEW = Conversation(1)
HELD = Conversation(5, holders=((2, ADA),), said=(4, 5))
GIVEN_ANEW = replace(HELD, holders=((2, ADA), (7, ADA)), given=7)


def verdict(event: Event, version: int, known: Conversation, agent: Agent = ada, seconds: float = 1) -> str:
    """The outcome for one agent, with its reason where there is one."""
    (told,) = notices(event, version, known, (agent,), after(seconds)).recipients
    return f"{told.outcome} {told.reason}" if told.reason else told.outcome


@pytest.mark.parametrize(
    ("event", "version", "known", "whom"),
    [
        (started(), 1, NEW, EVERYBODY),
        (released, 3, HELD, EVERYBODY),
        (said(), 4, HELD, ADA),
        (said(), 2, HELD, None),
        (said(author="agent"), 4, HELD, None),
        (assigned(), 2, HELD, ADA),
        (reassigned(), 3, HELD, BOB),
        (closed, 6, HELD, None),
        (said(), 8, Conversation(9, holders=((2, ADA), (7, None))), None),
        (said(), 6, Conversation(9, holders=((2, ADA), (7, BOB))), ADA),
    ],
)
def test_whom_an_event_concerns(event: Event, version: int, known: Conversation, whom: str | None) -> None:
    assert concerned(event, version, known) == whom


def test_a_new_conversation_is_told_to_the_online_agents_on_all_devices_until_the_wait_is_over() -> None:
    decision = notices(started(), 1, NEW, (ada, bob), after(1))

    assert (decision.kind, decision.expires_at, decision.text) == ("new_conversation", after(60), None)
    assert decision.recipients == (
        Recipient(agent_id=ADA, outcome="sent", devices=(PHONE, LAPTOP), presence_version=3),
        Recipient(
            agent_id=BOB, outcome="suppressed", reason="not_online", devices=(TABLET,), presence_version=2
        ),
    )


@pytest.mark.parametrize(
    ("known", "seconds", "wanted"),
    [
        (NEW, 1, "sent"),
        (Conversation(2, holders=((2, BOB),)), 1, "suppressed taken"),
        (Conversation(2, closed=True), 1, "suppressed closed"),
        (NEW, 60, "suppressed too_late"),
    ],
)
def test_a_new_conversation_is_told_while_it_waits(known: Conversation, seconds: float, wanted: str) -> None:
    assert verdict(started(), 1, known, seconds=seconds) == wanted


def test_the_newest_word_on_an_agents_presence_counts() -> None:
    newer = Evidence(agent_id=BOB, online=True, version=3, age_ms=5)
    older = Evidence(agent_id=ADA, online=False, version=2, age_ms=5)

    assert verdict(started((newer, older)), 1, NEW, bob) == "sent"
    assert verdict(started((newer, older)), 1, NEW, ada) == "sent"


@pytest.mark.parametrize(
    ("version", "known", "wanted"),
    [
        (4, HELD, "sent"),
        (5, HELD, "collapsed"),
        (5, replace(HELD, read=((ADA, 4),)), "sent"),
        (5, replace(HELD, read=((ADA, 5),)), "suppressed read"),
        (5, replace(HELD, read=((BOB, 5),)), "collapsed"),
        (5, replace(HELD, closed=True), "suppressed closed"),
        (5, replace(HELD, holders=((2, ADA), (6, BOB))), "suppressed taken"),
        (5, replace(HELD, holders=((4, ADA),), said=(3, 5)), "sent"),
    ],
)
def test_a_message_is_told_to_its_holder(version: int, known: Conversation, wanted: str) -> None:
    assert verdict(said(), version, known) == wanted


def test_an_assignment_is_told_unless_it_is_ones_own() -> None:
    assert verdict(assigned(by=BOB), 2, HELD) == "sent"
    assert verdict(assigned(by=ADA), 2, HELD) == "suppressed own_action"
    assert (
        verdict(reassigned(to=ADA, by=CEM), 2, replace(HELD, holders=((2, ADA), (3, BOB))))
        == "suppressed taken"
    )


@pytest.mark.parametrize("event", [started(), said(), assigned(), released])
def test_nobody_who_was_removed_is_told(event: Event) -> None:
    assert verdict(event, 3, HELD, replace(ada, removed=True)) == "suppressed removed"


def test_a_long_message_is_cut_to_one_line() -> None:
    decision = notices(said("a \n" * 200), 5, HELD, (ada,), after(1))

    assert decision.text is not None
    assert (len(decision.text), decision.text[-1], decision.text[:4]) == (120, "…", "a a ")


AGENTS = st.builds(
    Agent,
    agent_id=st.sampled_from([ADA, BOB, CEM]),
    devices=st.lists(st.sampled_from([PHONE, LAPTOP, TABLET]), unique=True).map(tuple),
    online=st.booleans(),
    presence_version=st.integers(0, 5),
    removed=st.booleans(),
    off=st.frozensets(st.sampled_from(["new_conversation", "new_message", "assigned_to_you"])),
    choices_version=st.integers(0, 5),
)
KNOWN = st.builds(
    Conversation,
    version=st.integers(1, 9),
    holders=st.lists(
        st.tuples(st.integers(2, 9), st.sampled_from([ADA, BOB, None])),
        max_size=3,
        unique_by=lambda it: it[0],
    ).map(lambda found: tuple(sorted(found, key=lambda it: it[0]))),
    said=st.lists(st.integers(2, 9), unique=True).map(lambda found: tuple(sorted(found))),
    read=st.lists(st.tuples(st.sampled_from([ADA, BOB]), st.integers(0, 9)), max_size=2).map(tuple),
    closed=st.booleans(),
)


@prop(
    st.sampled_from([started(), released, said(), assigned(), reassigned()]),
    st.integers(1, 9),
    KNOWN,
    st.lists(AGENTS, unique_by=lambda agent: agent.agent_id).map(tuple),
    st.integers(0, 4_000),
)
def test_every_agent_and_each_of_their_devices_has_exactly_one_verdict(
    event: Event, version: int, known: Conversation, agents: tuple[Agent, ...], seconds: int
) -> None:
    decision = notices(event, version, known, agents, after(seconds))

    told = [(one.agent_id, one.devices) for one in decision.recipients]
    assert told == [(agent.agent_id, agent.devices) for agent in agents]
    assert all(
        (one.reason is not None) + one.switched_off == (one.outcome == "suppressed")
        for one in decision.recipients
    )
    assert all(
        one.switched_off == (decision.kind in agent.off and not agent.removed)
        for one, agent in zip(decision.recipients, agents, strict=True)
    )


@pytest.mark.parametrize(
    ("kind", "version", "known", "agent", "wanted"),
    [
        ("new_conversation", 1, NEW, ada, None),
        ("new_conversation", 1, Conversation(2, holders=((2, BOB),)), ada, "taken"),
        ("new_conversation", 1, Conversation(3, holders=((3, None),)), ada, "taken"),
        ("new_conversation", 3, Conversation(3, holders=((3, None),), said=(2,)), ada, None),
        ("new_conversation", 1, Conversation(2, closed=True), ada, "closed"),
        ("new_conversation", 1, NEW, bob, "not_online"),
        ("new_conversation", 1, Conversation(4, said=(2, 4)), ada, None),
        ("new_message", 5, HELD, ada, None),
        ("new_message", 4, HELD, ada, "superseded"),
        ("new_message", 4, replace(HELD, read=((ADA, 4),)), ada, "read"),
        ("new_message", 5, replace(HELD, read=((BOB, 5),)), ada, None),
        ("new_message", 5, replace(HELD, holders=((2, ADA), (6, BOB))), ada, "taken"),
        ("new_message", 5, replace(HELD, closed=True), ada, "closed"),
        ("new_message", 5, GIVEN_ANEW, ada, "superseded"),
        ("new_message", 5, replace(HELD, holders=((2, ADA), (7, ADA))), ada, None),
        ("new_message", 5, replace(HELD, holders=((2, ADA), (8, ADA)), said=(5, 7)), ada, None),
        ("assigned_to_you", 2, Conversation(2, holders=((2, ADA),), given=2), ada, None),
        ("assigned_to_you", 2, replace(HELD, given=2), ada, "superseded"),
        ("assigned_to_you", 2, replace(HELD, read=((ADA, 5),)), ada, "read"),
        ("assigned_to_you", 2, replace(HELD, holders=((2, ADA), (6, BOB))), ada, "taken"),
        ("assigned_to_you", 2, replace(HELD, given=2), replace(ada, off=frozenset({"new_message"})), None),
        ("new_message", 5, GIVEN_ANEW, replace(ada, off=frozenset({"assigned_to_you"})), None),
        ("new_message", 5, HELD, replace(ada, off=frozenset({"new_message"})), "switched_off"),
        ("new_message", 5, HELD, replace(ada, off=frozenset({"new_message"}), removed=True), "removed"),
    ],
)
def test_what_has_happened_since_a_verdict_speaks_against_another_try(
    kind: Kind, version: int, known: Conversation, agent: Agent, wanted: str | None
) -> None:
    assert withdrawn(kind, version, known, agent) == wanted


@prop(
    st.sampled_from([started(), released, said(), assigned(), reassigned()]), st.integers(1, 9), KNOWN, AGENTS
)
def test_whoever_would_not_be_told_at_first_is_not_tried_again(
    event: Event, version: int, known: Conversation, agent: Agent
) -> None:
    decision = notices(event, version, known, (agent,), after(1))
    (told,) = decision.recipients

    if told.outcome == "suppressed" and told.reason != "own_action":
        assert withdrawn(decision.kind, version, known, agent) == (told.reason or "switched_off")
