"""Events of the gateway service: streams `workspace-<id>` and `account-<agent id>`."""

from typing import Annotated, Literal

from contracts.envelope import Event
from contracts.ids import AgentId, WorkspaceId
from contracts.personal import Personal

Role = Literal["owner", "editor", "agent"]


class GatewayEvent(Event, service="gateway"):
    """Parent of this service's events."""


class WorkspaceCreated(GatewayEvent):
    """A company's workspace was made."""

    workspace_id: WorkspaceId
    name: str


class AccountEvent(GatewayEvent, service="gateway"):
    """Parent of the events of one agent's account. The agent is the subject of their own personal fields."""

    agent_id: AgentId

    SUBJECT = "agent_id"


class AgentInvited(AccountEvent):
    """Somebody was invited to the workspace; the one-time link itself is a credential and never in an event.

    `email_key` is the keyed hash of the address: it tells equal addresses apart from others without telling them.
    """

    email: Annotated[str, Personal]
    role: Role
    by: AgentId | None = None
    email_key: str = ""


class AgentJoined(AccountEvent):
    """The invited agent redeemed the link and has an account with a name from now on."""

    name: Annotated[str, Personal]


class AgentRenamed(AccountEvent):
    """The agent goes by another name."""

    name: Annotated[str, Personal]


class AgentRemoved(AccountEvent):
    """The agent is no longer of this workspace; their sessions and sockets end."""

    by: AgentId
