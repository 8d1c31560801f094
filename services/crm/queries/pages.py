"""Pages of the lists of this service, each ordered by a time and an id."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import Table

from services.chassis.http import Page, page, read_cursor
from services.chassis.ports import Reader, Row

Item = TypeVar("Item", bound=BaseModel)


async def page_of(
    reader: Reader,
    workspace_id: str,
    table: Table,
    item: type[Item],
    wheres: Sequence[Mapping[str, object]],
    order: tuple[str, str],
    cursor: str | None,
    limit: int,
    shown: Callable[[Row], Awaitable[Row]] | None = None,
) -> Page[Item]:
    """One page of the rows that equal any of `wheres`, newest first by `order`: a time's column and an id's.

    `shown` puts to a row what else is shown of it.
    """
    newest = (f"-{order[0]}", f"-{order[1]}")
    after = read_cursor(cursor, len(newest))
    rows: list[Row] = []
    for where in wheres:
        rows += await reader.find(workspace_id, table, where, order=newest, after=after, limit=limit + 1)
    rows.sort(key=lambda row: tuple(row[column] for column in order), reverse=True)
    rows = rows[: limit + 1]
    if shown is not None:
        rows = [await shown(row) for row in rows]
    return page(rows, limit, item, *newest)
