"""Read models as pure folds: what is known of conversations, of agents, of their devices and of their choices."""

from collections.abc import Iterable
from typing import Any

from contracts.conversation import (
    Assigned,
    Closed,
    ConversationStarted,
    MessagePosted,
    MessagesRead,
    Reassigned,
    Released,
)
from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved
from contracts.ids import id_of
from contracts.notifier import DeviceAllowed, DeviceEvent, DeviceExpired, NoticeChoicesSet
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.topics import CONVERSATION_EVENTS, GATEWAY_EVENTS, NOTIFIER_EVENTS, PRESENCE_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.ports import Row
from services.notifier.tables import choices, conversations, devices, presence, removals

CHANGES_KEPT_MAX = 20
"""How many of a conversation's readers and visitor's messages are kept: the newest decide."""


def _touches_conversation(recorded: Recorded) -> Iterable[Key]:
    return [(conversations, (recorded.metadata.workspace_id, id_of(recorded.stream)))]


def _project_conversation(rows: Rows, recorded: Recorded) -> None:
    """Who holds it since which version, what the visitor said, and how far agents have read."""
    workspace_id, conversation_id = recorded.metadata.workspace_id, id_of(recorded.stream)
    row = rows.get(conversations, workspace_id, conversation_id)
    changed = _begun() if row is None else dict(row)
    if not _change(changed, recorded):
        return
    changed |= {
        "workspace_id": workspace_id,
        "conversation_id": conversation_id,
        "version": recorded.version,
    }
    rows.put(conversations, **changed)


def _begun() -> Row:
    return {"holders": [], "said": [], "read": [], "closed": False, "given": 0}


def _change(row: Row, recorded: Recorded) -> bool:
    """Changes the row as the event says; False where it changes nothing."""
    match recorded.event:
        case ConversationStarted():
            pass
        case Assigned(agent_id=agent_id, by=by) | Reassigned(agent_id=agent_id, by=by):
            row["holders"] = _held(row, [recorded.version, agent_id])
            row["given"] = recorded.version if by != agent_id else 0
        case Released():
            row["holders"] = _held(row, [recorded.version, None])
            row["given"] = 0
        case MessagePosted(author="visitor"):
            row["said"] = _kept(row["said"], recorded.version)
        case MessagesRead(reader="agent", reader_id=agent_id, up_to=up_to):
            before = dict(row["read"])
            others = [[who, seen] for who, seen in row["read"] if who != agent_id]
            row["read"] = _kept(others, [agent_id, max(up_to, before.get(agent_id, 0))])
        case Closed():
            row["closed"] = True
        case _:
            return False
    return True


def _held(row: Row, new: list[Any]) -> list[Any]:
    """The holders with a new one, which takes the place of one to whom the visitor has said nothing.

    All others are kept, however many: who held it at a message must be known whenever that is decided on.
    """
    before, last = row["holders"], max(row["said"], default=0)
    return [*(before if before and before[-1][0] < last else before[:-1]), new]


def _kept(before: list[Any], new: Any) -> list[Any]:
    return [*before, new][-CHANGES_KEPT_MAX:]


def _touches_presence(recorded: Recorded) -> Iterable[Key]:
    return [(presence, (recorded.metadata.workspace_id, id_of(recorded.stream)))]


def _project_presence(rows: Rows, recorded: Recorded) -> None:
    if isinstance(recorded.event, AgentWentOnline | AgentWentOffline):
        rows.put(
            presence,
            workspace_id=recorded.metadata.workspace_id,
            agent_id=recorded.event.agent_id,
            online=isinstance(recorded.event, AgentWentOnline),
            version=recorded.version,
        )


def _touches_removal(recorded: Recorded) -> Iterable[Key]:
    if isinstance(recorded.event, AgentRemoved):
        yield removals, (recorded.metadata.workspace_id, recorded.event.agent_id)


def _project_removal(rows: Rows, recorded: Recorded) -> None:
    if isinstance(recorded.event, AgentRemoved):
        rows.put(removals, workspace_id=recorded.metadata.workspace_id, agent_id=recorded.event.agent_id)


def _touches_device(recorded: Recorded) -> Iterable[Key]:
    if isinstance(recorded.event, DeviceEvent):
        yield devices, (recorded.metadata.workspace_id, recorded.event.device_id)


def _project_device(rows: Rows, recorded: Recorded) -> None:
    workspace_id = recorded.metadata.workspace_id
    match recorded.event:
        case DeviceAllowed() as event:
            rows.put(
                devices,
                workspace_id=workspace_id,
                device_id=event.device_id,
                agent_id=event.agent_id,
                label=event.label,
                allowed_at=event.at,
            )
        case DeviceExpired() as event:
            row = rows.get(devices, workspace_id, event.device_id)
            if row is not None and row["agent_id"] == event.agent_id:  # Else it was about to be taken over.
                rows.remove(devices, workspace_id, event.device_id)
        case _:
            pass


def _touches_nothing(_: Recorded) -> Iterable[Key]:
    return ()


def _project_choices(rows: Rows, recorded: Recorded) -> None:
    if isinstance(recorded.event, NoticeChoicesSet):
        rows.put(
            choices,
            workspace_id=recorded.metadata.workspace_id,
            agent_id=recorded.event.agent_id,
            off=list(recorded.event.off),
            version=recorded.version,
        )


MODELS = (
    ReadModel(
        "conversations",
        2,
        CONVERSATION_EVENTS,
        (conversations,),
        _touches_conversation,
        _project_conversation,
    ),
    ReadModel("presence", 1, PRESENCE_EVENTS, (presence,), _touches_presence, _project_presence),
    ReadModel(
        "removals",
        2,
        GATEWAY_EVENTS,
        (removals,),
        _touches_removal,
        _project_removal,
        about=(AgentRemoved,),
        gapless=False,
    ),
    ReadModel(
        "devices", 2, NOTIFIER_EVENTS, (devices,), _touches_device, _project_device, about=(DeviceEvent,)
    ),
    ReadModel(
        "choices",
        1,
        NOTIFIER_EVENTS,
        (choices,),
        _touches_nothing,
        _project_choices,
        about=(NoticeChoicesSet,),
    ),
)
