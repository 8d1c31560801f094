"""Tables of the read models: `agents` (who is online) and `inbox` (conversations by folder, and how many)."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Text

from services.chassis.models import table

agents = table(
    "agents",
    "agents",
    Column("agent_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("agents_online", "workspace_id", "online", "agent_id"),
    key=("agent_id",),
)

conversations = table(
    "inbox",
    "conversations",
    Column("conversation_id", Text, nullable=False),
    Column("visit_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("holder_id", Text),
    Column("holder_name", Text),
    Column("missed", Boolean, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("answer_by", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("conversations_latest", "workspace_id", "folder", "changed_at", "conversation_id"),
    key=("conversation_id",),
)

folder_counts = table(
    "inbox",
    "folder_counts",
    Column("folder", Text, nullable=False),
    Column("count", Integer, nullable=False),
    key=("folder",),
)
