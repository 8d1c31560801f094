"""What persons said, and their visitors' names, to be found by words. The bot's texts and notes are not among it."""

from collections.abc import Iterable
from datetime import datetime

from contracts.conversation import ConversationStarted, MessagePosted
from contracts.envelope import Recorded
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.words import vector
from services.gateway.tables import begun, said


def _touches(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case MessagePosted(conversation_id=conversation_id):
            yield (begun, (recorded.metadata.workspace_id, conversation_id))


def _project(rows: Rows, recorded: Recorded) -> None:
    workspace_id = recorded.metadata.workspace_id
    match recorded.event:
        case ConversationStarted(conversation_id=conversation_id, at=at) as event:
            rows.put(begun, workspace_id=workspace_id, conversation_id=conversation_id, started_at=at)
            name = next((told.value for told in event.captured if told.field == "name"), "")
            _put(rows, recorded, event, at, author=None, author_name=None, text=name)
        case MessagePosted() as event:
            first = rows.get(begun, workspace_id, event.conversation_id)
            if first is not None:
                of = {"author": event.author, "author_name": event.author_name, "text": event.text}
                _put(rows, recorded, event, first["started_at"], **of)


def _put(
    rows: Rows,
    recorded: Recorded,
    event: ConversationStarted | MessagePosted,
    started_at: datetime,
    **of: str | None,
) -> None:
    """A row for a text with words; for an empty one none."""
    workspace_id = recorded.metadata.workspace_id
    if words := vector(workspace_id, of["text"] or ""):
        rows.put(
            said,
            workspace_id=workspace_id,
            conversation_id=event.conversation_id,
            version=recorded.version,
            started_at=started_at,
            at=event.at,
            words=words,
            **of,
        )


SEARCH = ReadModel(
    name="search",
    schema=1,
    source=CONVERSATION_EVENTS,
    tables=(begun, said),
    touches=_touches,
    project=_project,
    about=(ConversationStarted, MessagePosted),
    gapless=False,
)
