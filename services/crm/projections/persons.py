"""Everybody of whom something is known."""

from collections.abc import Iterable

from contracts.crm import PersonEvent
from contracts.envelope import Recorded
from contracts.topics import CRM_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.crm.tables import PERSONS


def _touches(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case PersonEvent(person_id=person_id):
            return ((PERSONS, (recorded.metadata.workspace_id, person_id)),)
        case _:
            return ()


def _keep(rows: Rows, recorded: Recorded) -> None:
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    if not isinstance(event, PersonEvent):
        return
    before = rows.get(PERSONS, workspace_id, event.person_id)
    rows.put(
        PERSONS,
        workspace_id=workspace_id,
        person_id=event.person_id,
        visitor_id=event.visitor_id,
        name=event.name,
        email=event.email,
        phone=event.phone,
        created_at=before["created_at"] if before else event.at,
        changed_at=event.at,
    )


PERSONS_MODEL = ReadModel("persons", 1, CRM_EVENTS, (PERSONS,), _touches, _keep)
