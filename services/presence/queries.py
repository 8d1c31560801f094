"""What screens and the lease read: a workspace's agents by name, and everyone who is online."""

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel

from contracts.envelope import UtcTime
from services.chassis.http import Page, page, read_cursor
from services.chassis.keyset import pages
from services.chassis.ports import Reader, Row
from services.presence.tables import agents

ONLINE_PAGE = 500


class Agent(BaseModel):
    """An agent in a list. `version` is that of the last event that changed the row."""

    agent_id: str
    name: str
    online: bool
    changed_at: UtcTime
    version: int


class OnlineAgent(NamedTuple):
    """An agent who is online, since when, and at which version of their stream that is known."""

    workspace_id: str
    agent_id: str
    version: int
    since: datetime


async def agents_of(reader: Reader, workspace_id: str, cursor: str | None, limit: int) -> Page[Agent]:
    """A workspace's agents by name."""
    order = ("name", "agent_id")
    found = await reader.find(workspace_id, agents, {}, order, read_cursor(cursor, 2), limit + 1)
    return page(found, limit, Agent, *order)


async def online_everywhere(reader: Reader) -> list[OnlineAgent]:
    """Everyone who is online, in all workspaces; read in pages."""
    order = ("workspace_id", "agent_id")
    read = pages(reader, None, agents, {"online": True}, order, ONLINE_PAGE)
    return [_online(row) async for rows in read for row in rows]


class LostAgent(NamedTuple):
    """An agent whose connection was lost, when, and the tabs whose return brings them back; at which version of their
    stream that is known."""

    workspace_id: str
    agent_id: str
    version: int
    since: datetime
    tabs: tuple[str, ...]


async def lost_everywhere(reader: Reader, not_before: datetime) -> list[LostAgent]:
    """Those whose connection was lost after a time, in all workspaces, the last ones first; read in pages."""
    found: list[LostAgent] = []
    order = ("-changed_at", "workspace_id", "agent_id")
    async for rows in pages(reader, None, agents, {"lost": True}, order, ONLINE_PAGE):
        for row in rows:
            if row["changed_at"] < not_before:
                return found
            found.append(LostAgent(*_online(row), tuple(tab for tab, _ in row["places"])))
    return found


def _online(row: Row) -> OnlineAgent:
    return OnlineAgent(row["workspace_id"], row["agent_id"], row["version"], row["changed_at"])
