"""Who holds a conversation: taking, assigning, releasing, closing, where the first in the stream wins."""

from collections.abc import Sequence
from datetime import timedelta

from contracts.conversation import Assigned, Closed, ConversationEvent, Evidence, Reassigned, Released
from services.chassis.decider import Refused
from services.conversation.commands.conversation import (
    AssignConversation,
    CloseConversation,
    ReleaseConversation,
    TakeConversation,
)
from services.conversation.decider.state import Open

Events = Sequence[ConversationEvent]


class HeldByAnother(Refused):
    """Somebody else holds the conversation than the caller saw; the facts name them, null where nobody does."""

    def __init__(self, conversation: Open, code: str = "held_by_another") -> None:
        holder = conversation.holder_name or conversation.holder_id
        told = f"{holder} holds this conversation." if holder else "Nobody holds this conversation any more."
        super().__init__(code, told, holder_id=conversation.holder_id, holder_name=conversation.holder_name)


def take(c: TakeConversation, conversation: Open) -> Events:
    """The conversation is the agent's, if it was nobody's."""
    if conversation.holder_id == c.agent_id:
        return []
    if conversation.holder_id is not None:
        raise HeldByAnother(conversation, "already_assigned")
    if c.expected_holder is not None:
        raise HeldByAnother(conversation)
    _refuse_offline(c.evidence, "Go online before you take a conversation.")
    return [_assigned(c, conversation, by=c.agent_id)]


def assign(c: AssignConversation, conversation: Open) -> Events:
    """The conversation passes to an agent who is online, from the holder that the caller saw."""
    if conversation.holder_id == c.agent_id:
        return []
    if conversation.holder_id != c.expected_holder:
        raise HeldByAnother(conversation)
    _refuse_offline(c.evidence, "A conversation is assigned only to an agent who is online.")
    if conversation.holder_id is None:
        return [_assigned(c, conversation, by=c.by)]
    return [
        Reassigned(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            visit_id=conversation.visit_id,
            agent_id=c.agent_id,
            agent_name=c.agent_name,
            previous_agent_id=conversation.holder_id,
            by=c.by,
            evidence=c.evidence,
        )
    ]


def _refuse_offline(evidence: Evidence | None, told: str) -> None:
    if evidence is None or not evidence.online:
        raise Refused("agent_offline", told)


def _assigned(c: TakeConversation | AssignConversation, conversation: Open, by: str) -> Assigned:
    return Assigned(
        at=c.at,
        conversation_id=conversation.conversation_id,
        visitor_id=conversation.visitor_id,
        visit_id=conversation.visit_id,
        agent_id=c.agent_id,
        agent_name=c.agent_name,
        by=by,
        late=conversation.missed,
        evidence=c.evidence,
    )


def release(c: ReleaseConversation, conversation: Open) -> Events:
    """Nobody's again, with a new wait, if it is still the removed agent's."""
    if conversation.holder_id != c.agent_id:
        return []
    return [
        Released(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            visit_id=conversation.visit_id,
            previous_agent_id=c.agent_id,
            reason="agent_removed",
            answer_by=c.at + timedelta(seconds=conversation.wait_time_s),
            removal=c.removal,
        )
    ]


def close(c: CloseConversation, conversation: Open) -> Events:
    """Closed by its holder, or by anyone where nobody holds it."""
    if conversation.holder_id != c.expected_holder or conversation.holder_id not in (None, c.by):
        raise HeldByAnother(conversation)
    return [
        Closed(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            visit_id=conversation.visit_id,
            reason="resolved",
            by=c.by,
        )
    ]
