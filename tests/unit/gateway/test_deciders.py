"""Workspaces and accounts, told in events."""

from functools import reduce

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.gateway import (
    AgentLanguageChosen,
    AgentRemoved,
    AgentRenamed,
    AgentRoleChanged,
    OwnerAppointed,
    OwnerDismissed,
    SessionEnded,
    SessionsEnded,
)
from contracts.ids import derived_id
from services.chassis.decider import FreeClaim, NotFound, Refused, TakeClaim
from services.gateway.commands import (
    AccountCommand,
    AppointOwner,
    ChangeRole,
    ChooseLanguage,
    CreateWorkspace,
    DismissOwner,
    EndSession,
    InviteAgent,
    JoinAgent,
    RemoveAgent,
    RenameAgent,
    SetPassword,
    SignOutEverywhere,
)
from services.gateway.decider import account, workspace
from tests.spec import given
from tests.unit.gateway.examples import (
    ADA,
    KEY,
    SESSION,
    T0,
    WORKSPACE,
    create,
    created,
    invite,
    invited,
    join,
    joined,
)

OWNER, THIRD = derived_id("owner"), derived_id("third")


def appointed(agent_id: str) -> OwnerAppointed:
    return OwnerAppointed(agent_id=agent_id, term=1, at=T0)


def test_a_workspace_is_created_once() -> None:
    assert given(workspace.DECIDER).when(create) == [created]
    assert given(workspace.DECIDER, created).when(create) == []


def test_a_workspace_has_one_name() -> None:
    with pytest.raises(Refused, check=lambda refused: refused.code == "workspace_exists"):
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

    assert later.when(JoinAgent("Augusta", "p2", T0)) == []
    assert later.state == account.Joined(
        agent_id=ADA, role="agent", name="Ada", email_key=KEY, password_id="p1"
    )


def test_an_agent_goes_by_another_name() -> None:
    renamed = AgentRenamed(agent_id=ADA, name="Augusta", at=T0)

    assert given(account.DECIDER, invited, joined).when(RenameAgent("Augusta", T0)) == [renamed]
    assert given(account.DECIDER, invited, joined, renamed).when(RenameAgent("Augusta", T0)) == []


def test_an_agent_chooses_a_language_and_another_one() -> None:
    chosen = AgentLanguageChosen(agent_id=ADA, language="pt-BR", at=T0)
    after = given(account.DECIDER, invited, joined, chosen)

    assert given(account.DECIDER, invited, joined).state.language is None
    assert given(account.DECIDER, invited, joined).when(ChooseLanguage("pt-BR", T0)) == [chosen]
    assert after.when(ChooseLanguage("pt-BR", T0)) == []
    assert after.when(ChooseLanguage("en", T0)) == [AgentLanguageChosen(agent_id=ADA, language="en", at=T0)]
    with pytest.raises(NotFound):
        given(account.DECIDER, invited).when(ChooseLanguage("en", T0))


@pytest.mark.parametrize(
    "password", [SetPassword("p2", "reset", T0), SetPassword("p2", "password_changed", T0)]
)
def test_another_password_ends_all_sessions_and_counts_once(password: SetPassword) -> None:
    ended = SessionsEnded(agent_id=ADA, reason=password.reason, password_id="p2", at=T0)
    after = given(account.DECIDER, invited, joined, ended)

    assert given(account.DECIDER, invited, joined).when(password) == [ended]
    assert after.when(password) == []
    assert (after.state.password_id, after.state.generation) == ("p2", 1)


def test_signing_out_everywhere_leaves_the_password() -> None:
    (ended,) = given(account.DECIDER, invited, joined).when(SignOutEverywhere(T0))
    after = given(account.DECIDER, invited, joined, ended)

    assert ended == SessionsEnded(agent_id=ADA, reason="signed_out_everywhere", at=T0)
    assert (after.state.password_id, after.state.generation) == ("p1", 1)


def test_the_end_of_one_session_is_told_and_leaves_the_others() -> None:
    command = EndSession(SESSION, "ended", T0)
    (ended,) = given(account.DECIDER, invited, joined).when(command)

    assert ended == SessionEnded(agent_id=ADA, session_id=SESSION, reason="ended", at=T0)
    assert given(account.DECIDER, invited, joined, ended).state.generation == 0
    assert given(account.DECIDER, invited, joined, ended).when(command) == []
    with pytest.raises(NotFound):
        given(account.DECIDER, invited).when(command)


def test_a_removal_frees_the_address_and_is_for_ever() -> None:
    removed = AgentRemoved(agent_id=ADA, by=OWNER, email_key=KEY, at=T0)
    gone = given(account.DECIDER, invited, joined, removed)

    assert given(account.DECIDER, invited, joined).when(RemoveAgent(OWNER, T0)) == [removed]
    assert given(account.DECIDER, invited).when(RemoveAgent(OWNER, T0)) == [removed]
    assert account.claims(removed) == [FreeClaim("account_email", KEY)]
    assert gone.when(RemoveAgent(OWNER, T0)) == []
    for command in (invite, join, RenameAgent("A", T0), SetPassword("p", "reset", T0), SignOutEverywhere(T0)):
        with pytest.raises(NotFound):
            gone.when(command)


def test_an_owner_goes_only_in_the_term_in_which_the_workspace_let_them_go() -> None:
    promoted = AgentRoleChanged(agent_id=ADA, role="owner", by=OWNER, at=T0)
    owner = given(account.DECIDER, invited, joined, promoted)

    assert owner.state.term == 2
    for command in (RemoveAgent(OWNER, T0, 1), ChangeRole("agent", OWNER, T0)):
        with pytest.raises(Refused, match="made an owner meanwhile"):
            owner.when(command)
    assert owner.when(ChangeRole("owner", OWNER, T0)) == []
    (changed,) = owner.when(ChangeRole("editor", OWNER, T0, 2))
    assert changed == AgentRoleChanged(agent_id=ADA, role="editor", by=OWNER, at=T0)
    (gone,) = owner.when(RemoveAgent(OWNER, T0, 2))
    assert isinstance(gone, AgentRemoved)


def test_the_invited_may_get_another_role_before_they_join() -> None:
    promoted = AgentRoleChanged(agent_id=ADA, role="owner", by=OWNER, at=T0)

    assert given(account.DECIDER, invited).when(ChangeRole("owner", OWNER, T0)) == [promoted]
    state = given(account.DECIDER, invited, promoted, joined).state
    assert (state.role, state.term) == ("owner", 1)


def test_of_a_workspaces_owners_the_last_one_stays() -> None:
    two = given(workspace.DECIDER, created, appointed(ADA), appointed(OWNER))
    gone = OwnerDismissed(agent_id=ADA, term=1, at=T0)

    assert two.when(DismissOwner(ADA, 1, T0)) == [gone]
    one = given(workspace.DECIDER, created, appointed(ADA), appointed(OWNER), gone)
    assert one.when(DismissOwner(ADA, 1, T0)) == []
    with pytest.raises(workspace.LastOwner):
        one.when(DismissOwner(OWNER, 1, T0))


def test_late_news_of_an_owner_appoints_nobody_again() -> None:
    gone = OwnerDismissed(agent_id=ADA, term=3, at=T0)
    later = given(workspace.DECIDER, created, appointed(ADA), appointed(OWNER), gone)

    assert later.when(AppointOwner(ADA, 3, T0)) == []
    assert later.when(AppointOwner(OWNER, 5, T0)) == []
    assert later.when(AppointOwner(ADA, 4, T0)) == [OwnerAppointed(agent_id=ADA, term=4, at=T0)]


def test_an_owner_who_is_not_counted_yet_is_dismissed_before_the_news_of_them_comes() -> None:
    one = given(workspace.DECIDER, created, appointed(OWNER))

    assert one.when(DismissOwner(ADA, 1, T0)) == [OwnerDismissed(agent_id=ADA, term=1, at=T0)]


@prop(
    st.lists(st.tuples(st.booleans(), st.sampled_from([ADA, OWNER, THIRD]), st.integers(1, 4)), max_size=20)
)
def test_a_workspace_that_had_an_owner_has_one(steps: list[tuple[bool, str, int]]) -> None:
    state = reduce(workspace.evolve, [created, appointed(ADA)], workspace.DECIDER.initial)
    for appoints, who, term in steps:
        command = AppointOwner(who, term, T0) if appoints else DismissOwner(who, term, T0)
        try:
            events = workspace.decide(command, state)
        except workspace.LastOwner:
            continue
        state = reduce(workspace.evolve, events, state)
        assert list(workspace.decide(command, state)) == []
        assert isinstance(state, workspace.Workspace)
        assert state.owners


roles = st.sampled_from(["owner", "editor", "agent"])
account_commands = st.one_of(
    st.builds(
        InviteAgent, st.just(ADA), st.just("ada@example.org"), st.just(KEY), roles, st.none(), st.just(T0)
    ),
    st.builds(JoinAgent, st.sampled_from(["Ada", "Augusta"]), st.sampled_from(["p1", "p2"]), st.just(T0)),
    st.builds(RenameAgent, st.sampled_from(["Ada", "Augusta"]), st.just(T0)),
    st.builds(ChooseLanguage, st.sampled_from(["en", "pt-BR"]), st.just(T0)),
    st.builds(ChangeRole, roles, st.none(), st.just(T0), st.integers(0, 3)),
    st.builds(SetPassword, st.sampled_from(["p1", "p2"]), st.just("reset"), st.just(T0)),
    st.builds(RemoveAgent, st.none(), st.just(T0), st.integers(0, 3)),
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
