"""Table of the read model `agents`: every agent who ever went online and has not left.

`lost` says that the return of one of the tabs in `places` (pairs of a tab and its session) revives them; `tab` is the
one in which they switched on first. `changed_at` is since when they are online or offline.
"""

from sqlalchemy import JSON, Boolean, Column, DateTime, Index, Integer, Text

from services.chassis.models import table

agents = table(
    "agents",
    "agents",
    Column("agent_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("lost", Boolean, nullable=False),
    Column("tab", Text, nullable=False),
    Column("places", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Index("agents_by_name", "workspace_id", "name", "agent_id"),
    Index("agents_lost", "lost", "changed_at", "workspace_id", "agent_id"),
    Index("agents_online", "online", "workspace_id", "agent_id"),
    key=("agent_id",),
)
