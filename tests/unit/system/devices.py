"""Agents' devices in the system in memory: allowed, and what they were told."""

from typing import Any

from tests.unit.system.world import World

KEYS = {"p256dh": "k", "auth": "a"}


async def allow(world: World, who: str, device: str) -> str:
    """The agent allows a device; answers its id."""
    return str((await world.post(who, "notifier/devices", body_of(device)))["ids"]["device_id"])


def body_of(device: str) -> dict[str, Any]:
    """What a browser sends to be allowed."""
    return {"subscription": {"endpoint": f"https://push.test/{device}", "keys": KEYS}, "label": device}


def kinds(world: World, device: str) -> list[str]:
    """What the device was told of, in order."""
    return [told["kind"] for told in world.push.told(device)]
