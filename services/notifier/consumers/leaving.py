"""An agent who leaves takes their devices along: what happens to accounts → devices that expire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved, SessionsEnded
from contracts.ids import stream
from contracts.topics import GATEWAY_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.notifier import queries
from services.notifier.commands import ExpireDevice
from services.notifier.decider import device
from services.notifier.outbound import subscriptions


async def on_account(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """All devices of an agent who was removed, or whose sessions ended, show nothing any more.

    A device that was allowed after the end is of a session that counts, however late the end is read, or again.
    """
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    match event:
        case AgentRemoved(agent_id=agent_id):
            devices = await queries.devices_of(ports.reader, workspace_id, agent_id)
            return await _expire(ports, workspace_id, agent_id, devices, "agent_removed", now)
        case SessionsEnded(agent_id=agent_id):
            devices = await queries.devices_of(ports.reader, workspace_id, agent_id)
            before = [found for found in devices if found.allowed_at <= event.at]
            return await _expire(ports, workspace_id, agent_id, before, "signed_out", now)
        case _:
            return []


async def _expire(
    ports: Ports,
    workspace_id: str,
    agent_id: str,
    devices: Sequence[queries.Device],
    reason: Literal["agent_removed", "signed_out"],
    now: datetime,
) -> list[Order]:
    orders = []
    for found in devices:
        await subscriptions.forget(ports.credentials, workspace_id, found.device_id)
        command = ExpireDevice(reason=reason, agent_id=agent_id, at=now)
        orders.append(Order(device.DECIDER, stream("device", found.device_id), command))
    return orders


LEAVING = Reaction("notifier.gateway", GATEWAY_EVENTS, on_account)
