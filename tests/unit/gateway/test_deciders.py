"""Workspaces and accounts, told in events."""

from functools import reduce

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from services.chassis.decider import NotFound, Refused, TakeClaim
from services.gateway.commands import AccountCommand, CreateWorkspace, InviteAgent, JoinAgent
from services.gateway.decider import account, workspace
from tests.spec import given
from tests.unit.gateway.examples import (
    ADA,
    KEY,
    T0,
    WORKSPACE,
    create,
    created,
    invite,
    invited,
    join,
    joined,
)


def test_a_workspace_is_created_once() -> None:
    assert given(workspace.DECIDER).when(create) == [created]
    assert given(workspace.DECIDER, created).when(create) == []


def test_a_workspace_has_one_name() -> None:
    with pytest.raises(Refused, match="another name"):
        given(workspace.DECIDER, created).when(CreateWorkspace(WORKSPACE, "Other", T0))


def test_an_invitation_takes_the_address() -> None:
    assert given(account.DECIDER).when(invite) == [invited]
    assert account.claims(invited) == [TakeClaim("account_email", KEY)]


def test_an_invitation_written_before_there_were_keys_takes_nothing() -> None:
    assert account.claims(invited.model_copy(update={"email_key": ""})) == []


def test_a_lost_link_is_asked_for_again_by_the_same_invitation() -> None:
    assert given(account.DECIDER, invited).when(invite) == []


def test_an_invitation_to_another_role_is_refused() -> None:
    with pytest.raises(Refused, match="invited already, as agent"):
        given(account.DECIDER, invited).when(InviteAgent(ADA, "Ada@example.org", KEY, "owner", None, T0))


def test_who_joined_is_not_invited_again() -> None:
    with pytest.raises(Refused, match="in the workspace already"):
        given(account.DECIDER, invited, joined).when(invite)


def test_the_invited_join() -> None:
    assert given(account.DECIDER, invited).when(join) == [joined]


def test_nobody_joins_without_an_invitation() -> None:
    with pytest.raises(NotFound):
        given(account.DECIDER).when(join)


def test_who_joins_again_keeps_the_first_name() -> None:
    later = given(account.DECIDER, invited, joined)

    assert later.when(JoinAgent("Augusta", T0)) == []
    assert later.state == account.Joined(agent_id=ADA, role="agent", name="Ada")


roles = st.sampled_from(["owner", "editor", "agent"])
account_commands = st.one_of(
    st.builds(
        InviteAgent, st.just(ADA), st.just("ada@example.org"), st.just(KEY), roles, st.none(), st.just(T0)
    ),
    st.builds(JoinAgent, st.sampled_from(["Ada", "Augusta"]), st.just(T0)),
)


@prop(st.lists(account_commands, max_size=8))
def test_any_accepted_account_command_may_be_retried(commands: list[AccountCommand]) -> None:
    state = account.DECIDER.initial
    for command in commands:
        try:
            events = account.DECIDER.decide(command, state)
        except Refused:
            continue
        state = reduce(account.DECIDER.evolve, events, state)
        assert list(account.DECIDER.decide(command, state)) == []


@prop(st.lists(st.sampled_from(["Acme", "Other"]), max_size=5))
def test_any_accepted_workspace_command_may_be_retried(names: list[str]) -> None:
    state = workspace.DECIDER.initial
    for name in names:
        command = CreateWorkspace(WORKSPACE, name, T0)
        try:
            events = workspace.DECIDER.decide(command, state)
        except Refused:
            continue
        state = reduce(workspace.DECIDER.evolve, events, state)
        assert list(workspace.DECIDER.decide(command, state)) == []
