"""Notices are handed to push services; what is not taken at once is noted and tried again, and holds up nobody."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.envelope import Recorded
from contracts.notifier import DeviceExpired, Kind, NoticeRetried, NoticesDecided, Recipient
from contracts.topics import NOTIFIER_EVENTS
from services.chassis.ports import Ports
from services.chassis.service import Order, Reaction
from services.notifier import queries
from services.notifier.commands import Attempt
from services.notifier.consumers.sender import Sender, Try, note
from services.notifier.decider import policy
from services.notifier.outbound import subscriptions

SENDER = "sender"
TITLES: dict[Kind, str] = {
    "new_conversation": "New conversation",
    "new_message": "New message",
    "assigned_to_you": "Conversation assigned to you",
}


async def on_notice(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
    """Tries every device that a notice is for; returns once each was reached or what became of its try is recorded.

    Before a later try the policy is asked anew: much may have happened since the verdict.

    How a device was reached that was taken over, or was to be forgotten when somebody died, is forgotten.
    """
    sender: Sender = ports.own[SENDER]
    match recorded.event:
        case NoticesDecided() as decided:
            tries = [Try(*one, 1, decided, payload(decided, one[0])) for one in devices_of(decided)]
        case NoticeRetried(device_id=device_id, attempts=attempts):
            decided = await sender.decision(recorded, ports)
            (recipient,) = [one for one in told_of(decided) if device_id in one.devices]
            agent_id = recipient.agent_id
            # Somebody else may have taken it over since.
            await subscriptions.forget_unless_allowed(
                ports, recorded.metadata.workspace_id, device_id, agent_id
            )
            if reason := await withdrawn(decided, recipient, ports, recorded.metadata.workspace_id):
                await note(recorded, ports, [Attempt(device_id, attempts + 1, "refused", reason)])
                return []
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
    return [(device, one.agent_id) for one in told_of(decided) for device in one.devices]


def told_of(decided: NoticesDecided) -> list[Recipient]:
    """The agents who are told."""
    return [recipient for recipient in decided.recipients if recipient.outcome != "suppressed"]


async def withdrawn(
    decided: NoticesDecided, recipient: Recipient, ports: Ports, workspace_id: str
) -> str | None:
    """Why the agent is told no more, by what is known now; what the verdict knew already counts where it is newer."""
    known = await queries.conversation(ports.reader, workspace_id, decided.conversation_id)
    agent = await queries.agent(ports.reader, workspace_id, recipient.agent_id)
    if agent.presence_version <= recipient.presence_version:
        agent = replace(agent, online=True)
    if known.version < decided.known_version:
        return None  # The read model was left behind, as by a restore: nothing has happened since that it knows of.
    return policy.withdrawn(decided.kind, decided.about_version, known, agent)


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
    "notifier.sender", NOTIFIER_EVENTS, on_notice, (NoticesDecided, NoticeRetried, DeviceExpired), role=SENDER
)
