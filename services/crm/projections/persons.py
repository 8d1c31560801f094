"""Everybody of whom something is known, each with what was said of them and whom they turned out to be.

A row is of one stream alone, because streams are heard in no order; persons who are one are put together by reads.
"""

from collections.abc import Iterable

from contracts.crm import PersonEvent, PersonsMerged
from contracts.envelope import Recorded
from contracts.topics import CRM_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.crm.decider.kept import KeptFact, facts_after
from services.crm.tables import PERSONS


def _touches(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case PersonEvent(person_id=person_id) | PersonsMerged(person_id=person_id):
            return ((PERSONS, (recorded.metadata.workspace_id, person_id)),)
        case _:
            return ()


def _keep(rows: Rows, recorded: Recorded) -> None:
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    if not isinstance(event, PersonEvent | PersonsMerged):
        return
    before = rows.get(PERSONS, workspace_id, event.person_id)
    match event:
        case PersonsMerged():
            if before is not None:
                rows.put(PERSONS, **(before | {"merged_into": event.into, "changed_at": event.at}))
        case PersonEvent():
            kept = [KeptFact.model_validate(fact) for fact in before["facts"]] if before else []
            rows.put(
                PERSONS,
                workspace_id=workspace_id,
                person_id=event.person_id,
                visitor_id=event.visitor_id,
                facts=[fact.model_dump(mode="json") for fact in facts_after(kept, event)],
                merged_into=before["merged_into"] if before else None,
                created_at=before["created_at"] if before else event.at,
                changed_at=event.at,
            )


PERSONS_MODEL = ReadModel(
    "persons", 3, CRM_EVENTS, (PERSONS,), _touches, _keep, about=(PersonEvent, PersonsMerged)
)
