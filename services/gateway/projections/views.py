"""What a screen sees of an event and of a state row; what visitors see of an event is said in contracts.shown."""

from typing import Any

from contracts.envelope import Recorded, Unknown
from contracts.shown import shown_to_visitor
from contracts.states import AgentRow, InboxRow, StateRow

UNASSIGNED, CLOSED = "unassigned", "closed"

AGENTS_DO_NOT_SEE = {"online", "evidence", "seen", "removal"}


def view(recorded: Recorded, for_visitor: bool) -> dict[str, Any] | None:
    """The event as JSON, `type` first; None where this reader is shown nothing of it. Texts stay texts."""
    event = recorded.event
    if isinstance(event, Unknown):
        return None
    if for_visitor:
        return shown_to_visitor(event)
    return {
        "type": recorded.type,
        **event.model_dump(mode="json", exclude_none=True, exclude=AGENTS_DO_NOT_SEE),
    }


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
