"""How a conversation begins, and what becomes of a visitor for whom nobody comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
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
from services.conversation.commands.conversation import ElapseWait, EndMissed, NoDecision, StartConversation
from services.conversation.decider.state import Ended, IsClosed, NotStarted, Open, State

REQUEST_AGE_S_MAX = 10
CLOSE_AFTER_LEFT_S = 600
"""Seconds from the visitor's leaving to the end of a conversation that was missed."""

Reason = Literal["nobody_online", "request_too_old", "visit_has_conversation", "visitor_blocked"]
Events = Sequence[ConversationEvent]


def start(c: StartConversation, state: State) -> Events:
    """The conversation with all that was said before, or the reason why none is opened."""
    if isinstance(state, Ended):
        raise IsClosed
    if not isinstance(state, NotStarted):
        return []
    reason = _refusal(c)
    if reason is not None:
        return [_declined(c, reason)]
    walk = [_line(c, place, said) for place, said in enumerate(c.walk)]
    return [_started(c), *walk, _online_message(c)]


def _refusal(c: StartConversation) -> Reason | None:
    if c.blocked_by is not None:
        return "visitor_blocked"
    if c.visit_has_conversation:
        return "visit_has_conversation"
    if c.at - c.requested_at > timedelta(seconds=REQUEST_AGE_S_MAX):
        return "request_too_old"
    return None if any(agent.online for agent in c.online) else "nobody_online"


def _age_ms(c: StartConversation) -> int:
    return max(0, (c.at - c.requested_at) // timedelta(milliseconds=1))


def _declined(c: StartConversation, reason: Reason) -> LiveChatDeclined:
    return LiveChatDeclined(
        at=c.at,
        conversation_id=c.conversation_id,
        visitor_id=c.visitor_id,
        visit_id=c.visit_id,
        request_id=c.request_id,
        reason=reason,
        visitor_version=c.blocked_by,
        seen=c.online,
        request_age_ms=_age_ms(c),
        request_age_ms_max=1_000 * REQUEST_AGE_S_MAX,
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
        offline_body=c.offline_body,
        captured=c.captured,
        online=c.online,
        request_age_ms=_age_ms(c),
        identified=c.identified,
        show_queue_position=c.show_queue_position,
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
            body=said.body,
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
        body=c.online_body,
    )


def elapse(c: ElapseWait, conversation: Open) -> Events:
    """Missed, if nobody came in time. The bot says the offline message; after an agent the bot is silent, and the
    event itself carries it."""
    if not conversation.waits:
        return []
    expired = _expired(conversation, "wait_time", c.at)
    return [expired] if conversation.taken_before else [expired, _offline_message(c, conversation)]


def _expired(conversation: Open, reason: Literal["wait_time", "no_decision"], at: datetime) -> WaitExpired:
    silent = reason == "wait_time" and conversation.taken_before
    left_at = conversation.visitor_left_at
    return WaitExpired(
        at=at,
        conversation_id=conversation.conversation_id,
        visitor_id=conversation.visitor_id,
        visit_id=conversation.visit_id,
        request_id=conversation.request_id,
        reason=reason,
        offline_message=conversation.offline_message if silent else None,
        due_at=conversation.answer_by,
        close_at=max(at, left_at + timedelta(seconds=CLOSE_AFTER_LEFT_S)) if left_at else None,
    )


def _offline_message(c: ElapseWait, conversation: Open) -> BotPosted:
    return BotPosted(
        at=c.at,
        conversation_id=conversation.conversation_id,
        visitor_id=conversation.visitor_id,
        message_id=derived_id(conversation.conversation_id, "bot", conversation.request_id, "offline"),
        text=conversation.offline_message,
        body=conversation.offline_body,
    )


def no_decision(c: NoDecision, conversation: Open) -> Events:
    """Missed, if nobody ever came: the visitor is in the offline flow already. An agent who came ended that flow, so
    that a visitor who waits since that agent let go waits out the wait time, and is told when it is over."""
    if conversation.taken_before or not conversation.waits:
        return []
    return [_expired(conversation, "no_decision", c.at)]


def end_missed(c: EndMissed, conversation: Open) -> Events:
    """Closed as missed, if it was missed and nobody has ever come. An agent who came ended the offline flow for this
    conversation: what is heard of its end later, or again, closes nothing, also where it is missed once more."""
    if conversation.taken_before or not conversation.missed:
        return []
    return [closed(conversation, "missed", c.at)]


def closed(
    conversation: Open,
    reason: Literal["missed", "visitor_ended"],
    at: datetime,
    due_at: datetime | None = None,
) -> Closed:
    """The end that no agent brought about."""
    return Closed(
        at=at,
        conversation_id=conversation.conversation_id,
        visitor_id=conversation.visitor_id,
        visit_id=conversation.visit_id,
        reason=reason,
        due_at=due_at,
    )
