"""Subscriptions are credentials: whoever has one can write to the device. They are kept apart from every event."""

from collections.abc import Collection
from datetime import datetime, timedelta

from contracts.ids import derived_id, stream
from services.chassis.execution import state_of
from services.chassis.ports import Credential, Credentials, Ports
from services.notifier.decider import device
from services.notifier.outbound.push import Subscription

KIND = "push_subscription"
WAYS = ("endpoint", "p256dh", "auth")
KEPT_FOR = timedelta(days=400)
"""A browser that was not started for longer has a new subscription by then."""


def device_of(workspace_id: str, endpoint: str) -> str:
    """The id of the device at an endpoint: the same for whoever subscribes there, in this workspace."""
    return derived_id("device", workspace_id, endpoint)


def _name(device_id: str, agent_id: str) -> str:
    """Under which name it is kept how an agent is reached at a device.

    Each agent of a device has their own: what one asks for, and is refused perhaps, takes nothing from another.
    """
    return derived_id("subscription", device_id, agent_id)


async def keep(
    credentials: Credentials,
    workspace_id: str,
    device_id: str,
    agent_id: str,
    given: Subscription,
    now: datetime,
) -> None:
    """Keeps how an agent's device is reached, in place of what they had there before."""
    claims = {"device_id": device_id, **{name: getattr(given, name) for name in WAYS}}
    name, until = _name(device_id, agent_id), now + KEPT_FOR
    await credentials.keep(Credential(KIND, name, workspace_id, agent_id, claims, expires_at=until))


async def find_all(
    credentials: Credentials, devices: Collection[tuple[str, str]], now: datetime
) -> dict[str, Subscription]:
    """How devices are reached for their agents, told as (device, agent), by device; where no more, one is missing."""
    found = await credentials.find_all(KIND, [_name(*one) for one in devices], now)
    return {
        str(one.claims["device_id"]): Subscription(**{name: one.claims[name] for name in WAYS})
        for one in found
    }


async def kept_of(
    credentials: Credentials, workspace_id: str, agent_id: str, now: datetime
) -> dict[str, datetime]:
    """When each of the agent's devices was last kept, by id; also of those that no read model knows yet."""
    kept = await credentials.of(KIND, workspace_id, agent_id, now)
    return {str(one.claims["device_id"]): one.expires_at - KEPT_FOR for one in kept}


async def forget_unless_allowed(ports: Ports, workspace_id: str, device_id: str, agent_id: str) -> bool:
    """Whether the device shows notices of this agent, as its stream says; where it does not, how it is reached for them
    is forgotten."""
    state = await state_of(ports, device.DECIDER, workspace_id, stream("device", device_id))
    if isinstance(state, device.Allowed) and state.agent_id == agent_id:
        return True
    await ports.credentials.end_one(KIND, _name(device_id, agent_id))
    return False
