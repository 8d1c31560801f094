"""Any history of a conversation: commands of everybody in any order, and a holder who is removed now and then."""

from collections.abc import Iterator, Sequence
from functools import reduce

from hypothesis import settings
from hypothesis import strategies as st

from contracts.envelope import Event
from services.chassis.decider import Refused
from services.conversation.commands.conversation import Command
from services.conversation.decider import DECIDER
from services.conversation.decider.state import State
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    abandon,
    answer_card,
    ask,
    assign,
    away,
    back,
    close,
    elapse,
    end,
    end_missed,
    no_decision,
    read,
    release,
    say,
    show_card,
    start,
    take,
)

Step = Command

agents = st.sampled_from([ADA, BOB])
holders = st.sampled_from([None, ADA, BOB])
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(take, agents, online=st.booleans(), expected=holders),
    st.builds(assign, agents, by=agents, expected=holders, online=st.booleans()),
    st.builds(close, agents, expected=holders),
    st.builds(say, agents),
    st.builds(release, agents),
    st.builds(read, st.integers(1, 40), st.none() | agents),
    st.sampled_from([start(), ask(), elapse, no_decision, end_missed, show_card, answer_card, end()]),
    st.sampled_from([away, back, abandon]),
)


def _begun(then: list[Step]) -> list[Step]:
    return [start(), *then]


steps = st.lists(commands, max_size=30).map(_begun)
unhurried = settings(
    deadline=None
)  # How long one example takes says nothing on a machine that others use too.


def told(history: Sequence[Step]) -> Iterator[tuple[Step, State, Sequence[Event]]]:
    """Each step that was accepted, with the state before it and the events that it led to."""
    state: State = DECIDER.initial
    for step in history:
        try:
            events = DECIDER.decide(step, state)
        except Refused:
            continue
        yield step, state, events
        state = reduce(DECIDER.evolve, events, state)


def events_of(history: Sequence[Step]) -> list[Event]:
    """All events of a history."""
    return [event for _, _, events in told(history) for event in events]
