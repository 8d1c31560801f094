"""What the policy and agents ask of the read models: conversations, whom a notice may concern, devices, choices."""

import asyncio
from collections import defaultdict
from collections.abc import Collection

from pydantic import BaseModel
from sqlalchemy import Table

from contracts.envelope import Position, UtcTime
from contracts.notifier import Kind
from services.chassis.keyset import pages
from services.chassis.ports import Reader, Row
from services.notifier.decider.policy import Agent, Conversation
from services.notifier.tables import choices, conversations, devices, presence, removals

DEVICES_MAX = 10
"""Devices of one agent."""
PAGE = 500
FOLLOWS_WITHIN_S = 5.0
LOOK_AGAIN_S, LOOK_AGAIN_S_MAX = 0.005, 0.08
"""Twice as long after each look: the read model moves on batch by batch, and may be a whole pause behind."""


class Device(BaseModel):
    """A device of the caller; its address and keys are told to nobody."""

    device_id: str
    label: str
    allowed_at: UtcTime


class NoticeChoices(BaseModel):
    """The kinds of notices that the caller has switched off, in no order. `version` is that of their choices' stream, 0
    where they have never chosen."""

    off: list[Kind] = []
    version: int = 0


async def follows(reader: Reader, position: Position) -> bool:
    """Whether what is known of conversations holds the event at this position, now or within FOLLOWS_WITHIN_S."""
    clock = asyncio.get_running_loop()
    until, again_s = clock.time() + FOLLOWS_WITHIN_S, LOOK_AGAIN_S
    while await reader.reached(conversations.schema or "", position.partition) <= position.offset:
        if clock.time() >= until:
            return False
        await asyncio.sleep(again_s)
        again_s = min(2 * again_s, LOOK_AGAIN_S_MAX)
    return True


async def conversation(reader: Reader, workspace_id: str, conversation_id: str) -> Conversation:
    """A conversation as it is known."""
    row = await reader.get(workspace_id, conversations, conversation_id)
    if row is None:
        return Conversation(0)
    return Conversation(
        version=row["version"],
        holders=tuple((since, who) for since, who in row["holders"]),
        said=tuple(row["said"]),
        read=tuple((who, seen) for who, seen in row["read"]),
        closed=row["closed"],
        given=row["given"],
    )


async def agent(reader: Reader, workspace_id: str, agent_id: str) -> Agent:
    """One agent as they are known."""
    known = await reader.get(workspace_id, presence, agent_id)
    removed = await reader.get(workspace_id, removals, agent_id)
    found = await devices_of(reader, workspace_id, agent_id)
    chosen = await reader.get(workspace_id, choices, agent_id)
    return _agent(agent_id, [device.device_id for device in found], known, chosen, removed is not None)


async def everybody(reader: Reader, workspace_id: str, seen: Collection[str] = ()) -> tuple[Agent, ...]:
    """All agents of the workspace who have a device, are online, or are among those `seen` elsewhere, by id."""
    found: dict[str, list[str]] = defaultdict(list)
    async for rows in pages(reader, workspace_id, devices, {}, ("agent_id", "device_id"), PAGE):
        for row in rows:
            found[row["agent_id"]].append(row["device_id"])
    known = await _by_agent(reader, workspace_id, presence)
    chosen = await _by_agent(reader, workspace_id, choices)
    removed = await _by_agent(reader, workspace_id, removals)
    return tuple(
        _agent(
            agent_id,
            found.get(agent_id, []),
            known.get(agent_id),
            chosen.get(agent_id),
            agent_id in removed,
        )
        for agent_id in sorted({*found, *seen, *(who for who, row in known.items() if row["online"])})
    )


async def _by_agent(reader: Reader, workspace_id: str, table: Table) -> dict[str, Row]:
    """All rows of a table with one row for each agent."""
    read = pages(reader, workspace_id, table, {}, ("agent_id",), PAGE)
    return {row["agent_id"]: row async for rows in read for row in rows}


async def choices_of(reader: Reader, workspace_id: str, agent_id: str) -> NoticeChoices:
    """What an agent has switched off."""
    return NoticeChoices.model_validate(await reader.get(workspace_id, choices, agent_id) or {})


async def devices_of(reader: Reader, workspace_id: str, agent_id: str) -> list[Device]:
    """An agent's devices, by id: all, for those that were allowed in the same moment may be more than DEVICES_MAX."""
    read = pages(reader, workspace_id, devices, {"agent_id": agent_id}, ("agent_id", "device_id"), PAGE)
    return [Device.model_validate(row) async for rows in read for row in rows]


async def is_removed(reader: Reader, workspace_id: str, agent_id: str) -> bool:
    """Whether the agent is no longer of the workspace."""
    return await reader.get(workspace_id, removals, agent_id) is not None


def _agent(agent_id: str, found: list[str], known: Row | None, chosen: Row | None, removed: bool) -> Agent:
    return Agent(
        agent_id,
        tuple(found),
        online=bool(known and known["online"]),
        presence_version=known["version"] if known else 0,
        removed=removed,
        off=frozenset(chosen["off"]) if chosen else frozenset(),
        choices_version=chosen["version"] if chosen else 0,
    )
