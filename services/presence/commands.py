"""What callers may ask of an agent's presence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class GoOnline:
    """Take chats from now on; `tab` names the browser tab that switched, in this session."""

    agent_id: str
    name: str
    tab: str
    at: datetime
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class GoOffline:
    """Take no chats. `online_since`, where given, is which time online is meant: one that began later goes on.

    `online_before`, where given, is a time: whoever switched on after it stays online. `session_id` and `tab`, where
    given, are a session and a tab: whoever switched on in others stays online.
    """

    reason: Literal["switched", "connection_lost", "signed_out"]
    at: datetime
    online_since: datetime | None = None
    online_before: datetime | None = None
    session_id: str | None = None
    tab: str | None = None


@dataclass(frozen=True, slots=True)
class Revive:
    """This tab is heard again; it counts where its lost connection alone took the agent offline, not long ago."""

    tab: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rename:
    """The account says another name: it counts from now on, whatever tokens from before say."""

    agent_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Leave:
    """The account was removed."""

    agent_id: str
    at: datetime


Command = GoOnline | GoOffline | Revive | Rename | Leave
