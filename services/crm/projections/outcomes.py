"""What came of chats: leads, deals and activities, each with its cause."""

from collections.abc import Iterable
from typing import Any

from contracts.crm import ActivityCreated, CausedBy, DealCreated, LeadCreated, OutcomeEvent
from contracts.envelope import Recorded
from contracts.topics import CRM_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.crm.tables import OUTCOMES


def _named(event: object) -> tuple[str, str] | None:
    """The kind and the id of an outcome."""
    match event:
        case LeadCreated(lead_id=id_):
            return "lead", id_
        case DealCreated(deal_id=id_):
            return "deal", id_
        case ActivityCreated(activity_id=id_):
            return "activity", id_
        case _:
            return None


def _touches(recorded: Recorded) -> Iterable[Key]:
    named = _named(recorded.event)
    return ((OUTCOMES, (recorded.metadata.workspace_id, *named)),) if named else ()


def _keep(rows: Rows, recorded: Recorded) -> None:
    event, named = recorded.event, _named(recorded.event)
    if named is None or not isinstance(event, OutcomeEvent):
        return
    # The first leads did not say what they came from; their command is known all the same.
    caused_by = event.caused_by or CausedBy(command_id=recorded.metadata.command_id)
    rows.put(
        OUTCOMES,
        workspace_id=recorded.metadata.workspace_id,
        kind=named[0],
        outcome_id=named[1],
        visitor_id=event.visitor_id,
        visit_id=event.visit_id,
        conversation_id=event.conversation_id,
        title=event.title,
        note=event.note,
        person=[detail.model_dump(mode="json") for detail in event.person],
        cause=event.cause,
        by=event.by,
        caused_by=caused_by.model_dump(mode="json"),
        created_at=event.at,
        **_own(event),
    )


def _own(event: OutcomeEvent) -> dict[str, Any]:
    """The columns that not every kind fills."""
    own: dict[str, Any] = dict.fromkeys(("value_minor", "currency", "activity_kind", "due_at"))
    match event:
        case LeadCreated() | DealCreated():
            own |= {"value_minor": event.value_minor, "currency": event.currency}
        case ActivityCreated():
            own |= {"activity_kind": event.kind, "due_at": event.due_at}
        case _:
            pass
    return own


OUTCOMES_MODEL = ReadModel("outcomes", 3, CRM_EVENTS, (OUTCOMES,), _touches, _keep, about=(OutcomeEvent,))
