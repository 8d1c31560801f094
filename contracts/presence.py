"""Events of the presence service: stream `agent-<id>`."""

from typing import Literal

from contracts.envelope import Event
from contracts.ids import AgentId, SessionId


class PresenceEvent(Event, service="presence"):
    """Parent of this service's events."""

    agent_id: AgentId


class AgentWentOnline(PresenceEvent):
    """The agent takes chats from now on. `tab` names the browser tab (or client) that switched.

    `revived`: nobody switched; the tab whose connection was lost is back. `session_id`: the session in which the agent
    switched; when it ends, they are signed out here as well, unless they switched on in another one, too. None where
    that was not told.
    """

    name: str
    tab: str
    revived: bool = False
    session_id: SessionId | None = None


class AgentWentOffline(PresenceEvent):
    """The agent takes no chats: switched off, no sign of life for one lease, signed out, or removed."""

    reason: Literal["switched", "connection_lost", "signed_out", "removed"]


class AgentSwitchedOnElsewhere(PresenceEvent):
    """The agent, online already, switched on in another session as well, in this tab.

    They stay what they are until each of the sessions in which they switched on has ended, or they switch off.
    """

    tab: str
    session_id: SessionId


class AgentSwitchesEnded(PresenceEvent):
    """Some of the sessions in which the agent switched on have ended; they stay what they are by those that have not.

    None stands for a session that was not told.
    """

    session_ids: tuple[SessionId | None, ...]


class AgentNamed(PresenceEvent):
    """The agent goes by another name, as their account says; online or not, they stay what they are."""

    name: str


class AgentLeft(PresenceEvent):
    """The agent was removed from the workspace: they are in no list any more, and never come online again."""
