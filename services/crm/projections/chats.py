"""The visits and conversations that outcomes may come of, and the playbooks that visits walk through."""

from collections.abc import Iterable

from contracts.conversation import Closed, ConversationStarted
from contracts.envelope import Recorded
from contracts.playbook import PlaybookCreated, PlaybookRenamed, VisitStarted
from contracts.topics import CONVERSATION_EVENTS, PLAYBOOK_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.crm.tables import CONVERSATIONS, PLAYBOOKS, VISITS


def _conversation(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case ConversationStarted(conversation_id=id_) | Closed(conversation_id=id_):
            return ((CONVERSATIONS, (recorded.metadata.workspace_id, id_)),)
        case _:
            return ()


def _keep_conversation(rows: Rows, recorded: Recorded) -> None:
    workspace_id = recorded.metadata.workspace_id
    match recorded.event:
        case ConversationStarted() as event:
            rows.put(
                CONVERSATIONS,
                workspace_id=workspace_id,
                conversation_id=event.conversation_id,
                visitor_id=event.visitor_id,
                visit_id=event.visit_id,
                captured=[detail.model_dump(mode="json") for detail in event.captured],
                status="open",
                started_at=event.at,
            )
        case Closed(conversation_id=conversation_id):
            row = rows.get(CONVERSATIONS, workspace_id, conversation_id)
            if row is not None:
                rows.put(CONVERSATIONS, **(row | {"status": "closed"}))
        case _:
            pass


def _visit(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case VisitStarted(visit_id=visit_id):
            return ((VISITS, (recorded.metadata.workspace_id, visit_id)),)
        case _:
            return ()


def _keep_visit(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case VisitStarted() as event:
            rows.put(
                VISITS,
                workspace_id=recorded.metadata.workspace_id,
                visit_id=event.visit_id,
                visitor_id=event.visitor_id,
                playbook_id=event.playbook_id,
            )
        case _:
            pass


def _playbook(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case PlaybookCreated(playbook_id=id_) | PlaybookRenamed(playbook_id=id_):
            return ((PLAYBOOKS, (recorded.metadata.workspace_id, id_)),)
        case _:
            return ()


def _keep_playbook(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case PlaybookCreated() | PlaybookRenamed() as event:
            rows.put(
                PLAYBOOKS,
                workspace_id=recorded.metadata.workspace_id,
                playbook_id=event.playbook_id,
                name=event.name,
            )
        case _:
            pass


CONVERSATIONS_MODEL = ReadModel(
    "conversations",
    4,
    CONVERSATION_EVENTS,
    (CONVERSATIONS,),
    _conversation,
    _keep_conversation,
    about=(ConversationStarted, Closed),
    gapless=False,
)
VISITS_MODEL = ReadModel(
    "visits", 3, PLAYBOOK_EVENTS, (VISITS,), _visit, _keep_visit, about=(VisitStarted,), gapless=False
)
PLAYBOOKS_MODEL = ReadModel(
    "playbooks",
    1,
    PLAYBOOK_EVENTS,
    (PLAYBOOKS,),
    _playbook,
    _keep_playbook,
    about=(PlaybookCreated, PlaybookRenamed),
    gapless=False,
)
