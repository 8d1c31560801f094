"""Persons: everybody of whom something is known. Those who turned out to be one are shown as one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from services.chassis.decider import NotFound
from services.chassis.http import Page
from services.chassis.ports import Reader, Row
from services.crm.commands import PERSONS_MERGED_MAX
from services.crm.decider.kept import KeptFact, latest
from services.crm.decider.person import person_of
from services.crm.queries.pages import page_of
from services.crm.tables import PERSONS

ORDER = ("created_at", "person_id")
NEWEST = tuple(f"-{column}" for column in ORDER)


class ListedPerson(BaseModel):
    """A person with what is known of them last, be it of the persons in `merged`, who turned out to be this one.
    `merged_into` is who this person turned out to be: the one to ask for instead."""

    person_id: str
    visitor_id: str
    name: str | None
    email: str | None
    phone: str | None
    merged_into: str | None
    merged: list[str]
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Who a person is now, since when this person is known, and how many were merged in them so far."""

    now: str
    since: datetime
    persons: int


async def person_by_id(reader: Reader, workspace_id: str, person_id: str) -> ListedPerson:
    """A person of this workspace. Raises NotFound."""
    return ListedPerson.model_validate(
        await _shown(reader, workspace_id, await _row(reader, workspace_id, person_id))
    )


async def page_of_persons(
    reader: Reader, workspace_id: str, cursor: str | None, limit: int
) -> Page[ListedPerson]:
    """The workspace's persons, the newest first, each once."""

    async def shown(row: Row) -> Row:
        return await _shown(reader, workspace_id, row)

    wheres = [{"merged_into": None}]
    return await page_of(reader, workspace_id, PERSONS, ListedPerson, wheres, ORDER, cursor, limit, shown)


async def visitors_of(reader: Reader, workspace_id: str, person_id: str) -> list[str]:
    """The visitors who a person is. Raises NotFound."""
    group = await _group(reader, workspace_id, await _row(reader, workspace_id, person_id))
    return [row["visitor_id"] for row in group]


async def standing_of(reader: Reader, workspace_id: str, person_id: str) -> Standing:
    """What has to be known of a person to merge them. Raises NotFound."""
    row = await _row(reader, workspace_id, person_id)
    group = await _group(reader, workspace_id, row)
    return Standing(await _now(reader, workspace_id, row), row["created_at"], len(group))


async def who_is(reader: Reader, workspace_id: str, visitor_id: str) -> str | None:
    """The id of the person who a visitor is now; None where nothing is known of them."""
    row = await reader.get(workspace_id, PERSONS, person_of(visitor_id))
    return await _now(reader, workspace_id, row) if row else None


def with_person(reader: Reader, workspace_id: str) -> Callable[[Row], Awaitable[Row]]:
    """Adds to rows that have a visitor who that is now; each visitor is looked up once."""
    known: dict[str, str | None] = {}

    async def shown(row: Row) -> Row:
        visitor_id = row["visitor_id"]
        if visitor_id not in known:
            known[visitor_id] = await who_is(reader, workspace_id, visitor_id)
        return row | {"person_id": known[visitor_id]}

    return shown


async def _row(reader: Reader, workspace_id: str, person_id: str) -> Row:
    row = await reader.get(workspace_id, PERSONS, person_id)
    if row is None:
        raise NotFound("person")
    return row


async def _now(reader: Reader, workspace_id: str, row: Row) -> str:
    """Who a person turned out to be, by way of others where they were merged one after the other."""
    for _ in range(PERSONS_MERGED_MAX):
        into = await reader.get(workspace_id, PERSONS, row["merged_into"]) if row["merged_into"] else None
        if into is None:
            break
        row = into
    return str(row["merged_into"] or row["person_id"])


async def _group(reader: Reader, workspace_id: str, row: Row) -> list[Row]:
    """A person and all who turned out to be them, by way of others too."""
    found = [row]
    for one in found:  # It grows meanwhile.
        room = PERSONS_MERGED_MAX - len(found)
        if room > 0:
            where = {"merged_into": one["person_id"]}
            found += await reader.find(workspace_id, PERSONS, where, NEWEST, limit=room)
    return found


async def _shown(reader: Reader, workspace_id: str, row: Row) -> Row:
    group = await _group(reader, workspace_id, row)
    known = latest(KeptFact.model_validate(fact) for one in group for fact in one["facts"])
    return row | {
        **{field: known.get(field) for field in ("name", "email", "phone")},
        "merged_into": await _now(reader, workspace_id, row) if row["merged_into"] else None,
        "merged": [one["person_id"] for one in group[1:]],
        "changed_at": max(one["changed_at"] for one in group),
    }
