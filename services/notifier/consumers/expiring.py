"""The end of a device, in the one order that a crash cannot spoil: silent in the log, then its address forgotten."""

import structlog

from contracts.envelope import Recorded
from contracts.ids import derived_id, stream
from contracts.personal import Erased
from services.chassis.decider import Contended, Refused
from services.chassis.execution import execute, metadata_from
from services.chassis.ports import Ports
from services.notifier.commands import ExpireDevice
from services.notifier.decider import device
from services.notifier.outbound import subscriptions

log = structlog.get_logger()


async def expire(cause: Recorded, ports: Ports, device_id: str, command: ExpireDevice) -> None:
    """Cut off in between, the agent's device is still found by its address, and this is done again.

    One that goes on, because it is of another session than the one that is meant, keeps its address.
    """
    command_id, name = derived_id(command.reason, cause.event_id, device_id), stream("device", device_id)
    metadata = metadata_from(cause, command_id, f"service:{ports.service}")
    try:
        await execute(ports, device.DECIDER, name, command, metadata)
    except Contended:
        raise  # Nothing was answered yet: the event is read again.
    except (Refused, Erased) as refused:
        log.info("device_not_expired", device=device_id, cause=cause.event_id, error=repr(refused))
    await subscriptions.forget_unless_allowed(ports, metadata.workspace_id, device_id, command.agent_id)
