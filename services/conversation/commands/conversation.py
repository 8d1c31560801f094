"""What callers may ask of a conversation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.conversation import Attachment, Evidence, Removal
from contracts.formatted import Body
from contracts.playbook import Captured, Option, Said

TEXT_CHARS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class StartConversation:
    """A visitor wants a person: `walk` is what was said before, `online` the agents as they are known.

    `requested_at` is when the visitor asked, `at` when this is decided. `wait_time_s` is in seconds. `blocked_by`
    is the version of the visitor's stream by which they are blocked, `visit_has_conversation` tells that their visit
    has an open one already, `identified` that a signature says who the visitor is, `show_queue_position` that the
    visitor is told their place in line.
    """

    conversation_id: str
    visit_id: str
    visitor_id: str
    request_id: str
    playbook_id: str
    wait_time_s: int
    online_message: str
    offline_message: str
    requested_at: datetime
    online: tuple[Evidence, ...]
    at: datetime
    walk: tuple[Said, ...] = ()
    captured: tuple[Captured, ...] = ()
    blocked_by: int | None = None
    visit_has_conversation: bool = False
    identified: bool = False
    show_queue_position: bool = False
    online_body: Body = ()
    offline_body: Body = ()


@dataclass(frozen=True, slots=True)
class ElapseWait:
    """The time in which an agent must take the conversation is over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class NoDecision:
    """The visit went on without us, because our decision reached it too late."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TakeConversation:
    """Assign the conversation to oneself. `expected_holder` is whom the agent saw; only None can be taken from."""

    agent_id: str
    agent_name: str
    evidence: Evidence | None
    at: datetime
    expected_holder: str | None = None


@dataclass(frozen=True, slots=True)
class AssignConversation:
    """Assign the conversation to an agent (`agent_id`), from the holder that the asking agent (`by`) saw."""

    agent_id: str
    agent_name: str
    by: str
    expected_holder: str | None
    evidence: Evidence | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PostMessage:
    """Say something: as the agent who holds the conversation, or as the visitor whose visit (`visit_id`) it is.

    `blocked_by` is the version of the visitor's stream by which they are. With an attachment, whose token counts until
    `attachment_until`, the text may be empty.
    """

    message_id: str
    author: Literal["agent", "visitor"]
    author_id: str
    author_name: str | None
    visit_id: str | None
    text: str
    at: datetime
    attachment: Attachment | None = None
    attachment_until: datetime | None = None
    blocked_by: int | None = None


@dataclass(frozen=True, slots=True)
class ReadMessages:
    """The holder or the visitor (of `visit_id`) has seen everything up to this version of the conversation."""

    reader: Literal["agent", "visitor"]
    reader_id: str
    visit_id: str | None
    up_to: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PostBot:
    """The bot showed a card to a visitor who has asked for a person."""

    card_id: str
    arrival: int
    text: str
    options: tuple[Option, ...]
    field: str | None
    at: datetime
    body: Body = ()


@dataclass(frozen=True, slots=True)
class PostVisitorAnswer:
    """The visitor answered the bot's card. `blocked_by` is the version of the visitor's stream by which they are."""

    card_id: str
    arrival: int
    text: str
    at: datetime
    blocked_by: int | None = None


@dataclass(frozen=True, slots=True)
class EndMissed:
    """The visit's walk has reached its end: a conversation that nobody took is over with it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CloseConversation:
    """Close the conversation for good, from the holder that the agent (`by`) saw."""

    by: str
    expected_holder: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """Whoever keeps this file asks whether a message names it; if none does, none ever will."""

    file_id: str
    conversation_id: str
    visitor_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EndChat:
    """The visitor of this visit wants no more of the conversation."""

    visit_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitorAway:
    """The visitor has had no socket for as long as counts, from `silent_since` on."""

    at: datetime
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitorBack:
    """The visitor has a socket again, which was heard at `heard_at`."""

    at: datetime
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CloseAbandoned:
    """A missed conversation's visitor has stayed away."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseConversation:
    """This agent was removed from the workspace, as far as is known, and holds nothing any more."""

    agent_id: str
    at: datetime
    removal: Removal | None = None


Command = (
    StartConversation
    | ElapseWait
    | NoDecision
    | TakeConversation
    | AssignConversation
    | PostMessage
    | PostBot
    | PostVisitorAnswer
    | EndMissed
    | CloseConversation
    | ReadMessages
    | EndChat
    | VisitorAway
    | VisitorBack
    | CloseAbandoned
    | ReleaseConversation
)
