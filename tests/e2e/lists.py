"""An inbox's lists as a fresh one reads them: the rows of conversations and agents, and the folders' counts."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from services.cli.demo.clients import Agent

Rows = dict[str, dict[str, Any]]


async def fetched(agent: Agent) -> Rows:
    """The rows that the reads tell, by id; of agents all but the row's generation."""
    rows: Rows = {}
    for folder in await counted(agent):
        listed = await _all(agent, f"gateway/folders/{folder}")
        rows |= {row["conversation_id"]: {"kind": "conversation", **row} for row in listed}
    present = await _all(agent, "presence/agents")
    return rows | {row["agent_id"]: {"kind": "agent", **row} for row in present}


async def counted(agent: Agent) -> dict[str, int]:
    """How many conversations each folder that has some holds, by the kept counts."""
    counts: dict[str, int] = (await agent.get("gateway/folders"))["counts"]
    return {folder: count for folder, count in counts.items() if count}


async def disagreements(listed: Callable[[], Rows], agent: Agent) -> list[str]:
    """What an inbox that lists these rows shows otherwise than a fresh one does."""
    fresh, rows = await fetched(agent), listed()
    wrong = [
        f"{key}: {_shown(rows.get(key))}, a fresh inbox has {_shown(fresh.get(key))}"
        for key in {*rows, *fresh}
        if _shown(rows.get(key)) != _shown(fresh.get(key))
    ]
    counts, kept = Counter(row["folder"] for row in rows.values() if "folder" in row), await counted(agent)
    wrong += [f"counted {dict(counts)}, kept {kept}"] if counts != kept else []
    online = {key for key, row in rows.items() if row["kind"] == "agent" and row["online"]}
    team = {one["agent_id"] for one in await _all(agent, "gateway/agents") if one["online"]}
    return wrong + ([f"online are {online}, of the team {team}"] if online != team else [])


def _shown(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if row is None or row["kind"] == "conversation":
        return row
    return {name: value for name, value in row.items() if name != "generation"}


async def _all(agent: Agent, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await agent.get(path, cursor=cursor)
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items
