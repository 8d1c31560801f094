"""The details of conversations and their notes, as the panel shows them."""

from collections.abc import Iterable

from contracts.crm import (
    DealValueSet,
    DetailsEvent,
    FreeFieldSet,
    GroupSet,
    NoteAdded,
    NoteEdited,
    NoteRemoved,
    OrganizationSet,
    PersonSet,
)
from contracts.envelope import Recorded
from contracts.topics import CRM_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.chassis.ports import Row
from services.crm.tables import DETAILS, NOTES


def _touches(recorded: Recorded) -> Iterable[Key]:
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    if not isinstance(event, DetailsEvent):
        return
    yield (DETAILS, (workspace_id, event.conversation_id))
    if isinstance(event, NoteAdded | NoteEdited | NoteRemoved):
        yield (NOTES, (workspace_id, event.conversation_id, event.note_id))


def _keep(rows: Rows, recorded: Recorded) -> None:
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    if not isinstance(event, DetailsEvent):
        return
    row = rows.get(DETAILS, workspace_id, event.conversation_id) or _empty(workspace_id, event)
    row["version"] = recorded.version
    match event:
        case DealValueSet():
            row |= {"value_minor": event.value_minor, "currency": event.currency}
        case PersonSet():
            values = {"name": event.name, "email": event.email, "phone": event.phone}
            row |= {"person": values, "by_bot": _by_bot(row, event, "person", event.changed)}
        case OrganizationSet():
            values = {"name": event.name, "website": event.website}
            row |= {"organization": values, "by_bot": _by_bot(row, event, "organization", event.changed)}
        case FreeFieldSet():
            others = [free for free in row["free"] if free["field"] != event.field]
            new = {"field": event.field, "label": event.label, "value": event.value}
            row["free"] = [*others, new]
        case NoteAdded() | NoteEdited() | NoteRemoved():
            _keep_note(rows, workspace_id, event)
        case _:
            pass
    rows.put(DETAILS, **row)


def _empty(workspace_id: str, event: DetailsEvent) -> Row:
    return {
        "workspace_id": workspace_id,
        "conversation_id": event.conversation_id,
        "visitor_id": event.visitor_id,
        "version": 0,
        "value_minor": None,
        "currency": None,
        "person": {"name": None, "email": None, "phone": None},
        "organization": {"name": None, "website": None},
        "free": [],
        "by_bot": [],
    }


def _by_bot(row: Row, event: GroupSet, group: str, changed: Iterable[str]) -> list[str]:
    """The fields of the panel whose values the bot captured and nobody has set since."""
    fields = {f"{group}.{field}" for field in changed}
    before = set(row["by_bot"])
    return sorted(before - fields if event.by else before | fields)


def _keep_note(rows: Rows, workspace_id: str, event: NoteAdded | NoteEdited | NoteRemoved) -> None:
    key = (workspace_id, event.conversation_id, event.note_id)
    match event:
        case NoteAdded():
            rows.put(
                NOTES,
                workspace_id=workspace_id,
                conversation_id=event.conversation_id,
                note_id=event.note_id,
                text=event.text,
                by=event.by,
                by_name=event.by_name,
                created_at=event.at,
                edited_at=None,
            )
        case NoteEdited():
            row = rows.get(NOTES, *key)
            if row is not None:
                rows.put(NOTES, **(row | {"text": event.text, "edited_at": event.at}))
        case NoteRemoved():
            rows.remove(NOTES, *key)


DETAILS_MODEL = ReadModel("details", 3, CRM_EVENTS, (DETAILS, NOTES), _touches, _keep, about=(DetailsEvent,))
