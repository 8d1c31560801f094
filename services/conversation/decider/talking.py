"""Who may say and read something in a conversation: its holder, its visitor, and the bot until an agent has come."""

from collections.abc import Sequence

from contracts.conversation import AnswerWithheld, BotPosted, ConversationEvent, MessagePosted, MessagesRead
from contracts.ids import derived_id
from services.chassis.decider import Refused
from services.conversation.commands.conversation import (
    TEXT_CHARS_MAX,
    PostBot,
    PostMessage,
    PostVisitorAnswer,
    ReadMessages,
)
from services.conversation.decider.holding import HeldByAnother
from services.conversation.decider.state import Open, State, opened, refuse_stranger

Events = Sequence[ConversationEvent]


class VisitorIsBlocked(Refused):
    """An agent has blocked this visitor."""

    status = 403

    def __init__(self) -> None:
        super().__init__("blocked", "You cannot write here any more.")


def post(c: PostMessage, state: State) -> Events:
    """A participant's message. A visitor of another visit is told that there is no such conversation."""
    if c.author == "visitor":
        refuse_stranger(state, c.visit_id)
    conversation = opened(state)
    if c.blocked_by is not None:
        raise VisitorIsBlocked
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
            body=c.body,
            card_id=c.card_id,
            options=c.options,
            field=c.field,
        )
    ]


def post_answer(c: PostVisitorAnswer, conversation: Open) -> Events:
    """What the visitor answered to a card; also after an agent has come.

    That it was withheld is an event too: read again when the visitor is welcome, the answer would be a message.
    """
    message_id = derived_id(conversation.conversation_id, "visitor", c.arrival, 0)
    if c.blocked_by is not None:
        return [
            AnswerWithheld(
                at=c.at,
                conversation_id=conversation.conversation_id,
                visitor_id=conversation.visitor_id,
                message_id=message_id,
                card_id=c.card_id,
                reason="visitor_blocked",
                visitor_version=c.blocked_by,
            )
        ]
    return [
        MessagePosted(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            message_id=message_id,
            author="visitor",
            author_id=conversation.visitor_id,
            text=c.text,
            card_id=c.card_id,
        )
    ]


def read(c: ReadMessages, state: State) -> Events:
    """How far a participant has seen the stream, if that is further than before."""
    if c.reader == "visitor":
        refuse_stranger(state, c.visit_id)
    conversation = opened(state)
    if c.reader == "agent" and conversation.holder_id != c.reader_id:
        raise HeldByAnother(conversation, "not_holder")
    if c.up_to > conversation.version:
        raise Refused("not_there_yet", f"The conversation's last version is {conversation.version}.")
    before = conversation.visitor_read if c.reader == "visitor" else conversation.holder_read
    if c.up_to <= before:
        return []
    return [
        MessagesRead(
            at=c.at,
            conversation_id=conversation.conversation_id,
            visitor_id=conversation.visitor_id,
            reader=c.reader,
            reader_id=c.reader_id,
            up_to=c.up_to,
        )
    ]
