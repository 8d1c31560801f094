"""One visitor's walk through one version of a playbook.

The flow is in the commands and not in the state: a published version never changes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from contracts.envelope import Event
from contracts.playbook import (
    AnswerGiven,
    DetailCaptured,
    FollowUpRequested,
    LiveChatRequested,
    LiveChatStarted,
    OfflineFlowStarted,
    VisitEnded,
    VisitEvent,
    VisitTakenOver,
)
from services.chassis.decider import CancelTimer, Decider, NotFound, SetTimer
from services.playbook.commands.visit import (
    CloseVisit,
    ContinueWalk,
    DeclineLiveChat,
    ExpireWait,
    GiveAnswer,
    GiveConsent,
    GiveDetail,
    LeaveUnfinished,
    NoDecision,
    OpenLiveChat,
    StartVisit,
    TakeOver,
    ViewPage,
    VisitCommand,
)
from services.playbook.decider.answers import give_answer, give_consent, give_detail, start, view_page
from services.playbook.decider.live_chat import (
    close,
    continue_walk,
    decline,
    expire_wait,
    no_decision,
    open_live_chat,
    take_over,
)
from services.playbook.decider.unfinished import leave_unfinished
from services.playbook.decider.visit_state import NotStarted, Visit, VisitState, evolve

DECISION_WITHIN_S = 15
NO_DECISION, UNFINISHED = "no_decision", "unfinished"


def decide(command: VisitCommand, state: VisitState) -> Sequence[VisitEvent]:
    """The events of a command."""
    if isinstance(command, StartVisit):
        return start(command, state)
    if isinstance(state, NotStarted):
        raise NotFound("visit")
    match command:
        case GiveAnswer():
            return give_answer(command, state)
        case GiveDetail():
            return give_detail(command, state)
        case GiveConsent():
            return give_consent(command, state)
        case ViewPage():
            return view_page(command, state)
        case OpenLiveChat():
            return open_live_chat(command, state)
        case DeclineLiveChat():
            return decline(command, state)
        case ExpireWait():
            return expire_wait(command, state)
        case NoDecision():
            return no_decision(command, state)
        case LeaveUnfinished():
            return leave_unfinished(command, state)
        case ContinueWalk():
            return continue_walk(command, state)
        case TakeOver():
            return take_over(command, state)
        case CloseVisit():
            return close(command, state)
        case _:
            assert_never(command)


def timers(event: Event) -> Sequence[SetTimer | CancelTimer]:
    """A request for a person waits for a decision, and a visitor who can be reached for more; what comes, or makes it
    pointless, ends that wait."""
    match event:
        case LiveChatRequested(at=at):
            return (SetTimer(NO_DECISION, at + timedelta(seconds=DECISION_WITHIN_S)),)
        case AnswerGiven(unfinished_at=datetime() as at) | DetailCaptured(unfinished_at=datetime() as at):
            return (SetTimer(UNFINISHED, at),)
        case LiveChatStarted() | OfflineFlowStarted():
            return (CancelTimer(NO_DECISION),)
        case VisitTakenOver() | VisitEnded(reason="conversation_closed"):
            return (CancelTimer(NO_DECISION), CancelTimer(UNFINISHED))
        case VisitEnded() | FollowUpRequested(follow_up="lead"):
            return (CancelTimer(UNFINISHED),)
        case _:
            return ()


def elapsed(stream: str, name: str, at: datetime) -> VisitCommand:
    """The command of a timer."""
    return LeaveUnfinished(at=at) if name == UNFINISHED else NoDecision(at=at)


def _subject(state: VisitState) -> str | None:
    return state.visitor_id if isinstance(state, Visit) else None


DECIDER: Decider[VisitCommand, VisitState] = Decider(
    category="visit",
    decide=decide,
    evolve=evolve,
    initial=NotStarted(),
    states=(NotStarted, Visit),
    schema=5,
    timers=timers,
    elapsed=elapsed,
    subject=_subject,
)
