"""Events of the conversation service: streams `conversation-<id>`, `visitor-<id>`, `attachment-<id>`, `reply-<id>`."""

from typing import Annotated, Literal

from contracts.envelope import Event, Fact, UtcTime
from contracts.flow import CardId
from contracts.formatted import Body
from contracts.ids import (
    AgentId,
    ConversationId,
    FileId,
    MessageId,
    PlaybookId,
    ReplyId,
    RequestId,
    VisitId,
    VisitorId,
)
from contracts.personal import Personal
from contracts.playbook import Captured, Option


class ConversationEvent(Event, service="conversation"):
    """Parent of this service's events."""

    conversation_id: ConversationId
    visitor_id: VisitorId

    SUBJECT = "visitor_id"


class Evidence(Fact):
    """One agent as the decision saw them: online or not, at which version of their stream, how old that knowledge was.

    `age_ms` is in milliseconds, from the agent's last event to the command's time.
    """

    agent_id: AgentId
    online: bool
    version: int
    age_ms: int


class Removal(Fact):
    """An agent's removal as the decision knew of it: at which version of their account's stream, and how old it was.

    `age_ms` is in milliseconds, from the removal to the command's time.
    """

    version: int
    age_ms: int


class Attachment(Fact):
    """A file that a message brings: its name as its sender gave it, its type by its content, its size in bytes."""

    file_id: FileId
    name: Annotated[str, Personal]
    content_type: str
    size_bytes: int


class LiveChatDeclined(ConversationEvent):
    """A person was wanted and no conversation was opened: nobody was online, the request came too late, the visit has
    an open conversation already, or the visitor is blocked.

    `seen` are the agents as the decision saw them; `request_age_ms` is in milliseconds, from the request to it, by two
    clocks, and `request_age_ms_max` what it may be. `visitor_version`: by that version of the visitor's stream they are
    blocked.
    """

    visit_id: VisitId
    request_id: RequestId
    reason: Literal["nobody_online", "request_too_old", "visit_has_conversation", "visitor_blocked"]
    seen: tuple[Evidence, ...] = ()
    request_age_ms: int | None = None
    request_age_ms_max: int | None = None
    visitor_version: int | None = None


class ConversationStarted(ConversationEvent):
    """A conversation was opened in Unassigned; the visitor waits until `answer_by`. `wait_time_s` is in seconds.

    `online` are the agents as the decision saw them; `request_age_ms` is in milliseconds, from the request to it.
    `identified`: the customer's own server has signed who the visitor is. `show_queue_position`: the visitor is told
    their place in line while they wait.
    """

    visit_id: VisitId
    request_id: RequestId
    playbook_id: PlaybookId
    wait_time_s: int
    answer_by: UtcTime
    online_message: str
    offline_message: str
    offline_body: Body = ()
    captured: tuple[Captured, ...] = ()
    online: tuple[Evidence, ...] = ()
    request_age_ms: int | None = None
    identified: bool = False
    show_queue_position: bool = False


class BotPosted(ConversationEvent):
    """The bot said something in the conversation: a card of the walk, the online or the offline message.

    A text with a form has it in `body`, and the same in plain words in `text`.
    """

    message_id: MessageId
    text: Annotated[str, Personal]
    body: Body = ()
    card_id: CardId | None = None
    options: tuple[Option, ...] = ()
    field: str | None = None


class MessagePosted(ConversationEvent):
    """A person said something. `card_id` names the card that a visitor's answer belongs to; with an `attachment` the
    text may be empty."""

    message_id: MessageId
    author: Literal["visitor", "agent"]
    author_id: str
    author_name: str | None = None
    text: Annotated[str, Personal]
    card_id: CardId | None = None
    attachment: Attachment | None = None


class AnswerWithheld(ConversationEvent):
    """A visitor who was blocked answered a card, which nobody reads here, also when they are welcome again: what was
    answered is in the visit alone. `visitor_version`: by that version of the visitor's stream they were."""

    message_id: MessageId
    card_id: CardId
    reason: Literal["visitor_blocked"]
    visitor_version: int | None = None


class FileReleased(ConversationEvent):
    """No message names this file, and none ever will: whoever keeps it may remove it. Stream `attachment-<file id>`."""

    file_id: FileId


class Assigned(ConversationEvent):
    """An agent holds the conversation now, who was nobody's before; `late` when the wait time was already over."""

    visit_id: VisitId
    agent_id: AgentId
    agent_name: str
    by: AgentId
    late: bool = False
    evidence: Evidence | None = None


class Reassigned(ConversationEvent):
    """The conversation passed from one agent to another."""

    visit_id: VisitId
    agent_id: AgentId
    agent_name: str
    previous_agent_id: AgentId
    by: AgentId
    evidence: Evidence | None = None


class WaitExpired(ConversationEvent):
    """Nobody took the conversation in time: it is marked missed and stays in Unassigned.

    Without `offline_message` the bot goes on. With it an agent was here before, so no bot message follows: the screen
    shows this text, once, and a plain contact form. `due_at` is when the wait was to end. `close_at`, where the visitor
    had left before, is when the conversation closes if they stay away.
    """

    visit_id: VisitId
    request_id: RequestId
    reason: Literal["wait_time", "no_decision"]
    offline_message: str | None = None
    due_at: UtcTime | None = None
    close_at: UtcTime | None = None


class MessagesRead(ConversationEvent):
    """A participant has seen everything up to a version of this stream; told only when it is more than before."""

    reader: Literal["visitor", "agent"]
    reader_id: str
    up_to: int


class VisitorLeft(ConversationEvent):
    """The visitor has had no socket for two minutes. If nobody takes a missed conversation, it closes at `close_at`.

    `silent_since` is from when on the decision knew of no socket, by the clock of who listened.
    """

    close_at: UtcTime | None = None
    silent_since: UtcTime | None = None


class VisitorReturned(ConversationEvent):
    """The visitor is back: a socket of theirs was heard at `heard_at`, by the clock of who listened."""

    heard_at: UtcTime | None = None


class Released(ConversationEvent):
    """The holder was removed from the workspace; the conversation is back in Unassigned with a new wait time.

    `removal` is what the decision knew of it.
    """

    previous_agent_id: AgentId
    reason: Literal["agent_removed"]
    answer_by: UtcTime
    visit_id: VisitId | None = None
    removal: Removal | None = None


class Closed(ConversationEvent):
    """The conversation is over for good. `by` is the agent who closed it; None where nobody did.

    `due_at`: nobody had come until then, so that the timer of a missed conversation closed it.
    """

    visit_id: VisitId
    reason: Literal["resolved", "missed", "visitor_ended"]
    by: AgentId | None = None
    due_at: UtcTime | None = None


class BlockingEvent(Event, service="conversation"):
    """Parent of the events of one visitor, whatever conversation they are in."""

    visitor_id: VisitorId

    SUBJECT = "visitor_id"


class VisitorBlocked(BlockingEvent):
    """An agent (`by`) keeps this visitor from writing and from being answered; `conversation_id` is where they did so.

    `reason` is the agent's own text.
    """

    conversation_id: ConversationId
    by: AgentId
    by_name: str
    reason: Annotated[str, Personal] | None = None


class VisitorUnblocked(BlockingEvent):
    """The visitor may write and be answered again."""

    by: AgentId


class CannedReplyEvent(Event, service="conversation"):
    """Parent of the events of one canned reply, a text that all agents of the workspace share."""

    reply_id: ReplyId


class CannedReplySaved(CannedReplyEvent):
    """A canned reply is there, with this shortcut, title and text, whatever they were before; whoever was the first to
    save it (`by`) is its author.

    `{visitor_name}` and `{agent_name}` in the text stand for names that the screen puts there when an agent uses it.
    `previous_shortcut` is what it was called before and is no more.
    """

    shortcut: str
    title: str
    text: str
    by: AgentId
    by_name: str
    previous_shortcut: str | None = None


class CannedReplyRemoved(CannedReplyEvent):
    """The canned reply is gone for good, and its shortcut is free."""

    shortcut: str
    by: AgentId
    by_name: str
