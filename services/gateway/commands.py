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


@dataclass(frozen=True, slots=True)
class ReceiveFile:
    """Look after a file that somebody (`uploader`) sent to a conversation; its content was checked."""

    file_id: str
    conversation_id: str
    visit_id: str
    visitor_id: str
    uploader: str
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AskRelease:
    """The file is a day old: ask whether a message names it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class DropFile:
    """No message names the file, and none will."""

    at: datetime


FileCommand = ReceiveFile | AskRelease | DropFile
AccountCommand = InviteAgent | JoinAgent
