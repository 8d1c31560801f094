"""What a screen sees of an event and of a state row. Visitors see the fields that are named here, and no others."""

from collections.abc import Mapping
from typing import Any

from contracts.consent import ConsentGiven
from contracts.conversation import (
    Assigned,
    BotPosted,
    Closed,
    ConversationStarted,
    LiveChatDeclined,
    MessagePosted,
    MessagesRead,
    Reassigned,
    Released,
    WaitExpired,
)
from contracts.envelope import Event, Recorded, Unknown
from contracts.playbook import (
    AnswerGiven,
    CardShown,
    DetailCaptured,
    LiveChatDropped,
    LiveChatRequested,
    LiveChatStarted,
    OfflineFlowStarted,
    VisitEnded,
    VisitStarted,
    VisitTakenOver,
)
from contracts.states import AgentRow, InboxRow, StateRow

UNASSIGNED, CLOSED = "unassigned", "closed"

VISITORS_SEE: Mapping[type[Event], set[str]] = {
    event: {"at", *fields.split()}
    for event, fields in (
        (LiveChatDeclined, "reason"),
        (ConversationStarted, "conversation_id wait_time_s answer_by"),
        (BotPosted, "message_id text body card_id options field"),
        (MessagePosted, "message_id author author_name text card_id attachment"),
        (Assigned, "agent_name"),
        (Reassigned, "agent_name"),
        (WaitExpired, "reason offline_message"),
        (MessagesRead, "reader up_to"),
        (Released, "answer_by"),
        (Closed, "reason"),
        (VisitStarted, "playbook_id published locale privacy"),
        (ConsentGiven, "text_sha256"),
        (CardShown, "card_id kind arrival text body options field detail_type conversation_id"),
        (AnswerGiven, "card_id arrival choice_id label conversation_id"),
        (DetailCaptured, "card_id arrival field label value conversation_id"),
        (LiveChatRequested, "request_id conversation_id card_id"),
        (LiveChatStarted, "request_id conversation_id"),
        (LiveChatDropped, "request_id conversation_id"),
        (OfflineFlowStarted, "request_id conversation_id reason card_id"),
        (VisitTakenOver, "conversation_id"),
        (VisitEnded, "reason conversation_id"),
    )
}
AGENTS_DO_NOT_SEE = {"online", "evidence", "seen", "removal"}


def view(recorded: Recorded, for_visitor: bool) -> dict[str, Any] | None:
    """The event as JSON, `type` first; None where this reader is shown nothing of it. Texts stay texts."""
    event = recorded.event
    if isinstance(event, Unknown):
        return None
    if not for_visitor:
        return {
            "type": recorded.type,
            **event.model_dump(mode="json", exclude_none=True, exclude=AGENTS_DO_NOT_SEE),
        }
    fields = VISITORS_SEE.get(type(event))
    if fields is None:
        return None
    return {"type": recorded.type, **event.model_dump(mode="json", exclude_none=True, include=fields)}


def folder_of(row: InboxRow) -> str:
    """The folder in which agents find the conversation: Closed, Unassigned, or its holder's."""
    if row.status == "closed":
        return CLOSED
    return row.holder_id or UNASSIGNED


def row_view(row: StateRow) -> dict[str, Any]:
    """A state row as screens get it. The workspace is left out: it is the reader's own."""
    match row:
        case InboxRow():
            told = {"kind": "conversation", "folder": folder_of(row)}
        case AgentRow():
            told = {"kind": "agent"}
        case _:
            told = {"kind": "unknown"}
    return {**told, **row.model_dump(mode="json", exclude={"workspace_id"})}
