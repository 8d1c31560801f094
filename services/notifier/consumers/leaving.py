"""An agent who leaves takes their devices along: what happens to accounts → devices that expire."""

from collections.abc import Mapping, Sequence
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
            devices = await _devices(ports, workspace_id, agent_id, now)
            return await _expire(ports, agent_id, devices, "agent_removed", now)
        case SessionsEnded(agent_id=agent_id):
            devices = await _devices(ports, workspace_id, agent_id, now)
            before = {device_id: at for device_id, at in devices.items() if at <= event.at}
            return await _expire(ports, agent_id, before, "signed_out", now)
        case _:
            return []


async def _devices(ports: Ports, workspace_id: str, agent_id: str, now: datetime) -> dict[str, datetime]:
    """When each of the agent's devices was last allowed: what is kept knows the newest, which no read model may know
    yet, and the read model those that were forgotten before their expiry was told."""
    known = await queries.devices_of(ports.reader, workspace_id, agent_id)
    kept = await subscriptions.kept_of(ports.credentials, workspace_id, agent_id, now)
    return {device.device_id: device.allowed_at for device in known} | kept


async def _expire(
    ports: Ports,
    agent_id: str,
    devices: Mapping[str, datetime],
    reason: Literal["agent_removed", "signed_out"],
    now: datetime,
) -> list[Order]:
    orders = []
    for device_id in sorted(devices):
        await subscriptions.forget(ports.credentials, device_id)
        command = ExpireDevice(reason=reason, agent_id=agent_id, at=now)
        orders.append(Order(device.DECIDER, stream("device", device_id), command, about=device_id))
    return orders


LEAVING = Reaction("notifier.gateway", GATEWAY_EVENTS, on_account)
