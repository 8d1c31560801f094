"""Read models of the crm service: the conversations that outcomes may come of, and the leads."""

from collections.abc import Iterable

from contracts.conversation import Closed, ConversationStarted
from contracts.crm import LeadCreated
from contracts.envelope import Recorded
from contracts.topics import CONVERSATION_EVENTS, CRM_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.crm.tables import CONVERSATIONS, LEADS


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
            )
        case Closed(conversation_id=conversation_id):
            row = rows.get(CONVERSATIONS, workspace_id, conversation_id)
            if row is not None:
                rows.put(CONVERSATIONS, **(row | {"status": "closed"}))
        case _:
            pass


def _lead(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case LeadCreated(lead_id=lead_id):
            return ((LEADS, (recorded.metadata.workspace_id, lead_id)),)
        case _:
            return ()


def _keep_lead(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case LeadCreated() as event:
            rows.put(
                LEADS,
                workspace_id=recorded.metadata.workspace_id,
                lead_id=event.lead_id,
                conversation_id=event.conversation_id,
                visit_id=event.visit_id,
                title=event.title,
                note=event.note,
                person=[detail.model_dump(mode="json") for detail in event.person],
                cause=event.cause,
                by=event.by,
                created_at=event.at,
            )
        case _:
            pass


MODELS = (
    ReadModel("conversations", 1, CONVERSATION_EVENTS, (CONVERSATIONS,), _conversation, _keep_conversation),
    ReadModel("leads", 1, CRM_EVENTS, (LEADS,), _lead, _keep_lead),
)
