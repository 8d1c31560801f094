"""Read-model tables of the notifier: conversations, agents' presence, removed agents, devices, and choices."""

from sqlalchemy import JSON, Boolean, Column, DateTime, Index, Integer, Text

from services.chassis.models import table

conversations = table(
    "conversations",
    "conversations",
    Column("conversation_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("holders", JSON, nullable=False),
    Column("said", JSON, nullable=False),
    Column("read", JSON, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("given", Integer, nullable=False),
    key=("conversation_id",),
)

presence = table(
    "presence",
    "presence",
    Column("agent_id", Text, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    key=("agent_id",),
)

removals = table("removals", "removals", Column("agent_id", Text, nullable=False), key=("agent_id",))

devices = table(
    "devices",
    "devices",
    Column("device_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("allowed_at", DateTime(timezone=True), nullable=False),
    Index("devices_by_agent", "workspace_id", "agent_id", "device_id"),
    key=("device_id",),
)

choices = table(
    "choices",
    "choices",
    Column("agent_id", Text, nullable=False),
    Column("off", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    key=("agent_id",),
)
