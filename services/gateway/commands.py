"""What callers may ask of workspaces and accounts."""

from dataclasses import dataclass
from datetime import datetime

from contracts.gateway import Role

NAME_CHARS_MAX = 80
EMAIL_CHARS_MAX = 254


@dataclass(frozen=True, slots=True)
class CreateWorkspace:
    """Make a company's workspace."""

    workspace_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InviteAgent:
    """Invite somebody to the workspace. `email_key` is the keyed hash of the address; `by` is None for the first."""

    agent_id: str
    email: str
    email_key: str
    role: Role
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class JoinAgent:
    """The invited one takes the account and says their name."""

    name: str
    at: datetime


AccountCommand = InviteAgent | JoinAgent
