"""Organizations: whom visitors are with, as far as it is known."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel

from services.chassis.decider import NotFound
from services.chassis.http import Page
from services.chassis.ports import Reader
from services.crm.decider.organization import organization_of
from services.crm.queries.pages import page_of
from services.crm.queries.persons import with_person
from services.crm.tables import ORGANIZATIONS, name_folded


class ListedOrganization(BaseModel):
    """Whom a visitor is with, as known last. `person_id` is who the visitor is now, null where that is not known."""

    organization_id: str
    visitor_id: str
    person_id: str | None
    name: str | None
    website: str | None
    created_at: datetime
    changed_at: datetime


async def organization_by_id(reader: Reader, workspace_id: str, organization_id: str) -> ListedOrganization:
    """An organization of this workspace. Raises NotFound."""
    row = await reader.get(workspace_id, ORGANIZATIONS, organization_id)
    if row is None:
        raise NotFound("organization")
    return ListedOrganization.model_validate(await with_person(reader, workspace_id)(row))


async def whom_with(reader: Reader, workspace_id: str, visitor_id: str) -> str | None:
    """The id of the organization that a visitor is with; None where none is known."""
    row = await reader.get(workspace_id, ORGANIZATIONS, organization_of(visitor_id))
    return row["organization_id"] if row else None


async def page_of_organizations(
    reader: Reader, workspace_id: str, name: str | None, cursor: str | None, limit: int
) -> Page[ListedOrganization]:
    """The workspace's organizations, the newest first; those of a name, where one is given."""
    where = {} if name is None else {"name_folded": name_folded(name)}
    return await _page(reader, workspace_id, [where], cursor, limit)


async def organizations_of(
    reader: Reader, workspace_id: str, visitors: Iterable[str], cursor: str | None, limit: int
) -> Page[ListedOrganization]:
    """Whom visitors are with, the newest first."""
    wheres = [{"visitor_id": visitor_id} for visitor_id in visitors]
    return await _page(reader, workspace_id, wheres, cursor, limit)


async def _page(
    reader: Reader, workspace_id: str, wheres: Sequence[dict[str, str]], cursor: str | None, limit: int
) -> Page[ListedOrganization]:
    order, shown = ("created_at", "organization_id"), with_person(reader, workspace_id)
    return await page_of(
        reader, workspace_id, ORGANIZATIONS, ListedOrganization, wheres, order, cursor, limit, shown
    )
