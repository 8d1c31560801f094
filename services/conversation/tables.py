"""Tables of the read models: `agents` (who is online), `removed` (who is no agent any more), `inbox` (conversations),
`blocked` (visitors) and `replies` (canned ones)."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

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

removed_agents = table(
    "removed",
    "agents",
    Column("agent_id", Text, nullable=False),
    Column("removed_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    key=("agent_id",),
)

blocked_visitors = table(
    "blocked",
    "visitors",
    Column("visitor_id", Text, nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("reason", Text),
    Column("blocked_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("visitors_latest", "workspace_id", "blocked", "blocked_at", "visitor_id"),
    key=("visitor_id",),
)

conversations = table(
    "inbox",
    "conversations",
    Column("conversation_id", Text, nullable=False),
    Column("visit_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("holder_id", Text),
    Column("holder_name", Text),
    Column("missed", Boolean, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("answer_by", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("waiting_since", DateTime(timezone=True), nullable=False),
    Column("assigned_at", DateTime(timezone=True)),
    Column("assigned_by", Text),
    Column("visitor_id", Text, nullable=False),
    Column("visitor_name", Text),
    Column("late", Boolean, nullable=False),
    Column("visitor_left", Boolean, nullable=False),
    Column("last_by", Text),
    Column("last_message_at", DateTime(timezone=True)),
    Column("last_text", Text),
    Column("last_file", JSONB(none_as_null=True)),
    Column("last_author_name", Text),
    Column("unread_versions", JSONB, nullable=False),
    Column("identified", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("conversations_open", "status", "workspace_id", "conversation_id"),
    key=("conversation_id",),
)

replies = table(
    "replies",
    "replies",
    Column("reply_id", Text, nullable=False),
    Column("shortcut", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    Index("replies_by_shortcut", "workspace_id", "shortcut", "reply_id"),
    key=("reply_id",),
)

reply_counts = table(
    "replies",
    "reply_counts",
    Column("replies", Integer, nullable=False),
    key=(),
)
