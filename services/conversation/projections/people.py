"""Who is who as pure folds: agents online, agents removed, visitors blocked."""

from collections.abc import Iterable

from contracts.conversation import BlockingEvent, VisitorBlocked, VisitorUnblocked
from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved
from contracts.ids import id_of
from contracts.presence import AgentLeft, AgentNamed, AgentWentOffline, AgentWentOnline
from contracts.topics import CONVERSATION_EVENTS, GATEWAY_EVENTS, PRESENCE_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.ports import Row
from services.conversation.tables import agents, blocked_visitors, removed_agents


def touches_agent(recorded: Recorded) -> Iterable[Key]:
    """The agent's row."""
    return [(agents, (recorded.metadata.workspace_id, id_of(recorded.stream)))]


def project_agent(rows: Rows, recorded: Recorded) -> None:
    """Whether the agent is online, under which name, and as of which version of their stream that is known."""
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    match event:
        case AgentNamed():
            known = rows.get(agents, workspace_id, event.agent_id)
            if known:
                news = {"name": event.name, "version": recorded.version, "changed_at": event.at}
                rows.put(agents, **{**known, **news})
            return
        case AgentLeft():
            rows.remove(agents, workspace_id, event.agent_id)
            return
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
        rows.put(
            removed_agents,
            workspace_id=recorded.metadata.workspace_id,
            agent_id=event.agent_id,
            removed_at=event.at,
            version=recorded.version,
        )


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


AGENTS_MODEL = ReadModel(
    name="agents",
    schema=2,
    source=PRESENCE_EVENTS,
    tables=(agents,),
    touches=touches_agent,
    project=project_agent,
)

REMOVED_MODEL = ReadModel(
    name="removed",
    schema=3,
    source=GATEWAY_EVENTS,
    tables=(removed_agents,),
    touches=touches_nothing,
    project=project_removed,
    about=(AgentRemoved,),
    gapless=False,
)

BLOCKED_MODEL = ReadModel(
    name="blocked",
    schema=2,
    source=CONVERSATION_EVENTS,
    tables=(blocked_visitors,),
    touches=touches_visitor,
    project=project_visitor,
    about=(BlockingEvent,),
)
