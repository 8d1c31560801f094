"""An agent goes online and offline, and each change is told once."""

from functools import reduce
from itertools import pairwise

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from contracts.envelope import Event
from services.presence.commands import Command, GoOffline
from services.presence.decider import DECIDER, State
from tests.spec import given
from tests.unit.presence.examples import go_offline, go_online, offline, online

commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(go_online, at=st.integers(0, 3), tab=st.sampled_from(["tab-1", "tab-2"])),
    st.builds(go_offline, at=st.integers(0, 3), since=st.none() | st.integers(0, 3)),
)


def test_an_agent_goes_online() -> None:
    assert given(DECIDER).when(go_online()) == [online()]


def test_going_online_again_in_the_same_tab_changes_nothing() -> None:
    assert given(DECIDER, online()).when(go_online(at=5)) == []


def test_going_online_in_another_tab_changes_nothing() -> None:
    assert given(DECIDER, online()).when(go_online(at=5, tab="tab-2")) == []


def test_an_agent_goes_offline() -> None:
    assert given(DECIDER, online()).when(go_offline()) == [offline()]


def test_an_agent_who_is_offline_or_was_never_online_cannot_go_offline() -> None:
    assert given(DECIDER).when(go_offline()) == []
    assert given(DECIDER, online(), offline()).when(go_offline()) == []


def test_an_agent_comes_back_in_another_tab() -> None:
    back = online(at=9, tab="tab-2")

    assert given(DECIDER, online(), offline()).when(go_online(at=9, tab="tab-2")) == [back]


def test_the_reason_of_going_offline_is_told() -> None:
    command = GoOffline(reason="connection_lost", at=offline().at)

    [event] = given(DECIDER, online()).when(command)

    assert event == offline().model_copy(update={"reason": "connection_lost"})


def test_a_lost_connection_does_not_end_a_later_time_online() -> None:
    history = (online(), offline(), online(at=9))

    assert given(DECIDER, *history).when(go_offline(at=10, since=0)) == []
    assert given(DECIDER, *history).when(go_offline(at=10, since=9)) == [offline(at=10)]


@settings(deadline=None)
@for_all(st.lists(commands, max_size=20))
def test_a_command_sent_again_at_once_changes_nothing_and_changes_alternate(history: list[Command]) -> None:
    state: State = DECIDER.initial
    told: list[Event] = []
    for command in history:
        events = DECIDER.decide(command, state)
        state = reduce(DECIDER.evolve, events, state)
        told += events

        assert DECIDER.decide(command, state) == []
    assert all(one.TYPE != other.TYPE for one, other in pairwise(told))
