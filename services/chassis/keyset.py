"""Pages of a table: the statement of one, and what lies beyond the values that the page before ended with."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Table,
    and_,
    any_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql.psycopg import dialect

from services.chassis.decider import Refused
from services.chassis.ports import Reader, Row

DIALECT: Any = dialect()  # type: ignore[no-untyped-call]
_given: Any = bindparam


class BadKeyset(Refused):
    """The values after which a page shall begin are none of this list's."""

    status = 400

    def __init__(self) -> None:
        super().__init__("bad_cursor", "The cursor is not one that this list gave out.")


@lru_cache(maxsize=1_024)
def page_statement(
    of: Table,
    equal: tuple[str, ...],
    null: frozenset[str],
    among: frozenset[str],
    order: tuple[str, ...],
    resumed: bool,
    walled: bool,
    then: tuple[str, ...] = (),
) -> str:
    """Its parameters: workspace_id, w_<column> for each of `equal` that is not `null`, a list of values for one that is
    `among`, a_<place> for each of `order`, limit. `resumed`: after a keyset; `walled`: in one workspace; `then`: of
    rows that agree in `order` only the first."""
    conditions = [of.c.workspace_id == _given("workspace_id")] if walled else []
    for name in equal:
        column, value = of.c[name], _given(f"w_{name}")
        if name in among:
            value = any_(_given(f"w_{name}", type_=ARRAY(column.type)))
        conditions.append(column.is_(None) if name in null else column == value)
    if resumed:
        conditions.append(_beyond(of, order))
    ordered = [of.c[name[1:]].desc() if name[0] == "-" else of.c[name].asc() for name in (*order, *then)]
    page = select(of).where(*conditions).order_by(*ordered).limit(_given("limit", type_=Integer))
    if then:
        page = page.ext(distinct_on(*(of.c[name.removeprefix("-")] for name in order)))
    return str(page.compile(dialect=DIALECT))


def _beyond(of: Table, order: Sequence[str]) -> ColumnElement[bool]:
    """Later in the first column, or the same there and later in the second, and so on."""
    alternatives: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for place, name in enumerate(order):
        column, value = of.c[name.removeprefix("-")], _given(f"a_{place}")
        alternatives.append(and_(*same, column < value if name[0] == "-" else column > value))
        same.append(column == value)
    # Alone, the alternatives would not let an index begin at the right place.
    first, value = of.c[order[0].removeprefix("-")], _given("a_0")
    return and_(first <= value if order[0][0] == "-" else first >= value, or_(*alternatives))


def keyset_of(of: Table, order: Sequence[str], after: Sequence[object]) -> list[Any]:
    """The keyset's values as their columns' types; cursors carry times as text. Raises BadKeyset."""
    if len(order) != len(after):
        raise BadKeyset
    return [
        _typed(of.c[name.removeprefix("-")].type, value) for name, value in zip(order, after, strict=True)
    ]


def _typed(type_: Any, value: object) -> Any:
    try:
        if isinstance(type_, DateTime) and isinstance(value, str):
            return _utc(datetime.fromisoformat(value))
    except ValueError:
        raise BadKeyset from None
    fits = isinstance(value, type_.python_type)
    if isinstance(value, int):
        fits = fits and abs(value) < (2**63 if isinstance(type_, BigInteger) else 2**31)
    if not fits or (isinstance(value, str) and "\0" in value):
        raise BadKeyset
    return value


async def pages(
    reader: Reader,
    workspace_id: str | None,
    of: Table,
    where: Mapping[str, object],
    order: Sequence[str],
    size: int,
) -> AsyncIterator[list[Row]]:
    """All rows that equal `where`, in pages of this size; the last one is shorter, and may be empty."""
    after: list[object] | None = None
    while True:
        page = await reader.find(workspace_id, of, where, order, after, size)
        yield page
        if len(page) < size:
            return
        after = [page[-1][name.removeprefix("-")] for name in order]


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def page_of(
    rows: Iterable[Row],
    of: Table,
    order: Sequence[str],
    after: Sequence[object] | None,
    limit: int,
    then: Sequence[str] = (),
) -> list[Row]:
    """The page as the statement has it, of rows in memory that match. Raises BadKeyset."""
    found = list(rows)
    for name in reversed((*order, *then)):
        column = name.removeprefix("-")
        found.sort(key=lambda row: _sortable(row[column]), reverse=name[0] == "-")
    if after is not None:
        keyset = keyset_of(of, order, after)
        found = [row for row in found if is_beyond(row, order, keyset)]
    if then:
        first: dict[tuple[Any, ...], Row] = {}
        for row in found:
            first.setdefault(tuple(row[name.removeprefix("-")] for name in order), row)
        found = list(first.values())
    return [dict(row) for row in found[:limit]]


def _sortable(value: Any) -> tuple[bool, Any]:
    return value is None, value if value is not None else 0


def is_beyond(row: Row, order: Sequence[str], keyset: Sequence[Any]) -> bool:
    """Whether the row comes after the keyset, as the statement has it: a column without value is never beyond."""
    for name, value in zip(order, keyset, strict=True):
        mine = row[name.removeprefix("-")]
        if mine != value:
            return mine is not None and bool(mine < value if name[0] == "-" else mine > value)
    return False
