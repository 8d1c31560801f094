"""What must hold of notices and their devices: decided once, told to each and to nobody else, and brought to an end."""

import json
from collections import Counter
from collections.abc import Iterator

from contracts.conversation import (
    Assigned,
    Closed,
    ConversationStarted,
    MessagePosted,
    MessagesRead,
    Reassigned,
    Released,
)
from contracts.envelope import Event, Recorded
from contracts.gateway import AgentRemoved
from contracts.ids import id_of, stream
from contracts.notifier import (
    DeviceAllowed,
    DeviceNotice,
    Kind,
    NoticeChoicesSet,
    NoticeFailed,
    NoticeHandedOver,
    NoticesDecided,
    Recipient,
    notice_of,
)
from services.notifier.consumers.sending import devices_of
from services.notifier.outbound.subscriptions import device_of
from tests.simulation import of_old
from tests.simulation.history import History
from tests.simulation.world import World


def notices(world: World, history: History) -> Iterator[str]:
    """Every event that is to be told to somebody is decided on once, about the right agents, and nothing else is."""
    due: set[str] = set()
    for name, recorded in history.of("conversation"):
        holder: str | None = None
        for one in recorded:
            whom = _concerned(one.event, holder)
            if isinstance(one.event, Assigned | Reassigned | Released):
                holder = None if isinstance(one.event, Released) else one.event.agent_id
            if whom is None:
                continue
            notice = stream("notice", notice_of(one.event_id))
            due.add(notice)
            decided = [event for event in history.events(notice) if isinstance(event, NoticesDecided)]
            if len(decided) != 1:
                yield f"{name} {one.version} was decided on {len(decided)} times, to tell somebody of it"
            if isinstance(one.event, Released):
                for event in decided:
                    whom |= of_old.online(history, one.metadata.workspace_id, one.event.at, event.at)
            told = {recipient.agent_id for event in decided for recipient in event.recipients}
            if not whom <= told or (told != whom and not _is_new(one.event)):
                yield f"{name} {one.version} was told to {sorted(told)}, and concerns {sorted(whom)}"
            for event in decided:
                if event.kind != _kind(one.event):
                    yield f"{name} {one.version} was told as {event.kind}"
                yield from _unfounded(history, one, event, [later.event for later in recorded])
    for name, _ in history.of("notice"):
        if name not in due:
            yield f"{name} tells of nothing that is to be told"


def _is_new(event: Event) -> bool:
    return isinstance(event, ConversationStarted | Released)


def _concerned(event: Event, holder: str | None) -> set[str] | None:
    """Whom the product's rule names: who is online, the holder, or the new one. None where it names nobody.

    Of what waits anew it tells who is online by then, whom the event does not name.
    """
    match event:
        case ConversationStarted():
            return {seen.agent_id for seen in event.online if seen.online}
        case Released():
            return set()
        case MessagePosted(author="visitor"):
            return None if holder is None else {holder}
        case Assigned() | Reassigned():
            return {event.agent_id}
        case _:
            return None


def _unfounded(
    history: History, about: Recorded, decided: NoticesDecided, events: list[Event]
) -> Iterator[str]:
    """Verdicts whose reason is not so, and notices of what somebody did themselves."""
    event = about.event
    for one in decided.recipients:
        was_online = bool(history.is_online(one.agent_id, one.presence_version))
        own = isinstance(event, Assigned | Reassigned) and event.by == one.agent_id
        chosen = _chosen(history, one.agent_id)
        off = any(_kind(event) in choice.off for choice in chosen[: one.choices_version][-1:])
        is_so = {
            None: not off and not own and (was_online or not _is_new(event)),
            "switched_off": off,
            "own_action": own,
            "not_online": not was_online,
            "closed": any(isinstance(later, Closed) for later in events),
            "taken": _passes_on(event, one.agent_id, events),
            "read": any(
                isinstance(later, MessagesRead)
                and later.reader_id == one.agent_id
                and later.up_to >= about.version
                for later in events
            ),
            "too_late": decided.at >= decided.expires_at,
            "removed": any(
                isinstance(known, AgentRemoved) for known in history.events(stream("account", one.agent_id))
            ),
        }
        reason = _reason(one)
        if (one.outcome == "suppressed") != (reason is not None) or not is_so.get(reason):
            told = f"{one.outcome} for {one.agent_id}, because of {reason}"
            yield f"the notice of {about.stream} {about.version} was {told}, which is not so"
        long_ago = sum(known.at < decided.at - of_old.LONG for known in chosen)
        if not long_ago <= one.choices_version <= len(chosen):
            told = f"decided by choice {one.choices_version} of {one.agent_id}"
            yield f"the notice of {about.stream} {about.version} was {told}, who had made {len(chosen)}"


def _reason(one: Recipient) -> str | None:
    """The one reason that is told; two are none that anything can be."""
    if one.switched_off:
        return "switched_off" if one.reason is None else f"{one.reason} and switched_off"
    return one.reason


def _kind(event: Event) -> Kind:
    """What the product calls a notice of this event."""
    if _is_new(event):
        return "new_conversation"
    return "new_message" if isinstance(event, MessagePosted) else "assigned_to_you"


def _chosen(history: History, agent_id: str) -> list[NoticeChoicesSet]:
    """All choices that the agent has made."""
    known = history.events(stream("choices", agent_id))
    return [event for event in known if isinstance(event, NoticeChoicesSet)]


def _passes_on(event: Event, agent_id: str, events: list[Event]) -> bool:
    """Whether somebody takes the new conversation, or it leaves the agent."""
    later = events[events.index(event) + 1 :]
    if _is_new(event):
        return any(isinstance(one, Assigned) for one in later)
    return any(isinstance(one, Reassigned | Released) and one.previous_agent_id == agent_id for one in later)


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
        yield from _forgotten(history, name, recorded)


def _forgotten(history: History, name: str, recorded: list[Recorded]) -> Iterator[str]:
    """Devices of whom it concerns, without a verdict."""
    for event in (one.event for one in recorded if isinstance(one.event, NoticesDecided)):
        for recipient in event.recipients:
            known = of_old.devices(history, recipient.agent_id, event.at)
            for device in known - set(recipient.devices):
                yield f"{name} has no verdict on {device} of {recipient.agent_id}"


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
    told = {device for event in decided for device, _ in devices_of(event)}
    yield from (f"{name} was handed to {device}, for which it is not" for device in reached - told)
    last = {one.event.device_id: one.event for one in recorded if isinstance(one.event, DeviceNotice)}
    for device in told:
        event = last.get(device)
        if event is None and device not in reached:
            yield f"{name} was never handed to {device}"
        elif event is not None and not isinstance(event, NoticeHandedOver | NoticeFailed):
            yield f"{name} is still to be handed to {device}"
    yield from (f"{name} tells of {device}, for which it is not" for device in last.keys() - told)
