"""The inbox as a pure fold: every conversation as it is listed, and as others subscribe to it."""

from collections.abc import Iterable

from contracts.conversation import (
    Assigned,
    Attachment,
    BotPosted,
    Closed,
    ConversationEvent,
    ConversationStarted,
    MessagePosted,
    MessagesRead,
    Reassigned,
    Released,
    VisitorLeft,
    VisitorReturned,
    WaitExpired,
)
from contracts.envelope import Recorded
from contracts.ids import id_of
from contracts.states import LAST_TEXT_CHARS_MAX, InboxRow, StateRow
from contracts.topics import CONVERSATION_EVENTS, INBOX_STATE
from services.chassis.models import Key, ReadModel, Rows, StateTopic
from services.chassis.ports import Row
from services.conversation.tables import conversations

UNREAD_MAX = 99


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
        "waiting_since": event.at,
        "assigned_at": None,
        "assigned_by": None,
        "visitor_id": event.visitor_id,
        "visitor_name": next((told.value for told in event.captured if told.field == "name"), None),
        "late": False,
        "visitor_left": False,
        "last_by": None,
        "last_message_at": None,
        "last_text": None,
        "last_file": None,
        "last_author_name": None,
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
            return {**_held(event), "late": event.late}
        case Reassigned():
            return _held(event)
        case Released():
            nobody = {"holder_id": None, "holder_name": None, "assigned_at": None, "assigned_by": None}
            anew = {"waiting_since": event.at, "answer_by": event.answer_by, "missed": False, "late": False}
            return {**nobody, **anew}
        case WaitExpired():
            return {"missed": True}
        case Closed():
            return {"status": "closed"}
        case VisitorLeft() | VisitorReturned():
            return {"visitor_left": isinstance(event, VisitorLeft)}
        case BotPosted():
            return _said(event, "bot", event.text)
        case MessagePosted():
            unread = before["unread_versions"]
            if event.author == "visitor":
                unread = [*unread, version][-UNREAD_MAX:]
            said = _said(event, event.author, event.text, event.author_name, event.attachment)
            return {**said, "unread_versions": unread}
        case MessagesRead(reader="agent"):
            return {"unread_versions": [one for one in before["unread_versions"] if one > event.up_to]}
        case _:
            return None


def _held(event: Assigned | Reassigned) -> Row:
    """Who has it, since when, and who gave it to them."""
    holder = {"holder_id": event.agent_id, "holder_name": event.agent_name}
    return {**holder, "assigned_at": event.at, "assigned_by": event.by}


def _said(
    event: ConversationEvent,
    by: str,
    text: str,
    author_name: str | None = None,
    attachment: Attachment | None = None,
) -> Row:
    """What a list shows of what was said last, and nothing of what was said before it."""
    return {
        "last_by": by,
        "last_message_at": event.at,
        "last_text": _one_line(text) or None,
        "last_file": attachment and {"name": attachment.name, "content_type": attachment.content_type},
        "last_author_name": author_name,
    }


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LAST_TEXT_CHARS_MAX else f"{line[: LAST_TEXT_CHARS_MAX - 1]}…"


def inbox_row(row: Row, generation: int) -> tuple[str, StateRow]:
    """The public form of a conversation's row."""
    told = {**row, "unread": len(row["unread_versions"]), "generation": generation}
    return row["conversation_id"], InboxRow.model_validate(told)


INBOX_MODEL = ReadModel(
    name="inbox",
    schema=6,
    source=CONVERSATION_EVENTS,
    tables=(conversations,),
    touches=touches_conversation,
    project=project_conversation,
    publishes=StateTopic(INBOX_STATE, conversations, inbox_row),
)
