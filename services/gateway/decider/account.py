"""An agent's account: invited, joined, removed. An address has at most one account that is not removed."""

from collections.abc import Sequence
from typing import Annotated, assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.gateway import (
    AgentInvited,
    AgentJoined,
    AgentLanguageChosen,
    AgentRemoved,
    AgentRenamed,
    AgentRoleChanged,
    ResetLinkMade,
    Role,
    SessionEnded,
    SessionsEnded,
    ViewRemoved,
    ViewSaved,
)
from contracts.look import Language
from contracts.personal import Personal
from services.chassis.decider import Decider, FreeClaim, NotFound, Refused, TakeClaim
from services.gateway.commands import (
    AccountCommand,
    ChangeRole,
    ChooseLanguage,
    EndSession,
    InviteAgent,
    JoinAgent,
    MakeResetLink,
    RemoveAgent,
    RemoveView,
    RenameAgent,
    SaveView,
    SetPassword,
    SignOutEverywhere,
)
from services.gateway.decider.saved_views import Views, remove_view, save_view, views_after

ENDED_KEPT_MAX = 50
"""As many as an account may have sessions: what was ended before is deleted by then."""


class NoAccount(BaseModel):
    """Nobody was invited to this account."""

    model_config = ConfigDict(frozen=True)


class Invited(BaseModel):
    """Somebody was invited and has not joined yet."""

    model_config = ConfigDict(frozen=True)

    agent_id: str
    email_key: str
    role: Role


class Joined(BaseModel):
    """The account of an agent of the workspace.

    `password_id` is the id under which the password that counts is kept; of the sessions those count that began with
    this `generation` and are not among those that were `ended` alone, the last of them. `term` counts the roles that
    the account has had. `may_reset`: a link to another password was made since the last one was set. `language` is
    what they chose to read, if they did.
    """

    model_config = ConfigDict(frozen=True)

    agent_id: str
    role: Role
    name: Annotated[str, Personal]
    email_key: str = ""
    password_id: str = ""
    generation: int = 0
    term: int = 1
    ended: tuple[str, ...] = ()
    views: Views = ()
    may_reset: bool = False
    language: Language | None = None


class Removed(BaseModel):
    """The account of somebody who is no longer of the workspace."""

    model_config = ConfigDict(frozen=True)

    agent_id: str


State = NoAccount | Invited | Joined | Removed


def decide(command: AccountCommand, state: State) -> Sequence[Event]:
    """What the command adds to the account's stream. Raises Refused."""
    match command:
        case InviteAgent():
            return _invite(command, state)
        case JoinAgent():
            return _join(command, state)
        case RenameAgent():
            return _rename(command, state)
        case ChooseLanguage():
            return _choose_language(command, _joined(state))
        case ChangeRole():
            return _change_role(command, state)
        case MakeResetLink():
            return [ResetLinkMade(agent_id=_joined(state).agent_id, by=command.by, at=command.at)]
        case SetPassword():
            return _set_password(command, state)
        case SignOutEverywhere():
            return [
                SessionsEnded(agent_id=_joined(state).agent_id, reason="signed_out_everywhere", at=command.at)
            ]
        case EndSession():
            return _end_session(command, _joined(state))
        case RemoveAgent():
            return _remove(command, state)
        case SaveView():
            return save_view(command, _joined(state).agent_id, _joined(state).views)
        case RemoveView():
            return remove_view(command, _joined(state).agent_id, _joined(state).views)
        case _:
            assert_never(command)


def _joined(state: State) -> Joined:
    if not isinstance(state, Joined):
        raise NotFound("agent")
    return state


def _invite(c: InviteAgent, state: State) -> Sequence[Event]:
    match state:
        case NoAccount():
            event = AgentInvited(
                agent_id=c.agent_id, email=c.email, email_key=c.email_key, role=c.role, by=c.by, at=c.at
            )
            return [event]
        case Invited(email_key=c.email_key, role=c.role):
            return []
        case Invited():
            raise Refused("already_invited", f"They are invited already, as {state.role}.", role=state.role)
        case Joined():
            raise Refused(
                "already_joined", f"They are in the workspace already, as {state.role}.", role=state.role
            )
        case Removed():
            raise NotFound("invitation")  # An account that was removed never comes back.


def _join(c: JoinAgent, state: State) -> Sequence[Event]:
    match state:
        case NoAccount() | Removed():
            raise NotFound("invitation")
        case Invited():
            return [AgentJoined(agent_id=state.agent_id, name=c.name, password_id=c.password_id, at=c.at)]
        case Joined():
            return []  # The link still works when only its session got lost; the first name and password stand.


def _rename(c: RenameAgent, state: State) -> Sequence[Event]:
    joined = _joined(state)
    return [] if joined.name == c.name else [AgentRenamed(agent_id=joined.agent_id, name=c.name, at=c.at)]


def _choose_language(c: ChooseLanguage, state: Joined) -> Sequence[Event]:
    if state.language == c.language:
        return []
    return [AgentLanguageChosen(agent_id=state.agent_id, language=c.language, at=c.at)]


def _change_role(c: ChangeRole, state: State) -> Sequence[Event]:
    if isinstance(state, NoAccount | Removed):
        raise NotFound("agent")
    if state.role == c.role:
        return []
    _let_go(state, c.dismissed_term)
    return [AgentRoleChanged(agent_id=state.agent_id, role=c.role, by=c.by, at=c.at)]


def _set_password(c: SetPassword, state: State) -> Sequence[Event]:
    joined = _joined(state)
    if joined.password_id == c.password_id:
        return []
    ended = SessionsEnded(agent_id=joined.agent_id, reason=c.reason, password_id=c.password_id, at=c.at)
    return [ended]


def _end_session(c: EndSession, state: Joined) -> Sequence[Event]:
    if c.session_id in state.ended:
        return []
    return [SessionEnded(agent_id=state.agent_id, session_id=c.session_id, reason=c.reason, at=c.at)]


def _remove(c: RemoveAgent, state: State) -> Sequence[Event]:
    match state:
        case NoAccount():
            raise NotFound("agent")
        case Removed():
            return []
        case Invited() | Joined():
            _let_go(state, c.dismissed_term)
            return [AgentRemoved(agent_id=state.agent_id, by=c.by, email_key=state.email_key, at=c.at)]


def _let_go(state: Invited | Joined, dismissed_term: int) -> None:
    """An owner who joined goes only after the workspace has said that another one stays."""
    if isinstance(state, Joined) and state.role == "owner" and state.term != dismissed_term:
        raise Refused("role_changed", "They were made an owner meanwhile; ask again.")


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case AgentInvited(), NoAccount():
            return Invited(agent_id=event.agent_id, email_key=event.email_key, role=event.role)
        case AgentJoined(), Invited():
            return Joined(
                agent_id=state.agent_id,
                role=state.role,
                name=event.name,
                email_key=state.email_key,
                password_id=event.password_id,
            )
        case AgentRenamed(name=name), Joined():
            return state.model_copy(update={"name": name})
        case AgentLanguageChosen(language=language), Joined():
            return state.model_copy(update={"language": language})
        case AgentRoleChanged(role=role), Invited():
            return state.model_copy(update={"role": role})
        case AgentRoleChanged(role=role), Joined():
            return state.model_copy(update={"role": role, "term": state.term + 1})
        case SessionsEnded(), Joined():
            password_id = event.password_id or state.password_id
            over = {"password_id": password_id, "generation": state.generation + 1, "ended": ()}
            may_reset = state.may_reset and not event.password_id
            return state.model_copy(update={**over, "may_reset": may_reset})
        case ResetLinkMade(), Joined():
            return state.model_copy(update={"may_reset": True})
        case SessionEnded(session_id=session_id), Joined():
            return state.model_copy(update={"ended": (*state.ended, session_id)[-ENDED_KEPT_MAX:]})
        case ViewSaved() | ViewRemoved(), Joined():
            return state.model_copy(update={"views": views_after(state.views, event)})
        case AgentRemoved(), Invited() | Joined():
            return Removed(agent_id=state.agent_id)
        case _:
            return state


def claims(event: Event) -> Sequence[TakeClaim | FreeClaim]:
    """The address belongs to the account from the invitation until the removal."""
    match event:
        case AgentInvited(email_key=key) if key:
            return [TakeClaim("account_email", key)]
        case AgentRemoved(email_key=key) if key:
            return [FreeClaim("account_email", key)]
        case _:
            return []


def _subject(state: State) -> str | None:
    return None if isinstance(state, NoAccount) else state.agent_id


DECIDER: Decider[AccountCommand, State] = Decider(
    category="account",
    decide=decide,
    evolve=evolve,
    initial=NoAccount(),
    states=(NoAccount, Invited, Joined, Removed),
    schema=6,
    claims=claims,
    subject=_subject,
)
