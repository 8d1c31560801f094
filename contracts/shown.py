"""What a visitor is shown of an event: the fields that are named here, and no others, whoever tells them."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

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
from contracts.envelope import Event
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
        (CardShown, "card_id kind arrival text body options field detail_type bounds conversation_id"),
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


class ShownEvent(BaseModel):
    """A version of a stream as its reader is told of it; `event` is null where nothing of it is for them."""

    type: Literal["event"] = "event"
    stream: str
    version: int
    event: dict[str, Any] | None


def shown_to_visitor(event: Event) -> dict[str, Any] | None:
    """The event as JSON, `type` first; None where visitors are shown nothing of it. Texts stay texts."""
    fields = VISITORS_SEE.get(type(event))
    if fields is None:
        return None
    return {"type": event.TYPE, **event.model_dump(mode="json", exclude_none=True, include=fields)}
