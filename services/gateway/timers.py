"""What the gateway does because time has passed: it says every two seconds that heartbeats reach Kafka.

Only who serves sockets can say so: while nobody does, silence means nothing, and nobody is taken offline for it.
"""

import asyncio

from contracts.signals import Beacon
from services.chassis.ports import Ports

BEACON_EVERY_S = 2.0


async def beacon(ports: Ports) -> None:
    """Until cancelled."""
    gateway = ports.ids.new()
    while True:
        await ports.signals.send(gateway, Beacon(gateway=gateway, at=ports.clock.now()))
        await asyncio.sleep(BEACON_EVERY_S)
