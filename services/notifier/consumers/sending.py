"""Notices are handed to push services; what is not taken at once is noted and tried again, and holds up nobody."""

import json
from collections.abc import Sequence
from datetime import datetime

from contracts.envelope import Recorded
from contracts.notifier import DeviceExpired, Kind, NoticeRetried, NoticesDecided
from contracts.topics import NOTIFIER_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.notifier.consumers.sender import Sender, Try
from services.notifier.outbound import subscriptions

SENDER = "sender"
TITLES: dict[Kind, str] = {
    "new_conversation": "New conversation",
    "new_message": "New message",
    "assigned_to_you": "Conversation assigned to you",
}


async def on_notice(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """Tries every device that a notice is for; returns once each was reached or what became of its try is recorded.

    How a device was reached that was taken over, or was to be forgotten when somebody died, is forgotten.
    """
    sender: Sender = ports.own[SENDER]
    match recorded.event:
        case NoticesDecided() as decided:
            tries = [Try(*one, 1, decided, payload(decided, one[0])) for one in devices_of(decided)]
        case NoticeRetried(device_id=device_id, attempts=attempts):
            decided = await sender.decision(recorded, ports)
            (agent_id,) = [agent for device, agent in devices_of(decided) if device == device_id]
            # Somebody else may have taken it over since.
            await subscriptions.forget_unless_allowed(
                ports, recorded.metadata.workspace_id, device_id, agent_id
            )
            tries = [Try(device_id, agent_id, attempts + 1, decided, payload(decided, device_id))]
        case DeviceExpired(device_id=device_id, agent_id=agent_id):
            await subscriptions.forget_unless_allowed(
                ports, recorded.metadata.workspace_id, device_id, agent_id
            )
            return []
        case _:
            return []
    if tries:
        await sender.hand_over(recorded, ports, tries)
    return []


def devices_of(decided: NoticesDecided) -> list[tuple[str, str]]:
    """The devices that are told, each with its agent."""
    told = (recipient for recipient in decided.recipients if recipient.outcome != "suppressed")
    return [(device, recipient.agent_id) for recipient in told for device in recipient.devices]


def payload(decided: NoticesDecided, device_id: str) -> bytes:
    """What a device shows, once for each id; one with the tag of another takes its place."""
    collapsed = any(
        recipient.outcome == "collapsed" and device_id in recipient.devices
        for recipient in decided.recipients
    )
    told = {
        "id": decided.notice_id,
        "kind": decided.kind,
        "conversation_id": decided.conversation_id,
        "tag": f"conversation-{decided.conversation_id}",
        "renotify": not collapsed,
        "title": TITLES[decided.kind],
        "text": decided.text,
        "at": decided.occurred_at.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


SENDING = Reaction(
    "notifier.sender", NOTIFIER_EVENTS, on_notice, (NoticesDecided, NoticeRetried, DeviceExpired)
)
