"""Everything that is known of whom visitors are with."""

from collections.abc import Iterable

from contracts.crm import OrganizationEvent
from contracts.envelope import Recorded
from contracts.topics import CRM_EVENTS
from services.chassis.models import Key, ReadModel, Rows
from services.crm.tables import ORGANIZATIONS, name_folded


def _touches(recorded: Recorded) -> Iterable[Key]:
    match recorded.event:
        case OrganizationEvent(organization_id=organization_id):
            return ((ORGANIZATIONS, (recorded.metadata.workspace_id, organization_id)),)
        case _:
            return ()


def _keep(rows: Rows, recorded: Recorded) -> None:
    event, workspace_id = recorded.event, recorded.metadata.workspace_id
    if not isinstance(event, OrganizationEvent):
        return
    before = rows.get(ORGANIZATIONS, workspace_id, event.organization_id)
    rows.put(
        ORGANIZATIONS,
        workspace_id=workspace_id,
        organization_id=event.organization_id,
        visitor_id=event.visitor_id,
        name=event.name,
        name_folded=None if event.name is None else name_folded(event.name),
        website=event.website,
        created_at=before["created_at"] if before else event.at,
        changed_at=event.at,
    )


ORGANIZATIONS_MODEL = ReadModel(
    "organizations", 2, CRM_EVENTS, (ORGANIZATIONS,), _touches, _keep, about=(OrganizationEvent,)
)
