"""Read-model tables of the playbook service."""

from sqlalchemy import JSON, Boolean, Column, DateTime, Index, Integer, Text

from services.chassis.models import table

PLAYBOOKS = table(
    "playbooks",
    "playbooks",
    Column("playbook_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("published", Integer),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("playbooks_by_change", "workspace_id", "archived", "changed_at", "playbook_id"),
    key=("playbook_id",),
)

FLOWS = table(
    "flows",
    "flows",
    Column("playbook_id", Text, nullable=False),
    Column("published", Integer, nullable=False),
    Column("flow", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    key=("playbook_id", "published"),
)

WALKS = table(
    "funnel",
    "walks",
    Column("visit_id", Text, nullable=False),
    Column("playbook_id", Text, nullable=False),
    Column("published", Integer, nullable=False),
    Column("card_id", Text),
    Column("outcome", Text),
    Column("counted", JSON, nullable=False),
    key=("visit_id",),
)
"""Visits that may still go on: where each one is, and what of it was counted already."""

COUNTS = (
    "visits",
    "left",
    "end_card",
    "taken_over",
    "conversation_closed",
    "asked_for_person",
    "qualified",
    "disqualified",
)
FUNNELS = table(
    "funnel",
    "versions",
    Column("playbook_id", Text, nullable=False),
    Column("published", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    key=("playbook_id", "published"),
)

CARD_COUNTS = ("arrived", "answered", "left", "end_card", "taken_over", "conversation_closed")
FUNNEL_CARDS = table(
    "funnel",
    "cards",
    Column("playbook_id", Text, nullable=False),
    Column("published", Integer, nullable=False),
    Column("card_id", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in CARD_COUNTS),
    key=("playbook_id", "published", "card_id"),
)

FUNNEL_PATHS = table(
    "funnel",
    "paths",
    Column("playbook_id", Text, nullable=False),
    Column("published", Integer, nullable=False),
    Column("card_id", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("visits", Integer, nullable=False),
    key=("playbook_id", "published", "card_id", "path"),
)

AGENTS = table(
    "presence",
    "agents",
    Column("agent_id", Text, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Index("agents_online", "workspace_id", "online", "agent_id"),
    key=("agent_id",),
)

HOURS = table(
    "hours",
    "hours",
    Column("revision", Integer, nullable=False),
    Column("hours", JSON(none_as_null=True)),
    key=(),
)
"""One row for each workspace that has ever set any."""

VISITORS = table(
    "visitors",
    "visitors",
    Column("visitor_id", Text, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("visit_id", Text, nullable=False),
    key=("visitor_id", "begun_at", "visit_id"),
)
"""Every visit, for visits of one visitor begin in streams of their own: the first by key is their first."""

HISTORY = table(
    "history",
    "visits",
    Column("visit_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("playbook_id", Text, nullable=False),
    Column("published", Integer, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("locale", Text, nullable=False),
    Column("known", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("became", JSON, nullable=False),
    Column("chars", Integer, nullable=False),
    Column("whole", Boolean, nullable=False),
    Index("history_by_time", "workspace_id", "playbook_id", "begun_at", "visit_id"),
    key=("visit_id",),
)
"""What was put into each visit, for walking it again, and what became of it. `known`, and the values and addresses in
`steps`, are personal: copies of what the log holds. `chars` is how long `steps` are; not `whole` where they would have
been longer than is kept."""
