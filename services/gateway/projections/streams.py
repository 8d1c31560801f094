"""Conversations and visits as their readers see them, one row for each version: no version is ever missing."""

from collections.abc import Iterable

from contracts.conversation import Assigned, Closed, ConversationStarted, Reassigned
from contracts.envelope import Event, Recorded
from contracts.ids import category_of, id_of
from contracts.playbook import LiveChatRequested
from contracts.topics import CONVERSATION_EVENTS, PLAYBOOK_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.ports import Row
from services.gateway.projections.views import view
from services.gateway.tables import asked, conversations, transcripts, walks

TOLD = ("visit_id", "visitor_id", "agent_name", "started_at", "closed_at")


def _transcript_touches(recorded: Recorded) -> Iterable[Key]:
    if category_of(recorded.stream) == "conversation":
        yield (conversations, (recorded.metadata.workspace_id, recorded.stream))


def _project_transcript(rows: Rows, recorded: Recorded) -> None:
    if category_of(recorded.stream) != "conversation":
        return
    workspace_id, stream, version = recorded.metadata.workspace_id, recorded.stream, recorded.version
    known = rows.get(conversations, workspace_id, stream) or dict.fromkeys(TOLD)
    visit_id = getattr(recorded.event, "visit_id", None) or known["visit_id"]
    told = {**known, "visit_id": visit_id, **_told(recorded.event)}
    rows.put(conversations, **{**told, "workspace_id": workspace_id, "stream_id": stream, "version": version})
    rows.put(
        transcripts,
        workspace_id=workspace_id,
        stream_id=stream,
        version=version,
        for_agent=view(recorded, for_visitor=False),
        for_visitor=view(recorded, for_visitor=True),
    )


def _told(event: Event) -> Row:
    """What the list of a visitor's conversations tells of one: one that was never opened is of nobody."""
    match event:
        case ConversationStarted():
            return {"visitor_id": event.visitor_id, "started_at": event.at}
        case Assigned() | Reassigned():
            return {"agent_name": event.agent_name}
        case Closed():
            return {"closed_at": event.at}
        case _:
            return {}


def _no_touches(_: Recorded) -> Iterable[Key]:
    return ()


def _project_walk(rows: Rows, recorded: Recorded) -> None:
    if category_of(recorded.stream) != "visit":
        return
    workspace_id = recorded.metadata.workspace_id
    rows.put(
        walks,
        workspace_id=workspace_id,
        stream_id=recorded.stream,
        version=recorded.version,
        for_visitor=view(recorded, for_visitor=True),
    )
    if isinstance(recorded.event, LiveChatRequested):
        rows.put(
            asked,
            workspace_id=workspace_id,
            visit_id=id_of(recorded.stream),
            version=recorded.version,
            conversation_id=recorded.event.conversation_id,
        )


TRANSCRIPTS = ReadModel(
    name="transcripts",
    schema=4,
    source=CONVERSATION_EVENTS,
    tables=(conversations, transcripts),
    touches=_transcript_touches,
    project=_project_transcript,
)

WALKS = ReadModel(
    name="walks",
    schema=2,
    source=PLAYBOOK_EVENTS,
    tables=(walks, asked),
    touches=_no_touches,
    project=_project_walk,
)
