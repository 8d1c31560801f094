"""The visitors who are blocked at this moment, for what they might send here."""

from collections.abc import Iterable

from contracts.conversation import VisitorBlocked, VisitorUnblocked
from contracts.envelope import Recorded
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.gateway.tables import blocked_visitors


def _touches(_: Recorded) -> Iterable[Key]:
    return ()


def _project(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case VisitorBlocked(visitor_id=visitor_id):
            rows.put(blocked_visitors, workspace_id=recorded.metadata.workspace_id, visitor_id=visitor_id)
        case VisitorUnblocked(visitor_id=visitor_id):
            rows.remove(blocked_visitors, recorded.metadata.workspace_id, visitor_id)


BLOCKED = ReadModel(
    name="blocked",
    schema=2,
    source=CONVERSATION_EVENTS,
    tables=(blocked_visitors,),
    touches=_touches,
    project=_project,
    about=(VisitorBlocked, VisitorUnblocked),
)
