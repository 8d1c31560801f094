"""Subscriptions are credentials: whoever has one can write to the device. They are kept apart from every event."""

from collections.abc import Collection
from datetime import datetime, timedelta

from contracts.ids import derived_id
from services.chassis.ports import Credential, Credentials
from services.notifier.outbound.push import Subscription

KIND = "push_subscription"
KEPT_FOR = timedelta(days=400)
"""A browser that was not started for longer has a new subscription by then."""


def device_of(workspace_id: str, endpoint: str) -> str:
    """The id of the device at an endpoint: the same for whoever subscribes there, in this workspace."""
    return derived_id("device", workspace_id, endpoint)


async def keep(
    credentials: Credentials,
    workspace_id: str,
    device_id: str,
    agent_id: str,
    given: Subscription,
    now: datetime,
) -> None:
    """Keeps how an agent's device is reached, in place of what was kept before, for whomever."""
    claims = {"endpoint": given.endpoint, "p256dh": given.p256dh, "auth": given.auth}
    await credentials.keep(
        Credential(KIND, device_id, workspace_id, agent_id, claims, expires_at=now + KEPT_FOR)
    )


async def find_all(
    credentials: Credentials, devices: Collection[str], now: datetime
) -> dict[str, Subscription]:
    """How each device is reached, by id; those that are reached no more are missing."""
    found = await credentials.find_all(KIND, devices, now)
    return {one.hash: Subscription(**one.claims) for one in found}


async def kept_of(
    credentials: Credentials, workspace_id: str, agent_id: str, now: datetime
) -> dict[str, datetime]:
    """When each of the agent's devices was last kept, by id; also of those that no read model knows yet."""
    kept = await credentials.of(KIND, workspace_id, agent_id, now)
    return {one.hash: one.expires_at - KEPT_FOR for one in kept}


async def forget(credentials: Credentials, device_id: str) -> None:
    """The device is reached no more."""
    await credentials.end_one(KIND, device_id)
