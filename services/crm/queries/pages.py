"""Pages of the lists of this service, each ordered by a time and an id."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import Table

from services.chassis.http import BadRequest, Page, cursor_of, read_cursor
from services.chassis.ports import Reader

Item = TypeVar("Item", bound=BaseModel)


async def page_of(
    reader: Reader,
    workspace_id: str,
    table: Table,
    item: type[Item],
    where: Mapping[str, object],
    order: tuple[str, str],
    cursor: str | None,
    limit: int,
) -> Page[Item]:
    """One page of the rows that equal `where`, newest first by `order`: a time's column and an id's."""
    newest = (f"-{order[0]}", f"-{order[1]}")
    after = _keyset(cursor)
    rows = await reader.find(workspace_id, table, where, order=newest, after=after, limit=limit + 1)
    items = [item.model_validate(row) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items=items, next=cursor_of([last[column] for column in order]) if last else None)


def _keyset(cursor: str | None) -> tuple[datetime, str] | None:
    keyset = read_cursor(cursor, 2)
    if keyset is None:
        return None
    try:
        return datetime.fromisoformat(str(keyset[0])), str(keyset[1])
    except ValueError:
        raise BadRequest("bad_cursor", "The cursor is not one that this list gave out.") from None
