"""Read-model tables of the crm service."""

from sqlalchemy import JSON, BigInteger, Column, DateTime, Index, Integer, Text

from services.chassis.models import table

NAME_CHARS_MAX = 200


def name_folded(name: str) -> str:
    """A name as it is looked for: in whatever case, and no longer than an index takes."""
    return name.strip().casefold()[:NAME_CHARS_MAX]


CONVERSATIONS = table(
    "conversations",
    "conversations",
    Column("conversation_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("visit_id", Text, nullable=False),
    Column("captured", JSON, nullable=False),
    Column("status", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Index("conversations_of_visitor", "workspace_id", "visitor_id", "started_at", "conversation_id"),
    Index("conversations_of_visit", "workspace_id", "visit_id", "started_at", "conversation_id"),
    key=("conversation_id",),
)

VISITS = table(
    "visits",
    "visits",
    Column("visit_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("playbook_id", Text, nullable=False),
    key=("visit_id",),
)

PLAYBOOKS = table(
    "playbooks",
    "playbooks",
    Column("playbook_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    key=("playbook_id",),
)

DETAILS = table(
    "details",
    "details",
    Column("conversation_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("value_minor", BigInteger),
    Column("currency", Text),
    Column("person", JSON, nullable=False),
    Column("organization", JSON, nullable=False),
    Column("free", JSON, nullable=False),
    Column("by_bot", JSON, nullable=False),
    key=("conversation_id",),
)

NOTES = table(
    "details",
    "notes",
    Column("conversation_id", Text, nullable=False),
    Column("note_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("edited_at", DateTime(timezone=True)),
    Index("notes_by_age", "workspace_id", "conversation_id", "created_at", "note_id"),
    key=("conversation_id", "note_id"),
)

OUTCOMES = table(
    "outcomes",
    "outcomes",
    Column("kind", Text, nullable=False),
    Column("outcome_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("visit_id", Text),
    Column("conversation_id", Text),
    Column("title", Text, nullable=False),
    Column("note", Text),
    Column("person", JSON, nullable=False),
    Column("value_minor", BigInteger),
    Column("currency", Text),
    Column("activity_kind", Text),
    Column("due_at", DateTime(timezone=True)),
    Column("cause", Text, nullable=False),
    Column("by", Text),
    Column("caused_by", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("outcomes_by_age", "workspace_id", "kind", "created_at", "outcome_id"),
    Index("outcomes_by_cause", "workspace_id", "kind", "cause", "created_at", "outcome_id"),
    Index("outcomes_of_visit", "workspace_id", "visit_id", "created_at", "outcome_id"),
    Index("outcomes_of_visitor", "workspace_id", "visitor_id", "created_at", "outcome_id"),
    key=("kind", "outcome_id"),
)

ORGANIZATIONS = table(
    "organizations",
    "organizations",
    Column("organization_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("name", Text),
    Column("name_folded", Text),
    Column("website", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("organizations_by_age", "workspace_id", "created_at", "organization_id"),
    Index("organizations_by_name", "workspace_id", "name_folded", "created_at", "organization_id"),
    Index("organizations_of_visitor", "workspace_id", "visitor_id", "created_at", "organization_id"),
    key=("organization_id",),
)

PERSONS = table(
    "persons",
    "persons",
    Column("person_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("merged_into", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("persons_merged", "workspace_id", "merged_into", "created_at", "person_id"),
    key=("person_id",),
)
