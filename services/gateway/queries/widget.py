"""Reads for sites that show a widget: whether it is shown, how it looks and behaves, and whether anybody is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.chassis.ports import Reader, Row
from services.gateway.tables import agents, open_playbooks, snippet_sites

BY_LAST_SEEN = ("-last_seen_at", "-site")


@dataclass(frozen=True, slots=True)
class Installed:
    """What a site needs to know of a playbook: whether it takes visits, who may show it, how it looks and behaves."""

    takes_visits: bool
    sites: tuple[str, ...]
    look: Mapping[str, Any]
    behaviour: Mapping[str, Any]


async def installed(reader: Reader, workspace_id: str, playbook_id: str) -> Installed | None:
    """A playbook as sites see it; None where the workspace has no such one."""
    row = await reader.get(workspace_id, open_playbooks, playbook_id)
    if row is None:
        return None
    takes_visits = bool(row["active"]) and int(row["published"]) > 0
    return Installed(takes_visits, tuple(map(str, row["sites"])), row["look"], row["behaviour"])


async def sites_of(reader: Reader, workspace_id: str, playbook_id: str) -> Sequence[str] | None:
    """The sites that may load the playbook's widget; None where it takes no visits."""
    found = await installed(reader, workspace_id, playbook_id)
    return found.sites if found is not None and found.takes_visits else None


async def anybody_online(reader: Reader, workspace_id: str) -> bool:
    """Whether any agent of the workspace is online."""
    return bool(await reader.find(workspace_id, agents, {"online": True}, order=("-agent_id",), limit=1))


async def snippet_sites_of(
    reader: Reader, workspace_id: str, playbook_id: str, after: Sequence[Any] | None, limit: int
) -> list[Row]:
    """The sites on which a playbook's snippet was seen, the last one first."""
    of = {"playbook_id": playbook_id}
    return await reader.find(workspace_id, snippet_sites, of, BY_LAST_SEEN, after, limit)
