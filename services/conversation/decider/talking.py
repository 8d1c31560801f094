"""Who may say something in a conversation: its holder, its visitor, and the bot until an agent has come."""

from collections.abc import Sequence

from contracts.conversation import BotPosted, ConversationEvent, MessagePosted
from contracts.ids import derived_id
from services.chassis.decider import NotFound, Refused
from services.conversation.commands import TEXT_CHARS_MAX, PostBot, PostMessage, PostVisitorAnswer
from services.conversation.decider.holding import HeldByAnother
from services.conversation.decider.state import Ended, Open, State, opened

Events = Sequence[ConversationEvent]


def post(c: PostMessage, state: State) -> Events:
    """A participant's message. A visitor of another visit is told that there is no such conversation."""
    if c.author == "visitor" and isinstance(state, Open | Ended) and state.visit_id != c.visit_id:
        raise NotFound("conversation")
    conversation = opened(state)
    if c.author == "agent" and conversation.holder_id != c.author_id:
        raise HeldByAnother(conversation, "not_holder")
    if not (0 if c.attachment else 1) <= len(c.text) <= TEXT_CHARS_MAX:
        raise Refused("bad_length", f"A message has 1 to {TEXT_CHARS_MAX} characters.")
    if c.attachment_until is not None and c.at >= c.attachment_until:
        raise Refused("attachment_over", "The file waited too long for its message: send it again.")
    return [
        MessagePosted(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            message_id=c.message_id,
            author=c.author,
            author_id=c.author_id,
            author_name=c.author_name,
            text=c.text,
            attachment=c.attachment,
        )
    ]


def post_bot(c: PostBot, conversation: Open) -> Events:
    """A card of the bot, unless an agent has ever come."""
    if conversation.taken_before:
        raise Refused("agent_took_over", "An agent has joined: the bot is silent.")
    return [
        BotPosted(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            message_id=derived_id(conversation.conversation_id, "bot", c.arrival, 0),
            text=c.text,
            card_id=c.card_id,
            options=c.options,
            field=c.field,
        )
    ]


def post_answer(c: PostVisitorAnswer, conversation: Open) -> Events:
    """What the visitor answered to a card; also after an agent has come."""
    return [
        MessagePosted(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            message_id=derived_id(conversation.conversation_id, "visitor", c.arrival, 0),
            author="visitor",
            author_id=conversation.visitor_id,
            text=c.text,
            card_id=c.card_id,
        )
    ]
