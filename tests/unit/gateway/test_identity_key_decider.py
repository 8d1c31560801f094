"""Identity keys of a workspace, told in events."""

from functools import reduce

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.gateway import IdentityKeyEnded, IdentityKeyMade
from contracts.ids import derived_id
from services.chassis.decider import NotFound, Refused
from services.gateway.commands import EndIdentityKey, MakeIdentityKey
from services.gateway.decider import workspace
from tests.spec import given
from tests.unit.gateway.examples import ADA, T0, created

KIDS = [derived_id("key", number) for number in range(4)]


def make(number: int, secret_id: str = "s") -> MakeIdentityKey:
    return MakeIdentityKey(KIDS[number], secret_id, ADA, T0)


def end(number: int) -> EndIdentityKey:
    return EndIdentityKey(KIDS[number], ADA, T0)


def made(number: int, secret_id: str = "s") -> IdentityKeyMade:
    return IdentityKeyMade(kid=KIDS[number], secret_id=secret_id, by=ADA, at=T0)


def ended(number: int) -> IdentityKeyEnded:
    return IdentityKeyEnded(kid=KIDS[number], by=ADA, at=T0)


def test_a_key_is_made_and_ended_once() -> None:
    assert given(workspace.DECIDER, created).when(make(0)) == [made(0)]
    assert given(workspace.DECIDER, created, made(0)).when(make(0, "another")) == []
    assert given(workspace.DECIDER, created, made(0)).when(end(0)) == [ended(0)]
    assert given(workspace.DECIDER, created, made(0), ended(0)).when(end(0)) == []


def test_a_key_that_was_ended_is_not_made_again() -> None:
    assert given(workspace.DECIDER, created, made(0), ended(0)).when(make(0)) == []


def test_of_more_than_two_keys_one_must_be_ended_first() -> None:
    with pytest.raises(Refused, check=lambda refused: refused.code == "too_many_identity_keys"):
        given(workspace.DECIDER, created, made(0), made(1)).when(make(2))
    assert given(workspace.DECIDER, created, made(0), made(1), ended(0)).when(make(2)) == [made(2)]


def test_there_are_no_keys_of_nothing() -> None:
    with pytest.raises(NotFound):
        given(workspace.DECIDER).when(make(0))
    for history in ([], [created], [created, made(1)]):
        with pytest.raises(NotFound):
            given(workspace.DECIDER, *history).when(end(0))


commands = st.builds(make, st.integers(0, 3), st.sampled_from(["s", "t"])) | st.builds(end, st.integers(0, 3))


@prop(st.lists(commands, max_size=12))
def test_two_keys_count_at_most_and_any_accepted_command_may_be_retried(
    sent: list[MakeIdentityKey | EndIdentityKey],
) -> None:
    state = workspace.evolve(workspace.NoWorkspace(), created)
    gone = set[str]()
    for command in sent:
        try:
            events = workspace.decide(command, state)
        except Refused:
            continue
        state = reduce(workspace.evolve, events, state)
        gone |= {event.kid for event in events if isinstance(event, IdentityKeyEnded)}
        assert list(workspace.decide(command, state)) == []
        assert isinstance(state, workspace.Workspace)
        assert len(state.identity_keys) <= workspace.IDENTITY_KEYS_MAX
        assert not gone & state.identity_keys.keys()
