"""Read models as pure folds: which agents are online, and the inbox with its folders and their counts."""

from collections.abc import Iterable

from contracts.conversation import (
    Assigned,
    BotPosted,
    Closed,
    ConversationEvent,
    ConversationStarted,
    MessagePosted,
    Reassigned,
    Released,
    WaitExpired,
)
from contracts.envelope import Recorded
from contracts.ids import id_of
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.states import InboxRow, StateRow
from contracts.topics import CONVERSATION_EVENTS, INBOX_STATE, PRESENCE_EVENTS
from services.chassis.models import Key, ReadModel, Rows, StateTopic
from services.chassis.ports import Row
from services.conversation.tables import agents, conversations, folder_counts

UNASSIGNED, CLOSED = "unassigned", "closed"


def touches_agent(recorded: Recorded) -> Iterable[Key]:
    """The agent's row."""
    return [(agents, (recorded.metadata.workspace_id, id_of(recorded.stream)))]


def project_agent(rows: Rows, recorded: Recorded) -> None:
    """Whether the agent is online, and since which version of their stream that is known."""
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    match event:
        case AgentWentOnline():
            name = event.name
        case AgentWentOffline():
            before = rows.get(agents, workspace_id, event.agent_id)
            name = before["name"] if before else ""
        case _:
            return
    rows.put(
        agents,
        workspace_id=workspace_id,
        agent_id=event.agent_id,
        name=name,
        online=isinstance(event, AgentWentOnline),
        version=recorded.version,
        changed_at=event.at,
    )


def touches_conversation(recorded: Recorded) -> Iterable[Key]:
    """The conversation's row; its folders' counts are only added to."""
    return [(conversations, (recorded.metadata.workspace_id, id_of(recorded.stream)))]


def project_conversation(rows: Rows, recorded: Recorded) -> None:
    """The conversation as the inbox lists it, and how many there are in the folders it left and came to."""
    workspace_id = recorded.metadata.workspace_id
    before = rows.get(conversations, workspace_id, id_of(recorded.stream))
    after = _after(before, recorded)
    if after is None:
        return
    rows.put(conversations, **after)
    if before is None:
        rows.add(folder_counts, workspace_id, after["folder"], count=1)
    elif before["folder"] != after["folder"]:
        rows.add(folder_counts, workspace_id, before["folder"], count=-1)
        rows.add(folder_counts, workspace_id, after["folder"], count=1)


def folder_of(row: Row) -> str:
    """The folder in which a conversation lies: closed, unassigned, or its holder's."""
    if row["status"] == "closed":
        return CLOSED
    return UNASSIGNED if row["holder_id"] is None else f"agent:{row['holder_id']}"


def _after(before: Row | None, recorded: Recorded) -> Row | None:
    event = recorded.event
    match event, before:
        case ConversationStarted(), None:
            row = _started(event, recorded.metadata.workspace_id)
        case ConversationEvent(), dict() if (changes := _changes(event)) is not None:
            row = {**before, **changes}
        case _:
            return None
    return {**row, "folder": folder_of(row), "changed_at": event.at, "version": recorded.version}


def _started(event: ConversationStarted, workspace_id: str) -> Row:
    return {
        "workspace_id": workspace_id,
        "conversation_id": event.conversation_id,
        "visit_id": event.visit_id,
        "status": "open",
        "holder_id": None,
        "holder_name": None,
        "missed": False,
        "started_at": event.at,
        "answer_by": event.answer_by,
    }


def _changes(event: ConversationEvent) -> Row | None:
    """The columns that the event changes beside changed_at; None for an event that no list shows."""
    match event:
        case Assigned() | Reassigned():
            return {"holder_id": event.agent_id, "holder_name": event.agent_name}
        case Released():
            return {"holder_id": None, "holder_name": None, "missed": False, "answer_by": event.answer_by}
        case WaitExpired():
            return {"missed": True}
        case Closed():
            return {"status": "closed"}
        case BotPosted() | MessagePosted():
            return {}
        case _:
            return None


def inbox_row(row: Row, generation: int) -> tuple[str, StateRow]:
    """The public form of a conversation's row."""
    return row["conversation_id"], InboxRow.model_validate({**row, "generation": generation})


MODELS = (
    ReadModel(
        name="agents",
        schema=1,
        source=PRESENCE_EVENTS,
        tables=(agents,),
        touches=touches_agent,
        project=project_agent,
    ),
    ReadModel(
        name="inbox",
        schema=1,
        source=CONVERSATION_EVENTS,
        tables=(conversations, folder_counts),
        touches=touches_conversation,
        project=project_conversation,
        publishes=StateTopic(INBOX_STATE, conversations, inbox_row),
    ),
)
