"""Pages of the lists of this service, each ordered by a time and an id."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import Table

from services.chassis.http import Page, page, read_cursor
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
    after = read_cursor(cursor, len(newest))
    rows = await reader.find(workspace_id, table, where, order=newest, after=after, limit=limit + 1)
    return page(rows, limit, item, *newest)
