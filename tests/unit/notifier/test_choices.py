"""What agents want to be told of, told in events; and that a kind that is switched off reaches nobody's device."""

from dataclasses import replace

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.envelope import Event
from contracts.notifier import Kind, NoticeChoicesSet, Recipient
from services.notifier.commands import SetChoices
from services.notifier.decider.choices import DECIDER
from services.notifier.decider.policy import Agent, Conversation, notices
from tests.spec import given
from tests.unit.notifier.examples import (
    ADA,
    BOB,
    LAPTOP,
    PHONE,
    ada,
    after,
    assigned,
    bob,
    reassigned,
    released,
    said,
    started,
)

T1 = after(1)
HELD = Conversation(5, holders=((2, ADA),), said=(4, 5))
KINDS: dict[Kind, tuple[Event, ...]] = {
    "new_conversation": (started(), released),
    "new_message": (said(),),
    "assigned_to_you": (assigned(by=BOB), reassigned(to=ADA, by=BOB)),
}
EVENTS = [(kind, event) for kind, events in KINDS.items() for event in events]


def choose(*off: Kind) -> SetChoices:
    return SetChoices(ADA, off, T1)


def chosen(*off: Kind) -> NoticeChoicesSet:
    return NoticeChoicesSet(at=T1, agent_id=ADA, off=off)


def test_a_choice_is_told_when_it_is_another_one() -> None:
    assert given(DECIDER).when(choose()) == []
    assert given(DECIDER).when(choose("new_message")) == [chosen("new_message")]
    assert given(DECIDER, chosen("new_message")).when(choose("new_message")) == []
    assert given(DECIDER, chosen("new_message")).when(choose()) == [chosen()]
    assert given(DECIDER, chosen("new_message"), chosen()).when(choose()) == []


def test_the_order_of_what_is_switched_off_is_none() -> None:
    history = chosen("new_message", "assigned_to_you")

    assert given(DECIDER, history).when(choose("assigned_to_you", "new_message")) == []


@prop(st.lists(st.lists(st.sampled_from(sorted(KINDS)), unique=True).map(lambda off: choose(*off))))
def test_a_choice_that_is_sent_again_changes_nothing_and_the_last_one_counts(
    commands: list[SetChoices],
) -> None:
    state = DECIDER.initial
    for command in commands:
        for event in DECIDER.decide(command, state):
            state = DECIDER.evolve(state, event)
        assert DECIDER.decide(command, state) == []
        assert set(state.off) == set(command.off)


def verdict(event: Event, agent: Agent, seconds: float = 1) -> Recipient:
    (told,) = notices(event, 5, HELD, (agent,), after(seconds)).recipients
    return told


def of(agent: Agent, *off: Kind) -> Agent:
    return replace(agent, off=frozenset(off), choices_version=4)


@pytest.mark.parametrize(("kind", "event"), EVENTS)
def test_a_kind_that_is_switched_off_is_told_on_no_device(kind: Kind, event: Event) -> None:
    assert verdict(event, of(ada, kind)) == Recipient(
        agent_id=ADA,
        outcome="suppressed",
        devices=(PHONE, LAPTOP),
        presence_version=3,
        choices_version=4,
        switched_off=True,
    )


@pytest.mark.parametrize(("kind", "event"), EVENTS)
def test_the_other_kinds_are_told_as_ever(kind: Kind, event: Event) -> None:
    others = [one for one in KINDS if one != kind]

    assert verdict(event, of(ada, *others)) == verdict(event, ada).model_copy(update={"choices_version": 4})


def test_the_choice_counts_before_what_happens_to_be_so_and_not_for_who_was_removed() -> None:
    for agent, seconds in ((bob, 1), (ada, 4_000)):
        told = verdict(started(), of(agent, "new_conversation"), seconds)
        assert (told.switched_off, told.reason) == (True, None)
    told = verdict(started(), replace(of(ada, "new_conversation"), removed=True))
    assert (told.outcome, told.switched_off, told.reason) == ("suppressed", False, "removed")


def test_what_an_agent_chose_is_nobody_elses_choice() -> None:
    agents = (of(ada, "new_conversation"), replace(bob, online=True))

    decision = notices(started(), 1, Conversation(1), agents, T1)

    assert [one.outcome for one in decision.recipients] == ["suppressed", "sent"]
