"""Cursors of the gateway's lists, read as the columns that they hold."""

from collections.abc import Callable
from typing import Any

from services.chassis.http import BadRequest, read_cursor


def keyset(cursor: str | None, *columns: Callable[[Any], Any]) -> list[Any] | None:
    """The cursor's values as the columns hold them. Raises BadRequest."""
    values = read_cursor(cursor, len(columns))
    try:
        return values and [column(value) for column, value in zip(columns, values, strict=True)]
    except (TypeError, ValueError):
        raise BadRequest("bad_cursor", "The cursor is not one that this list gave out.") from None
