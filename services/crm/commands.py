"""What callers may ask of leads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.playbook import Captured


@dataclass(frozen=True, slots=True)
class CreateLead:
    """Make a lead. Without `title` it is named after the person; `outcome_key` is what makes it once only."""

    lead_id: str
    outcome_key: str
    visitor_id: str
    visit_id: str | None
    conversation_id: str | None
    title: str | None
    note: str | None
    person: tuple[Captured, ...]
    cause: Literal["agent", "action_card"]
    by: str | None
    at: datetime


LeadCommand = CreateLead
