"""The organizations that visitors are with."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.chassis.http import AgentAsk, Cursor, Id, Limit, Page
from services.crm.queries.organizations import (
    ListedOrganization,
    organization_by_id,
    page_of_organizations,
)

router = APIRouter()

ByName = Annotated[
    str | None,
    Query(
        pattern="^[^\\x00]+$", max_length=200, description="Only those of this name, in upper or lower case."
    ),
]


@router.get("/organizations")
async def list_organizations(
    ask: AgentAsk, name: ByName = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[ListedOrganization]:
    """Whom the workspace's visitors are with, newest first: one for each visitor who is with any."""
    return await page_of_organizations(ask.reader, ask.workspace_id, name, cursor, limit)


@router.get("/organizations/{organization_id}")
async def get_organization(organization_id: Id, ask: AgentAsk) -> ListedOrganization:
    """An organization with what is known of it last."""
    return await organization_by_id(ask.reader, ask.workspace_id, organization_id)
