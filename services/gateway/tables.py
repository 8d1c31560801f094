"""Tables of the gateway's read models. All of them can be thrown away and built again from their topics."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.models import table

EVERY = "-"
"""Stands where a workspace's id does in tables that find the workspace of a key, for a tombstone has only its key."""

open_playbooks = table(
    "open_playbooks",
    "open_playbooks",
    Column("playbook_id", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("published", Integer, nullable=False),
    Column("sites", JSONB, nullable=False),
    Column("look", JSONB, nullable=False),
    Column("behaviour", JSONB, nullable=False),
    key=("playbook_id",),
)

IN_FOLDER = ("workspace_id", "folder", "started_at", "conversation_id")
FLAGS = ("missed", "is_unread", "visitor_left")
"""By which a folder's list can be narrowed."""

inbox = table(
    "inbox",
    "inbox",
    Column("conversation_id", Text, nullable=False),
    Column("folder", Text, nullable=False),
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
    Column("visitor_id", Text),
    Column("visitor_name", Text),
    Column("late", Boolean, nullable=False),
    Column("visitor_left", Boolean, nullable=False),
    Column("last_by", Text),
    Column("last_message_at", DateTime(timezone=True)),
    Column("last_text", Text),
    Column("last_file", JSONB(none_as_null=True)),
    Column("last_author_name", Text),
    Column("unread", Integer, nullable=False),
    Column("identified", Boolean, nullable=False),
    Column("is_unread", Boolean, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index("inbox_by_folder", *IN_FOLDER),
    # Of flags, because a number that changes with each message would cost every index an entry.
    *(Index(f"inbox_{flag}", *IN_FOLDER, postgresql_where=text(flag)) for flag in FLAGS),
    key=("conversation_id",),
)

inbox_places = table(
    "inbox",
    "inbox_places",
    Column("conversation_id", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("folder", Text),
    Column("generation", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    key=("conversation_id",),
)

folder_counts = table(
    "inbox",
    "folder_counts",
    Column("folder", Text, nullable=False),
    Column("conversations", Integer, nullable=False),
    key=("folder",),
)

team = table(
    "team",
    "team",
    Column("agent_id", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text),
    Column("role", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("invited_at", DateTime(timezone=True), nullable=False),
    Column("joined_at", DateTime(timezone=True)),
    Column("removed_at", DateTime(timezone=True)),
    Column("reset_link_by", Text),
    Column("reset_link_at", DateTime(timezone=True)),
    Index("team_by_role", "workspace_id", "role", "state", "agent_id"),
    key=("agent_id",),
)

agents = table(
    "agents",
    "agents",
    Column("agent_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    key=("agent_id",),
)

agent_places = table(
    "agents",
    "agent_places",
    Column("agent_id", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    key=("agent_id",),
)

conversations = table(
    "transcripts",
    "conversations",
    Column("stream_id", Text, nullable=False),
    Column("visit_id", Text),
    Column("visitor_id", Text),
    Column("agent_name", Text),
    Column("started_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Index("conversations_by_visit", "workspace_id", "visit_id", "stream_id"),
    Index("conversations_by_visitor", "workspace_id", "visitor_id", "started_at", "stream_id"),
    key=("stream_id",),
)

transcripts = table(
    "transcripts",
    "transcripts",
    Column("stream_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("for_agent", JSONB(none_as_null=True)),
    Column("for_visitor", JSONB(none_as_null=True)),
    key=("stream_id", "version"),
)

walks = table(
    "walks",
    "walks",
    Column("stream_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("for_visitor", JSONB(none_as_null=True)),
    key=("stream_id", "version"),
)

asked = table(
    "walks",
    "asked",
    Column("visit_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("conversation_id", Text, nullable=False),
    key=("visit_id", "version"),
)

begun = table(
    "search",
    "begun",
    Column("conversation_id", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    key=("conversation_id",),
)

said = table(
    "search",
    "said",
    Column("conversation_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("author", Text),
    Column("author_name", Text),
    Column("text", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index("said_by_start", "workspace_id", "started_at", "conversation_id", "version"),
    key=("conversation_id", "version"),
    words="words",
)

received_files = table(
    "received_files",
    "received_files",
    Column("conversation_id", Text, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("file_id", Text, nullable=False),
    Index("received_files_by_time", "workspace_id", "conversation_id", "received_at", "file_id"),
    key=("file_id",),
)

saved_views = table(
    "saved_views",
    "saved_views",
    Column("agent_id", Text, nullable=False),
    Column("views", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    key=("agent_id",),
)

snippet_sites = table(
    "snippet_sites",
    "snippet_sites",
    Column("playbook_id", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("first_seen_at", DateTime(timezone=True), nullable=False),
    Column("last_seen_at", DateTime(timezone=True), nullable=False),
    Index("snippet_sites_by_time", "workspace_id", "playbook_id", "last_seen_at", "site"),
    key=("playbook_id", "site"),
)

blocked_visitors = table(
    "blocked",
    "blocked_visitors",
    Column("visitor_id", Text, nullable=False),
    key=("visitor_id",),
)
