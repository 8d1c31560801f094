"""Notices are handed to push services; what is not taken at once is noted and tried again, and holds up nobody."""

import json
from collections.abc import Sequence
from datetime import datetime

from contracts.envelope import Recorded
from contracts.notifier import Kind, NoticeRetried, NoticesDecided
from contracts.topics import NOTIFIER_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.notifier.consumers.sender import Sender, Try

SENDER = "sender"
TITLES: dict[Kind, str] = {
    "new_conversation": "New conversation",
    "new_message": "New message",
    "assigned_to_you": "Conversation assigned to you",
}


async def on_notice(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """Tries every device that a notice is for; returns once each was reached or what became of its try is recorded."""
    sender: Sender = ports.own[SENDER]
    match recorded.event:
        case NoticesDecided() as decided:
            devices = [(device, 1) for device in devices_of(decided)]
        case NoticeRetried(device_id=device_id, attempts=attempts):
            decided, devices = await sender.decision(recorded, ports), [(device_id, attempts + 1)]
        case _:
            return []
    tries = [Try(device, number, decided, payload(decided, device)) for device, number in devices]
    if tries:
        await sender.hand_over(recorded, ports, tries)
    return []


def devices_of(decided: NoticesDecided) -> list[str]:
    """The devices that are told."""
    told = (recipient for recipient in decided.recipients if recipient.outcome != "suppressed")
    return [device for recipient in told for device in recipient.devices]


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


SENDING = Reaction("notifier.sender", NOTIFIER_EVENTS, on_notice, (NoticesDecided, NoticeRetried))
