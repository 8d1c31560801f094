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
    WaitExpired,
)
from contracts.envelope import Event
from services.chassis.decider import CancelTimer, Decider, FreeClaim, SetTimer, TakeClaim
from services.conversation.commands import (
    AssignConversation,
    CloseConversation,
    Command,
    ElapseWait,
    EndMissed,
    NoDecision,
    PostBot,
    PostMessage,
    PostVisitorAnswer,
    StartConversation,
    TakeConversation,
)
from services.conversation.decider.attachment import FILE
from services.conversation.decider.beginning import Events, elapse, end_missed, no_decision, start
from services.conversation.decider.holding import assign, close, take
from services.conversation.decider.state import Declined, Ended, NotStarted, Open, State, evolve, opened
from services.conversation.decider.talking import post, post_answer, post_bot

WAIT = "wait"
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
        case _:
            assert_never(command)


def timers(event: Event) -> Sequence[SetTimer | CancelTimer]:
    """One timer: while nobody has come, the end of the wait."""
    match event:
        case ConversationStarted() | Released():
            return [SetTimer(WAIT, event.answer_by)]
        case Assigned() | WaitExpired() | Closed():
            return [CancelTimer(WAIT)]
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


def elapsed(stream: str, timer: str, at: datetime) -> ElapseWait:
    """The command of a timer that is due; there is only the wait's."""
    return ElapseWait(at=at)


def subject(state: State) -> str | None:
    """The visitor, whose key seals what was said."""
    return None if isinstance(state, NotStarted) else state.visitor_id


DECIDER: Decider[Command, State] = Decider(
    category="conversation",
    decide=decide,
    evolve=evolve,
    initial=NotStarted(),
    states=(NotStarted, Declined, Open, Ended),
    schema=1,
    timers=timers,
    claims=claims,
    elapsed=elapsed,
    subject=subject,
)
