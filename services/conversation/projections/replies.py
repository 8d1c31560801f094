"""The canned replies of a workspace as a pure fold, and how many it has."""

from collections.abc import Iterable

from contracts.conversation import CannedReplyEvent, CannedReplyRemoved, CannedReplySaved
from contracts.envelope import Recorded
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.conversation.tables import replies, reply_counts


def _touches(recorded: Recorded) -> Iterable[Key]:
    if isinstance(recorded.event, CannedReplyEvent):
        yield replies, (recorded.metadata.workspace_id, recorded.event.reply_id)


def _project(rows: Rows, recorded: Recorded) -> None:
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    if not isinstance(event, CannedReplyEvent):
        return
    before = rows.get(replies, workspace_id, event.reply_id)
    match event:
        case CannedReplySaved():
            author = before or {"author_id": event.by, "author_name": event.by_name}
            rows.put(
                replies,
                workspace_id=workspace_id,
                reply_id=event.reply_id,
                shortcut=event.shortcut,
                title=event.title,
                text=event.text,
                author_id=author["author_id"],
                author_name=author["author_name"],
                changed_at=event.at,
                version=recorded.version,
            )
            if before is None:
                rows.add(reply_counts, workspace_id, replies=1)
        case CannedReplyRemoved() if before is not None:
            rows.remove(replies, workspace_id, event.reply_id)
            rows.add(reply_counts, workspace_id, replies=-1)


REPLIES_MODEL = ReadModel(
    name="replies",
    schema=1,
    source=CONVERSATION_EVENTS,
    tables=(replies, reply_counts),
    touches=_touches,
    project=_project,
    about=(CannedReplyEvent,),
)
