"""Read-model tables of the crm service."""

from sqlalchemy import JSON, Column, DateTime, Index, Text

from services.chassis.models import table

CONVERSATIONS = table(
    "conversations",
    "conversations",
    Column("conversation_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("visit_id", Text, nullable=False),
    Column("captured", JSON, nullable=False),
    Column("status", Text, nullable=False),
    key=("conversation_id",),
)

LEADS = table(
    "leads",
    "leads",
    Column("lead_id", Text, nullable=False),
    Column("conversation_id", Text),
    Column("visit_id", Text),
    Column("title", Text, nullable=False),
    Column("note", Text),
    Column("person", JSON, nullable=False),
    Column("cause", Text, nullable=False),
    Column("by", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("leads_by_age", "workspace_id", "created_at", "lead_id"),
    Index("leads_by_visit", "workspace_id", "visit_id", "created_at", "lead_id"),
    key=("lead_id",),
)
