"""Events of the gateway: streams `workspace-<id>`, `account-<agent id>`, `file-<id>`, `snippet-<playbook id>`."""

from typing import Annotated, Literal

from contracts.envelope import Event, Fact
from contracts.hours import BusinessHours
from contracts.ids import (
    AgentId,
    ConversationId,
    FileId,
    IdentityKeyId,
    PlaybookId,
    SessionId,
    ViewId,
    VisitId,
    VisitorId,
    WorkspaceId,
)
from contracts.look import Language
from contracts.personal import Personal

Role = Literal["owner", "editor", "agent"]


class GatewayEvent(Event, service="gateway"):
    """Parent of this service's events."""


class WorkspaceCreated(GatewayEvent):
    """A company's workspace was made."""

    workspace_id: WorkspaceId
    name: str


class OwnerAppointed(GatewayEvent):
    """An account counts among the workspace's owners from now on; `term` tells which of its roles this is."""

    agent_id: AgentId
    term: int


class OwnerDismissed(GatewayEvent):
    """An account counts among the workspace's owners no more, not in this `term` nor in any before."""

    agent_id: AgentId
    term: int


class IdentityKeyMade(GatewayEvent):
    """An owner (`by`) made a key: what the company's own server signs with it, named by `kid`, says who a visitor is.

    `secret_id` names the secret that counts; the secret is a credential and never in an event.
    """

    kid: IdentityKeyId
    secret_id: str
    by: AgentId


class IdentityKeyEnded(GatewayEvent):
    """An owner (`by`) ended an identity key: what is signed with it says nothing any more."""

    kid: IdentityKeyId
    by: AgentId


class BusinessHoursSet(GatewayEvent):
    """An owner (`by`) said when the team is there, for the time from now on; without `hours`, it is at any time.

    `revision` counts how often they were set: 1, 2, 3 …
    """

    revision: int
    hours: BusinessHours | None = None
    by: AgentId


class SnippetSeen(GatewayEvent):
    """A page of this site (an origin) loaded the playbook's snippet, or a visit began there.

    Told anew when an hour has passed or the site's standing changed: `allowed` says whether the playbook may be there.
    """

    playbook_id: PlaybookId
    site: str
    allowed: bool


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
    """The invited agent redeemed the link and has an account with a name from now on.

    `password_id` names the password that counts; its hash is a credential and never in an event.
    """

    name: Annotated[str, Personal]
    password_id: str = ""


class AgentRenamed(AccountEvent):
    """The agent goes by another name."""

    name: Annotated[str, Personal]


class AgentLanguageChosen(AccountEvent):
    """The agent reads the inbox, and what notices say, in this language, in whichever browser."""

    language: Language


class AgentRoleChanged(AccountEvent):
    """The agent may do what the role allows from now on; tokens that say another role count no more."""

    role: Role
    by: AgentId | None = None


class SessionsEnded(AccountEvent):
    """All sessions, tokens and sockets of the agent that began before are over.

    `password_id` names the password that counts from now on, where the reason is a new one.
    """

    reason: Literal["password_changed", "signed_out_everywhere", "reset"]
    password_id: str = ""


class SessionEnded(AccountEvent):
    """One session of the agent is over, with its tokens and sockets, and the device that it allowed shows no notices.

    signed_out: by whoever has it; ended: by the agent in the list of their sessions; too_many: newer ones took its
    place. A session whose time is over ends without an event.
    """

    session_id: SessionId
    reason: Literal["signed_out", "ended", "too_many"]


class ResetLinkMade(AccountEvent):
    """Somebody made a one-time link by which this agent's password can be set anew; one from before is over.

    `by` is an agent's id, or `command_line` where the operator did it. The link is a credential and never in an event.
    """

    by: AgentId | Literal["command_line"]


class AgentRemoved(AccountEvent):
    """The agent is no longer of this workspace; their sessions and sockets end, and their address is free again.

    `by` is None where the operator did it; `email_key` is the freed address's, as in the invitation.
    """

    by: AgentId | None = None
    email_key: str = ""


class ViewFilters(Fact):
    """Which of a folder's conversations a view shows: those of which all of this is so, and which have these words."""

    missed: bool = False
    unread: bool = False
    visitor_left: bool = False
    words: Annotated[str, Personal] = ""


class ViewSaved(AccountEvent):
    """The agent has this view of the inbox, whatever it was before. `folder` is `unassigned`, `mine`, `closed`, or
    another agent's id."""

    view_id: ViewId
    name: Annotated[str, Personal]
    folder: str
    filters: ViewFilters


class ViewRemoved(AccountEvent):
    """The agent has this view of the inbox no more."""

    view_id: ViewId


class FileEvent(GatewayEvent, service="gateway"):
    """Parent of the events of one file, stream `file-<id>`. Its conversation's visitor is the subject."""

    file_id: FileId
    conversation_id: ConversationId
    visitor_id: VisitorId

    SUBJECT = "visitor_id"


class FileReceived(FileEvent):
    """Somebody sent a file to a conversation; from now on it is looked after, whether its bytes are kept yet or not.

    `uploader` is "agent:<id>" or "visitor:<id>"; `content_type` is told by the content; `sha256` is of the bytes.
    """

    visit_id: VisitId
    uploader: str
    name: Annotated[str, Personal]
    content_type: str
    size_bytes: int
    sha256: str


class FileReleaseAsked(FileEvent):
    """The file was received a day ago: where no message names it, its conversation is asked to let it go."""


class FileDropped(FileEvent):
    """The file is gone for every reader, and its bytes are removed."""
