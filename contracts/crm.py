"""Events of the crm service: stream `lead-<id>`."""

from typing import Annotated, Literal

from contracts.envelope import Event
from contracts.ids import AgentId, ConversationId, LeadId, VisitId, VisitorId
from contracts.personal import Personal
from contracts.playbook import Captured


class CrmEvent(Event, service="crm"):
    """Parent of this service's events."""


class LeadCreated(CrmEvent, subject="visitor_id"):
    """A lead was made, by an agent from a conversation or by a playbook's action card.

    `outcome_key` is what makes it once only: the agent's command, or (visit, card, arrival).
    """

    lead_id: LeadId
    outcome_key: str
    visitor_id: VisitorId
    visit_id: VisitId | None = None
    conversation_id: ConversationId | None = None
    title: Annotated[str, Personal]
    note: Annotated[str, Personal] | None = None
    person: tuple[Captured, ...] = ()
    cause: Literal["agent", "action_card"]
    by: AgentId | None = None
