"""Example commands and events of leads and of what they come from, by name."""

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.conversation import Closed, ConversationStarted
from contracts.crm import LeadCreated
from contracts.ids import derived_id
from contracts.playbook import Captured, FollowUpRequested
from services.crm.commands import CreateLead

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT, VISITOR, VISIT = derived_id("agent"), derived_id("visitor"), derived_id("visit")
CONVERSATION, LEAD = derived_id("conversation"), derived_id("lead", VISIT, "lead", 5)
ADA = (Captured(field="name", value="Ada"), Captured(field="email", value="ada@example.com"))

create = CreateLead(
    lead_id=LEAD,
    outcome_key=f"{VISIT}/lead/5",
    visitor_id=VISITOR,
    visit_id=VISIT,
    conversation_id=None,
    title=None,
    note=None,
    person=ADA,
    cause="action_card",
    by=None,
    at=AT,
)
created = LeadCreated(
    at=AT,
    lead_id=LEAD,
    outcome_key=f"{VISIT}/lead/5",
    visitor_id=VISITOR,
    visit_id=VISIT,
    title="Lead from Ada",
    person=ADA,
    cause="action_card",
)


def follow_up(kind: Any = "lead", **changes: Any) -> FollowUpRequested:
    """An action card of the visit asked for a follow-up."""
    fields: Any = {"card_id": "lead", "arrival": 5, "captured": ADA} | changes
    return FollowUpRequested(at=AT, visit_id=VISIT, visitor_id=VISITOR, follow_up=kind, **fields)


def started(conversation_id: str = CONVERSATION, visit_id: str = VISIT) -> ConversationStarted:
    """A conversation began, with what the bot had captured."""
    return ConversationStarted(
        at=AT,
        conversation_id=conversation_id,
        visitor_id=VISITOR,
        visit_id=visit_id,
        request_id=derived_id("request"),
        playbook_id=derived_id("playbook"),
        wait_time_s=60,
        answer_by=AT + timedelta(seconds=60),
        online_message="Coming.",
        offline_message="Nobody.",
        captured=ADA,
    )


closed = Closed(
    at=AT, conversation_id=CONVERSATION, visitor_id=VISITOR, visit_id=VISIT, reason="resolved", by=AGENT
)
