"""An agent who leaves takes their devices along: what happens to accounts → devices that expire."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved, SessionEnded, SessionsEnded
from contracts.topics import GATEWAY_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.notifier import queries
from services.notifier.commands import ExpireDevice
from services.notifier.consumers.expiring import expire
from services.notifier.outbound import subscriptions


async def on_account(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """All devices of an agent who was removed, or whose sessions ended, show nothing any more.

    Nor do those of one session that was ended: of which one a device is, its own stream says.

    It is told of those too that the agent is about to allow: their addresses are kept, their streams refuse the rest.

    A device that was allowed after the end is of a session that counts, however late the end is read, or again. Nothing
    is left to order: each device's expiry is carried out before its address, by which it is found again, is forgotten.
    """
    event = recorded.event
    match event:
        case SessionEnded():
            command = ExpireDevice("signed_out", event.at, event.agent_id, event.session_id)
        case SessionsEnded():
            command = ExpireDevice("signed_out", event.at, event.agent_id)
        case AgentRemoved():
            command = ExpireDevice("agent_removed", event.at, event.agent_id)
        case _:
            return []
    devices = await _devices(ports, recorded.metadata.workspace_id, event.agent_id, now)
    is_removed = isinstance(event, AgentRemoved)
    ended = [device_id for device_id, at in devices.items() if is_removed or at <= event.at]
    for device_id in sorted(ended):
        await expire(recorded, ports, device_id, replace(command, device_id=device_id))
    return []


async def _devices(ports: Ports, workspace_id: str, agent_id: str, now: datetime) -> dict[str, datetime]:
    """When each of the agent's devices was last allowed: what is kept knows the newest, which no read model may know
    yet, and the read model those whose addresses were lost."""
    known = await queries.devices_of(ports.reader, workspace_id, agent_id)
    kept = await subscriptions.kept_of(ports.credentials, workspace_id, agent_id, now)
    return {device.device_id: device.allowed_at for device in known} | kept


LEAVING = Reaction(
    "notifier.gateway", GATEWAY_EVENTS, on_account, (AgentRemoved, SessionsEnded, SessionEnded)
)
