"""A conversation's life: opened or declined, held by one agent at most, closed for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from contracts.conversation import (
    Assigned,
    Attachment,
    Closed,
    ConversationStarted,
    MessagePosted,
    Released,
    VisitorLeft,
    VisitorReturned,
    WaitExpired,
)
from contracts.envelope import Event
from services.chassis.decider import CancelTimer, Decider, FreeClaim, SetTimer, TakeClaim
from services.conversation.commands.conversation import (
    AssignConversation,
    CloseAbandoned,
    CloseConversation,
    Command,
    ElapseWait,
    EndChat,
    EndMissed,
    NoDecision,
    PostBot,
    PostMessage,
    PostVisitorAnswer,
    ReadMessages,
    ReleaseConversation,
    StartConversation,
    TakeConversation,
    VisitorAway,
    VisitorBack,
)
from services.conversation.decider.attachment import FILE
from services.conversation.decider.beginning import Events, elapse, end_missed, no_decision, start
from services.conversation.decider.holding import assign, close, release, take
from services.conversation.decider.leaving import abandon, end, left, returned
from services.conversation.decider.state import Declined, Ended, NotStarted, Open, State, evolve, opened
from services.conversation.decider.talking import post, post_answer, post_bot, read

WAIT, ABANDONED = "wait", "abandoned"
OPEN_CONVERSATION = "open_conversation"


def decide(command: Command, state: State) -> Events:
    """The events of a command."""
    match command:
        case StartConversation():
            return start(command, state)
        case ElapseWait():
            return elapse(command, opened(state))
        case NoDecision():
            return no_decision(command, opened(state))
        case TakeConversation():
            return take(command, opened(state))
        case AssignConversation():
            return assign(command, opened(state))
        case PostMessage():
            return post(command, state)
        case PostBot():
            return post_bot(command, opened(state))
        case PostVisitorAnswer():
            return post_answer(command, opened(state))
        case EndMissed():
            return end_missed(command, opened(state))
        case CloseConversation():
            return close(command, opened(state))
        case ReadMessages():
            return read(command, state)
        case EndChat():
            return end(command, state)
        case VisitorAway():
            return left(command, opened(state))
        case VisitorBack():
            return returned(command, opened(state))
        case CloseAbandoned():
            return abandon(command, opened(state))
        case ReleaseConversation():
            return release(command, opened(state))
        case _:
            assert_never(command)


def timers(event: Event) -> Sequence[SetTimer | CancelTimer]:
    """Two timers: while nobody has come, the end of the wait; and the end of what was missed by both sides."""
    match event:
        case ConversationStarted() | Released():
            return [SetTimer(WAIT, event.answer_by)]
        case WaitExpired(close_at=close_at):
            return [CancelTimer(WAIT), *([SetTimer(ABANDONED, close_at)] if close_at else [])]
        case VisitorLeft(close_at=close_at):
            return [SetTimer(ABANDONED, close_at)] if close_at else []
        case VisitorReturned():
            return [CancelTimer(ABANDONED)]
        case Assigned() | Closed():
            return [CancelTimer(WAIT), CancelTimer(ABANDONED)]
        case _:
            return []


def claims(event: Event) -> Sequence[TakeClaim | FreeClaim]:
    """A visit has one open conversation at most; a file that a message names is not released."""
    match event:
        case ConversationStarted():
            return [TakeClaim(OPEN_CONVERSATION, event.visit_id)]
        case Closed():
            return [FreeClaim(OPEN_CONVERSATION, event.visit_id)]
        case MessagePosted(attachment=Attachment(file_id=file_id)):
            return [TakeClaim(FILE, file_id)]
        case _:
            return []


def elapsed(stream: str, timer: str, at: datetime) -> ElapseWait | CloseAbandoned:
    """The command of a timer that is due."""
    return CloseAbandoned(at=at) if timer == ABANDONED else ElapseWait(at=at)


def subject(state: State) -> str | None:
    """The visitor, whose key seals what was said."""
    return None if isinstance(state, NotStarted) else state.visitor_id


DECIDER: Decider[Command, State] = Decider(
    category="conversation",
    decide=decide,
    evolve=evolve,
    initial=NotStarted(),
    states=(NotStarted, Declined, Open, Ended),
    schema=4,
    timers=timers,
    claims=claims,
    elapsed=elapsed,
    subject=subject,
)
