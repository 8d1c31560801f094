"""How a conversation begins, and what becomes of a visitor for whom nobody comes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from contracts.conversation import (
    BotPosted,
    Closed,
    ConversationEvent,
    ConversationStarted,
    LiveChatDeclined,
    MessagePosted,
    WaitExpired,
)
from contracts.ids import derived_id
from contracts.playbook import Said
from services.conversation.commands import ElapseWait, EndMissed, NoDecision, StartConversation
from services.conversation.decider.state import Ended, IsClosed, NotStarted, Open, State

REQUEST_AGE_S_MAX = 10

Events = Sequence[ConversationEvent]


def start(c: StartConversation, state: State) -> Events:
    """The conversation with all that was said before, or the reason why none is opened."""
    if isinstance(state, Ended):
        raise IsClosed
    if not isinstance(state, NotStarted):
        return []
    if c.at - c.requested_at > timedelta(seconds=REQUEST_AGE_S_MAX):
        return [_declined(c, "request_too_old")]
    if not any(agent.online for agent in c.online):
        return [_declined(c, "nobody_online")]
    walk = [_line(c, place, said) for place, said in enumerate(c.walk)]
    return [_started(c), *walk, _online_message(c)]


def _declined(c: StartConversation, reason: Literal["nobody_online", "request_too_old"]) -> LiveChatDeclined:
    return LiveChatDeclined(
        at=c.at,
        conversation_id=c.conversation_id,
        visitor_id=c.visitor_id,
        visit_id=c.visit_id,
        request_id=c.request_id,
        reason=reason,
    )


def _started(c: StartConversation) -> ConversationStarted:
    return ConversationStarted(
        at=c.at,
        conversation_id=c.conversation_id,
        visitor_id=c.visitor_id,
        visit_id=c.visit_id,
        request_id=c.request_id,
        playbook_id=c.playbook_id,
        wait_time_s=c.wait_time_s,
        answer_by=c.at + timedelta(seconds=c.wait_time_s),
        online_message=c.online_message,
        offline_message=c.offline_message,
        captured=c.captured,
        online=c.online,
    )


def _line(c: StartConversation, place: int, said: Said) -> ConversationEvent:
    message_id = derived_id(c.conversation_id, said.by, c.request_id, place)
    if said.by == "bot":
        return BotPosted(
            at=c.at,
            conversation_id=c.conversation_id,
            visitor_id=c.visitor_id,
            message_id=message_id,
            text=said.text,
            card_id=said.card_id,
        )
    return MessagePosted(
        at=c.at,
        conversation_id=c.conversation_id,
        visitor_id=c.visitor_id,
        message_id=message_id,
        author="visitor",
        author_id=c.visitor_id,
        text=said.text,
        card_id=said.card_id,
    )


def _online_message(c: StartConversation) -> BotPosted:
    return BotPosted(
        at=c.at,
        conversation_id=c.conversation_id,
        visitor_id=c.visitor_id,
        message_id=derived_id(c.conversation_id, "bot", c.request_id, len(c.walk)),
        text=c.online_message,
    )


def elapse(c: ElapseWait, conversation: Open) -> Events:
    """Missed, if nobody came in time. The visitor reads the offline message, unless an agent was here before: after an
    agent the bot is silent."""
    if not conversation.waits:
        return []
    expired = WaitExpired(
        at=c.at,
        conversation_id=conversation.conversation_id,
        visitor_id=conversation.visitor_id,
        visit_id=conversation.visit_id,
        request_id=conversation.request_id,
        reason="wait_time",
    )
    return [expired] if conversation.taken_before else [expired, _offline_message(c, conversation)]


def _offline_message(c: ElapseWait, conversation: Open) -> BotPosted:
    return BotPosted(
        at=c.at,
        conversation_id=conversation.conversation_id,
        visitor_id=conversation.visitor_id,
        message_id=derived_id(conversation.conversation_id, "bot", conversation.request_id, "offline"),
        text=conversation.offline_message,
    )


def no_decision(c: NoDecision, conversation: Open) -> Events:
    """Missed, if nobody came yet: the visitor is in the offline flow already."""
    if not conversation.waits:
        return []
    return [
        WaitExpired(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            visit_id=conversation.visit_id,
            request_id=conversation.request_id,
            reason="no_decision",
        )
    ]


def end_missed(c: EndMissed, conversation: Open) -> Events:
    """Closed as missed, if it was missed and nobody has come since."""
    if conversation.holder_id is not None or not conversation.missed:
        return []
    return [
        Closed(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            visit_id=conversation.visit_id,
            reason="missed",
        )
    ]
