"""Persons: everybody of whom something is known."""

from datetime import datetime

from pydantic import BaseModel

from services.chassis.decider import NotFound
from services.chassis.http import Page
from services.chassis.ports import Reader
from services.crm.decider.person import person_of
from services.crm.queries.pages import page_of
from services.crm.tables import PERSONS


class ListedPerson(BaseModel):
    """A person with what is known of them last."""

    person_id: str
    visitor_id: str
    name: str | None
    email: str | None
    phone: str | None
    created_at: datetime
    changed_at: datetime


async def person_by_id(reader: Reader, workspace_id: str, person_id: str) -> ListedPerson:
    """A person of this workspace. Raises NotFound."""
    row = await reader.get(workspace_id, PERSONS, person_id)
    if row is None:
        raise NotFound("person")
    return ListedPerson.model_validate(row)


async def who_is(reader: Reader, workspace_id: str, visitor_id: str) -> str | None:
    """The id of the person who a visitor is; None where nothing is known of them."""
    row = await reader.get(workspace_id, PERSONS, person_of(visitor_id))
    return row["person_id"] if row else None


async def page_of_persons(
    reader: Reader, workspace_id: str, cursor: str | None, limit: int
) -> Page[ListedPerson]:
    """The workspace's persons, the newest first."""
    order = ("created_at", "person_id")
    return await page_of(reader, workspace_id, PERSONS, ListedPerson, {}, order, cursor, limit)
