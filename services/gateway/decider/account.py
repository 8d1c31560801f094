"""An agent's account: invited, then joined. An address has at most one account in a workspace."""

from collections.abc import Sequence
from typing import Annotated, assert_never

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event
from contracts.gateway import AgentInvited, AgentJoined, Role
from contracts.personal import Personal
from services.chassis.decider import Decider, NotFound, Refused, TakeClaim
from services.gateway.commands import AccountCommand, InviteAgent, JoinAgent


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
    """The account of an agent of the workspace."""

    model_config = ConfigDict(frozen=True)

    agent_id: str
    role: Role
    name: Annotated[str, Personal]


State = NoAccount | Invited | Joined


def decide(command: AccountCommand, state: State) -> Sequence[Event]:
    """What the command adds to the account's stream. Raises Refused."""
    match command:
        case InviteAgent():
            return _invite(command, state)
        case JoinAgent():
            return _join(command, state)
        case _:
            assert_never(command)


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


def _join(c: JoinAgent, state: State) -> Sequence[Event]:
    match state:
        case NoAccount():
            raise NotFound("invitation")
        case Invited():
            return [AgentJoined(agent_id=state.agent_id, name=c.name, at=c.at)]
        case Joined():
            return []  # The link still works when only its session got lost; the first name stands.


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event, state:
        case AgentInvited(), NoAccount():
            return Invited(agent_id=event.agent_id, email_key=event.email_key, role=event.role)
        case AgentJoined(), Invited():
            return Joined(agent_id=state.agent_id, role=state.role, name=event.name)
        case _:
            return state


def claims(event: Event) -> Sequence[TakeClaim]:
    """The address belongs to the account from the invitation on."""
    match event:
        case AgentInvited(email_key=key) if key:
            return [TakeClaim("account_email", key)]
        case _:
            return []


def _subject(state: State) -> str | None:
    return None if isinstance(state, NoAccount) else state.agent_id


DECIDER: Decider[AccountCommand, State] = Decider(
    category="account",
    decide=decide,
    evolve=evolve,
    initial=NoAccount(),
    states=(NoAccount, Invited, Joined),
    schema=1,
    claims=claims,
    subject=_subject,
)
