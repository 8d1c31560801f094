"""What callers may ask of workspaces and accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.gateway import Role, ViewFilters
from contracts.hours import BusinessHours
from contracts.look import Language

NAME_CHARS_MAX = 80
VIEW_NAME_CHARS_MAX = 60
VIEW_WORDS_CHARS_MAX = 200
VIEWS_MAX = 50
"""Of an agent."""
EMAIL_CHARS_MAX = 254
PASSWORD_CHARS_MIN = 10
PASSWORD_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class CreateWorkspace:
    """Make a company's workspace."""

    workspace_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointOwner:
    """Count an account among the owners, for it is one, in this term (the how manieth role it has)."""

    agent_id: str
    term: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DismissOwner:
    """Count an account among the owners no more, before it ceases to be one; the last one stays."""

    agent_id: str
    term: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteSnippet:
    """A page of this site loaded the playbook's snippet; `allowed` says whether the playbook may be there."""

    playbook_id: str
    site: str
    allowed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class MakeIdentityKey:
    """Let a key, whose secret is kept under this id, sign who visitors are."""

    kid: str
    secret_id: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EndIdentityKey:
    """Let a key sign nothing any more."""

    kid: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetBusinessHours:
    """Say when the team is there; None: at any time. `revision` is what was changed; None: whatever is there."""

    hours: BusinessHours | None
    revision: int | None
    by: str
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
    """The invited one takes the account, says their name and sets the password that is kept under this id."""

    name: str
    password_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RenameAgent:
    """Go by another name."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Read the inbox in this language, in whichever browser."""

    language: Language
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


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Give an account another role. `dismissed_term`: in which the workspace has let this owner go."""

    role: Role
    by: str | None
    at: datetime
    dismissed_term: int = 0


@dataclass(frozen=True, slots=True)
class MakeResetLink:
    """Let somebody (`by`: an agent's id, or `command_line`) make a link by which the password can be set anew."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Let the password that is kept under this id count, and end all sessions that began before."""

    password_id: str
    reason: Literal["password_changed", "reset"]
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveView:
    """Keep a view of the inbox; `new` says that there is none of this id yet."""

    view_id: str
    name: str
    folder: str
    filters: ViewFilters
    new: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class RemoveView:
    """Keep a view of the inbox no longer."""

    view_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SignOutEverywhere:
    """End all sessions."""

    at: datetime


@dataclass(frozen=True, slots=True)
class EndSession:
    """End one session."""

    session_id: str
    reason: Literal["signed_out", "ended", "too_many"]
    at: datetime


@dataclass(frozen=True, slots=True)
class RemoveAgent:
    """Take an account out of the workspace. `dismissed_term`: in which the workspace has let this owner go."""

    by: str | None
    at: datetime
    dismissed_term: int = 0


WorkspaceCommand = (
    CreateWorkspace | AppointOwner | DismissOwner | MakeIdentityKey | EndIdentityKey | SetBusinessHours
)
AccountCommand = (
    InviteAgent
    | JoinAgent
    | RenameAgent
    | ChooseLanguage
    | ChangeRole
    | MakeResetLink
    | SetPassword
    | SignOutEverywhere
    | EndSession
    | RemoveAgent
    | SaveView
    | RemoveView
)
FileCommand = ReceiveFile | AskRelease | DropFile
