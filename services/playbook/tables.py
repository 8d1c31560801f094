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
