"""People, a conversation, its events and their notices by name."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.conversation import (
    Assigned,
    Closed,
    ConversationStarted,
    Evidence,
    MessagePosted,
    Reassigned,
    Released,
)
from contracts.ids import derived_id
from contracts.notifier import Recipient
from services.notifier.commands import DecideNotices
from services.notifier.decider.policy import Agent

T0 = datetime(2027, 5, 4, 9, 0, tzinfo=UTC)
CONVERSATION, VISIT, VISITOR, NOTICE = (
    derived_id(name) for name in ("conversation", "visit", "visitor", "notice")
)
ADA, BOB, CEM = (derived_id(name) for name in ("ada", "bob", "cem"))
PHONE, LAPTOP, TABLET = (derived_id(name) for name in ("phone", "laptop", "tablet"))

ada = Agent(ADA, (PHONE, LAPTOP), online=True, presence_version=3)
bob = Agent(BOB, (TABLET,), online=False, presence_version=2)


def after(seconds: float) -> datetime:
    """A time, counted from the beginning."""
    return T0 + timedelta(seconds=seconds)


def _told(**fields: Any) -> dict[str, Any]:
    return {"at": T0, "conversation_id": CONVERSATION, "visitor_id": VISITOR, **fields}


def started(online: tuple[Evidence, ...] = ()) -> ConversationStarted:
    """A visitor asked for a person."""
    told = _told(visit_id=VISIT, request_id=VISIT, playbook_id=VISIT, wait_time_s=60, answer_by=after(60))
    return ConversationStarted(**told, online_message="One moment.", offline_message="Sorry.", online=online)


def said(text: str = "Hello?", author: str = "visitor") -> MessagePosted:
    """A message."""
    return MessagePosted(**_told(message_id=derived_id(text), author=author, author_id=VISITOR, text=text))


def assigned(to: str = ADA, by: str = BOB) -> Assigned:
    """Somebody holds the conversation now."""
    return Assigned(**_told(visit_id=VISIT, agent_id=to, agent_name="", by=by))


def reassigned(to: str = BOB, by: str = ADA) -> Reassigned:
    """The conversation passed on."""
    told = _told(visit_id=VISIT, agent_id=to, agent_name="", previous_agent_id=ADA, by=by)
    return Reassigned(**told)


released = Released(**_told(previous_agent_id=ADA, reason="agent_removed", answer_by=after(60)))
closed = Closed(**_told(visit_id=VISIT, reason="resolved", by=ADA))


def decide(**changes: Any) -> DecideNotices:
    """Ada is told of a new conversation."""
    fields: dict[str, Any] = {
        "notice_id": NOTICE,
        "conversation_id": CONVERSATION,
        "visitor_id": VISITOR,
        "kind": "new_conversation",
        "about_version": 1,
        "known_version": 1,
        "occurred_at": T0,
        "expires_at": after(60),
        "recipients": (Recipient(agent_id=ADA, outcome="sent", devices=(PHONE, LAPTOP)),),
        "text": None,
        "at": T0,
    }
    return DecideNotices(**{**fields, **changes})
