"""What must hold of notices and their devices: decided once, told to each and to nobody else, and brought to an end."""

import json
from collections import Counter
from collections.abc import Iterator

from contracts.conversation import Assigned, Reassigned, Released
from contracts.envelope import Recorded
from contracts.ids import id_of, stream
from contracts.notifier import (
    DeviceAllowed,
    DeviceNotice,
    NoticeFailed,
    NoticeHandedOver,
    NoticesDecided,
    notice_of,
)
from services.notifier.consumers.sending import devices_of
from services.notifier.decider.policy import Conversation, concerned
from services.notifier.outbound.subscriptions import device_of
from tests.simulation.history import History
from tests.simulation.world import World


def notices(world: World, history: History) -> Iterator[str]:
    """Every event that is to be told to somebody is decided on once, and nothing else is."""
    decided = Counter(
        name
        for name, recorded in history.of("notice")
        for one in recorded
        if isinstance(one.event, NoticesDecided)
    )
    due: set[str] = set()
    for name, recorded in history.of("conversation"):
        held: list[tuple[int, str | None]] = []
        for one in recorded:
            if isinstance(one.event, Assigned | Reassigned):
                held.append((one.version, one.event.agent_id))
            elif isinstance(one.event, Released):
                held.append((one.version, None))
            known = Conversation(one.version, holders=tuple(held))
            if concerned(one.event, one.version, known) is not None:
                notice = stream("notice", notice_of(one.event_id))
                due.add(notice)
                if decided[notice] != 1:
                    yield f"{name} {one.version} was decided on {decided[notice]} times, to tell somebody of it"
    yield from (f"{notice} tells of nothing that is to be told" for notice in decided if notice not in due)


def devices(world: World, history: History) -> Iterator[str]:
    """Each device of who is told has one verdict: it was reached, or given up; and no other device is told."""
    given = Counter((str(json.loads(message.data)["id"]), endpoint) for endpoint, message in world.push.given)
    owners: dict[str, set[str]] = {}
    for name, recorded in history.of("device"):
        owners[id_of(name)] = {one.event.agent_id for one in recorded if isinstance(one.event, DeviceAllowed)}
    reached: dict[str, set[str]] = {}
    workspaces = {id_of(name): events[0].metadata.workspace_id for name, events in history.of("notice")}
    for notice_id, endpoint in given:
        workspace_id = workspaces.get(notice_id, "")
        reached.setdefault(notice_id, set()).add(device_of(workspace_id, endpoint))
    for name, recorded in history.of("notice"):
        yield from _verdicts(name, recorded, reached.get(id_of(name), set()), owners)


def _verdicts(
    name: str, recorded: list[Recorded], reached: set[str], owners: dict[str, set[str]]
) -> Iterator[str]:
    decided = [one.event for one in recorded if isinstance(one.event, NoticesDecided)]
    recipients = [recipient for event in decided for recipient in event.recipients]
    counts = Counter(device for recipient in recipients for device in recipient.devices)
    yield from (f"{name} has {count} verdicts on {one}" for one, count in counts.items() if count > 1)
    for recipient in recipients:
        if any(recipient.agent_id not in owners.get(device, ()) for device in recipient.devices):
            yield f"{name} is for a device that its agent never allowed"
    told = {device for event in decided for device in devices_of(event)}
    yield from (f"{name} was handed to {device}, for which it is not" for device in reached - told)
    last = {one.event.device_id: one.event for one in recorded if isinstance(one.event, DeviceNotice)}
    for device in told:
        event = last.get(device)
        if event is None and device not in reached:
            yield f"{name} was never handed to {device}"
        elif event is not None and not isinstance(event, NoticeHandedOver | NoticeFailed):
            yield f"{name} is still to be handed to {device}"
    yield from (f"{name} tells of {device}, for which it is not" for device in last.keys() - told)
