"""What the visitor's coming and going does to a conversation: marked, ended by them, or closed because they left."""

from collections.abc import Sequence
from datetime import timedelta

from contracts.conversation import ConversationEvent, VisitorLeft, VisitorReturned
from services.conversation.commands.conversation import CloseAbandoned, EndChat, VisitorAway, VisitorBack
from services.conversation.decider.beginning import CLOSE_AFTER_LEFT_S, closed
from services.conversation.decider.state import Open, State, opened, refuse_stranger

Events = Sequence[ConversationEvent]


def left(c: VisitorAway, conversation: Open) -> Events:
    """Marked, once. Only a conversation that was missed is to close by it; an agent's never does."""
    if conversation.visitor_left_at is not None:
        return []
    closes = conversation.missed and conversation.holder_id is None
    return [
        VisitorLeft(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            close_at=c.at + timedelta(seconds=CLOSE_AFTER_LEFT_S) if closes else None,
            silent_since=c.silent_since,
        )
    ]


def returned(c: VisitorBack, conversation: Open) -> Events:
    """The mark goes, if there is one."""
    if conversation.visitor_left_at is None:
        return []
    return [
        VisitorReturned(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            heard_at=c.heard_at,
        )
    ]


def abandon(c: CloseAbandoned, conversation: Open) -> Events:
    """Closed as missed, if nobody has come: neither an agent nor the visitor."""
    gone = conversation.missed and conversation.visitor_left_at is not None
    if not gone or conversation.holder_id is not None:
        return []
    return [closed(conversation, "missed", c.at, due_at=conversation.close_at)]


def end(c: EndChat, state: State) -> Events:
    """Closed by its visitor, whoever holds it. A visitor of another visit is told that there is none."""
    refuse_stranger(state, c.visit_id)
    return [closed(opened(state), "visitor_ended", c.at)]
