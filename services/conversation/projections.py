"""Read models as pure folds: agents online and removed, the inbox, blocked visitors."""

from collections.abc import Iterable

from contracts.conversation import (
    Assigned,
    BlockingEvent,
    BotPosted,
    Closed,
    ConversationEvent,
    ConversationStarted,
    MessagePosted,
    MessagesRead,
    Reassigned,
    Released,
    VisitorBlocked,
    VisitorLeft,
    VisitorReturned,
    VisitorUnblocked,
    WaitExpired,
)
from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved
from contracts.ids import id_of
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.states import InboxRow, StateRow
from contracts.topics import CONVERSATION_EVENTS, GATEWAY_EVENTS, INBOX_STATE, PRESENCE_EVENTS
from services.chassis.models import Key, ReadModel, Rows, StateTopic
from services.chassis.ports import Row
from services.conversation.tables import (
    agents,
    blocked_visitors,
    conversations,
    removed_agents,
)

UNREAD_MAX = 99


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


def touches_nothing(_: Recorded) -> Iterable[Key]:
    """A model that only writes."""
    return ()


def project_removed(rows: Rows, recorded: Recorded) -> None:
    """Who is no agent of the workspace any more; nobody becomes one again by the same id."""
    event = recorded.event
    if isinstance(event, AgentRemoved):
        workspace_id = recorded.metadata.workspace_id
        rows.put(removed_agents, workspace_id=workspace_id, agent_id=event.agent_id, removed_at=event.at)


def touches_visitor(recorded: Recorded) -> Iterable[Key]:
    """The visitor's row."""
    if isinstance(recorded.event, BlockingEvent):
        yield blocked_visitors, (recorded.metadata.workspace_id, recorded.event.visitor_id)


def project_visitor(rows: Rows, recorded: Recorded) -> None:
    """Whether the visitor is blocked: by whom, why, and in which conversation that was decided."""
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    match event:
        case VisitorBlocked():
            row: Row = {**event.model_dump(exclude={"at"}), "blocked": True, "blocked_at": event.at}
        case VisitorUnblocked():
            before = rows.get(blocked_visitors, workspace_id, event.visitor_id)
            if before is None:
                return
            row = {**before, "blocked": False}
        case _:
            return
    rows.put(blocked_visitors, **{**row, "workspace_id": workspace_id, "version": recorded.version})


def touches_conversation(recorded: Recorded) -> Iterable[Key]:
    """The conversation's row."""
    return [(conversations, (recorded.metadata.workspace_id, id_of(recorded.stream)))]


def project_conversation(rows: Rows, recorded: Recorded) -> None:
    """The conversation as the inbox lists it."""
    workspace_id = recorded.metadata.workspace_id
    before = rows.get(conversations, workspace_id, id_of(recorded.stream))
    after = _after(before, recorded)
    if after is None:
        return
    rows.put(conversations, **after)


def _after(before: Row | None, recorded: Recorded) -> Row | None:
    event = recorded.event
    match event, before:
        case ConversationStarted(), None:
            row = _started(event, recorded.metadata.workspace_id)
        case ConversationEvent(), dict():
            row = {**before, **_changes(event, before, recorded.version)}
        case _:
            return None
    return {**row, "version": recorded.version}


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
        "changed_at": event.at,
        "visitor_id": event.visitor_id,
        "visitor_name": next((told.value for told in event.captured if told.field == "name"), None),
        "late": False,
        "visitor_left": False,
        "last_by": None,
        "last_message_at": None,
        "unread_versions": [],
        "identified": event.identified,
    }


def _changes(event: ConversationEvent, before: Row, version: int) -> Row:
    """What the event changes beside the version, which follows the stream so that whoever waits for it ends."""
    shown = _shown(event, before, version)
    return {} if shown is None else {**shown, "changed_at": event.at}


def _shown(event: ConversationEvent, before: Row, version: int) -> Row | None:
    match event:
        case Assigned():
            return {"holder_id": event.agent_id, "holder_name": event.agent_name, "late": event.late}
        case Reassigned():
            return {"holder_id": event.agent_id, "holder_name": event.agent_name}
        case Released():
            nobody = {"holder_id": None, "holder_name": None, "missed": False, "late": False}
            return {**nobody, "answer_by": event.answer_by}
        case WaitExpired():
            return {"missed": True}
        case Closed():
            return {"status": "closed"}
        case VisitorLeft() | VisitorReturned():
            return {"visitor_left": isinstance(event, VisitorLeft)}
        case BotPosted():
            return {"last_by": "bot", "last_message_at": event.at}
        case MessagePosted():
            unread = before["unread_versions"]
            if event.author == "visitor":
                unread = [*unread, version][-UNREAD_MAX:]
            return {"last_by": event.author, "last_message_at": event.at, "unread_versions": unread}
        case MessagesRead(reader="agent"):
            return {"unread_versions": [one for one in before["unread_versions"] if one > event.up_to]}
        case _:
            return None


def inbox_row(row: Row, generation: int) -> tuple[str, StateRow]:
    """The public form of a conversation's row."""
    told = {**row, "unread": len(row["unread_versions"]), "generation": generation}
    return row["conversation_id"], InboxRow.model_validate(told)


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
        name="removed",
        schema=2,
        source=GATEWAY_EVENTS,
        tables=(removed_agents,),
        touches=touches_nothing,
        project=project_removed,
        about=(AgentRemoved,),
        gapless=False,
    ),
    ReadModel(
        name="blocked",
        schema=2,
        source=CONVERSATION_EVENTS,
        tables=(blocked_visitors,),
        touches=touches_visitor,
        project=project_visitor,
        about=(BlockingEvent,),
    ),
    ReadModel(
        name="inbox",
        schema=4,
        source=CONVERSATION_EVENTS,
        tables=(conversations,),
        touches=touches_conversation,
        project=project_conversation,
        publishes=StateTopic(INBOX_STATE, conversations, inbox_row),
    ),
)
