"""A relay as a process of its own, made to be killed: `sample_relay events|state`."""

import asyncio
import os
import sys

from services.chassis.kafka import KafkaSettings
from services.chassis.observe import configure_logs
from services.chassis.outbox import Drain
from services.chassis.relay import Relay, StateRelay
from tests.integration.sample_log import SERVICE

KINDS: dict[str, type[Drain]] = {"events": Relay, "state": StateRelay}


async def main(kind: str) -> None:
    """Until killed."""
    await KINDS[kind](SERVICE, os.environ["SAMPLE_WORKER_URL"], KafkaSettings()).run()


if __name__ == "__main__":
    configure_logs(level="CRITICAL")
    asyncio.run(main(sys.argv[1]))
