"""A reaction to prove the machinery with: every message of a visitor is answered once, in a stream of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from contracts.conversation import LiveChatDeclined, MessagePosted
from contracts.envelope import Event, Recorded
from contracts.ids import derived_id, stream
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.decider import Decider, Refused
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from tests.sample_inbox import POISON

REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """Answer a message; each command adds an event, so one that is carried out twice would show."""

    at: datetime
    message: MessagePosted


class Answers(BaseModel):
    """How many messages were answered."""

    model_config = ConfigDict(frozen=True)

    count: int = 0


def decide(command: Answer, state: Answers) -> Sequence[Event]:
    """Refuses by the message's text."""
    message = command.message
    if message.text == REFUSED:
        raise Refused("refused", "as it says")
    declined = LiveChatDeclined(
        at=command.at,
        conversation_id=message.conversation_id,
        visitor_id=message.visitor_id,
        visit_id=derived_id("visit", message.conversation_id),
        request_id=message.message_id,
        reason="nobody_online",
    )
    return [declined]


def evolve(state: Answers, event: Event) -> Answers:
    """Counts."""
    return Answers(count=state.count + 1)


DECIDER: Decider[Answer, Answers] = Decider("answers", decide, evolve, Answers(), (Answers,), 1)


def answers_to(conversation_id: str) -> str:
    """The stream that answers a conversation's messages."""
    return stream("answers", derived_id("answers", conversation_id))


async def react(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """One order for each message."""
    event: Any = recorded.event
    if not isinstance(event, MessagePosted):
        return ()
    if event.text == POISON:
        raise ZeroDivisionError(event.text)
    await asyncio.sleep(0)
    return [Order(DECIDER, answers_to(event.conversation_id), Answer(now, event))]


REACTION = Reaction("sample_answers", CONVERSATION_EVENTS, react)
