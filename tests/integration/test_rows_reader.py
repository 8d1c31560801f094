"""Reading rows by key, by equality and by page, in one workspace: PostgreSQL and the in-memory twin alike."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from services.chassis.keyset import BadKeyset
from services.chassis.ports import Row
from tests.integration.sample_rows import Twin, a_row, rows_under_test
from tests.sample_inbox import (
    CONVERSATIONS,
    OTHER_WORKSPACE,
    T0,
    WORKSPACE,
)


@pytest.fixture(params=["memory", "simulated", pytest.param("postgres", marks=pytest.mark.real)])
async def twin(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[Twin]:
    servers = request.getfixturevalue("infrastructure") if request.param == "postgres" else None
    async with rows_under_test(servers, unique, simulated=request.param == "simulated") as made:
        yield made


async def test_a_reader_sees_one_workspace_or_all(twin: Twin) -> None:
    await twin.put(a_row(1), a_row(1, workspace_id=OTHER_WORKSPACE, status="closed"))

    assert [row["status"] for row in await twin.reader.find(WORKSPACE, CONVERSATIONS, {})] == ["open"]
    assert await twin.reader.get("nobody", CONVERSATIONS, "c001") is None
    everything = await twin.reader.find(None, CONVERSATIONS, {"conversation_id": "c001"}, order=["status"])
    assert [row["workspace_id"] for row in everything] == [OTHER_WORKSPACE, WORKSPACE]


async def test_a_reader_finds_by_equality_also_with_nothing(twin: Twin) -> None:
    await twin.put(a_row(1), a_row(2, holder_id="ann"), a_row(3, holder_id="ann", status="closed"))

    async def ids(where: Mapping[str, object], limit: int = 50) -> list[str]:
        found = await twin.reader.find(
            WORKSPACE, CONVERSATIONS, where, order=["conversation_id"], limit=limit
        )
        return [row["conversation_id"] for row in found]

    assert await ids({"holder_id": None}) == ["c001"]
    assert await ids({"holder_id": "ann", "status": "open", "missed": False}) == ["c002"]
    assert await ids({"started_at": T0}, limit=2) == ["c001", "c002"]
    assert await ids({"conversation_id": ("c003", "c001", "c009"), "missed": False}) == ["c001", "c003"]
    assert await ids({"started_at": (T0,), "conversation_id": ("c002",)}) == ["c002"]
    assert await ids({"conversation_id": ()}) == []
    with pytest.raises(KeyError):
        await ids({"unknown": 1})


ORDERS = [
    ["conversation_id"],
    ["-changed_at", "conversation_id"],
    ["status", "-messages", "-conversation_id"],
    ["-status", "-missed", "changed_at", "-conversation_id"],
]


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
async def test_pages_together_are_the_whole_list_once(twin: Twin, order: Sequence[str]) -> None:
    minute = timedelta(minutes=1)
    rows = [
        a_row(
            n,
            status="closed" if n % 3 else "open",
            missed=n % 2 == 0,
            messages=n % 4,
            changed_at=T0 + n % 5 * minute,
        )
        for n in range(23)
    ]
    await twin.put(*rows)
    columns = [name.removeprefix("-") for name in order]
    expected = list(rows)
    for name, column in zip(reversed(order), reversed(columns), strict=True):
        expected.sort(key=lambda row: row[column], reverse=name[0] == "-")

    found: list[Row] = []
    after: list[Any] | None = None
    while page := await twin.reader.find(WORKSPACE, CONVERSATIONS, {}, order, after, limit=4):
        found += page
        # Cursors carry times as text.
        after = [
            value if isinstance(value, int) else str(value)
            for value in (page[-1][column] for column in columns)
        ]

    assert [row["conversation_id"] for row in found] == [row["conversation_id"] for row in expected]


BAD_KEYSETS: list[tuple[list[str], list[object]]] = [
    (["changed_at"], ["yesterday"]),
    (["messages"], ["1"]),
    (["messages"], [2**31]),
    (["conversation_id"], [1]),
    (["conversation_id"], ["a\0b"]),
    (["conversation_id"], ["a", "b"]),
]


@pytest.mark.parametrize(("order", "after"), BAD_KEYSETS)
async def test_a_keyset_of_another_list_is_refused(twin: Twin, order: list[str], after: list[object]) -> None:
    with pytest.raises(BadKeyset):
        await twin.reader.find(WORKSPACE, CONVERSATIONS, {}, order, after)


@pytest.mark.real
@pytest.mark.parametrize("twin", ["postgres"], indirect=True)
async def test_the_database_itself_walls_workspaces_off(twin: Twin) -> None:
    await twin.put(a_row(1))
    assert twin.app is not None
    async with await psycopg.AsyncConnection.connect(twin.app, autocommit=True) as app:

        async def count() -> int:
            row = await (await app.execute("SELECT count(*) FROM sample_inbox.conversations")).fetchone()
            return int(row[0]) if row else -1

        assert await count() == 0
        await app.execute("SELECT set_config('app.workspace', %s, false)", (OTHER_WORKSPACE,))
        assert await count() == 0
        await app.execute("SELECT set_config('app.workspace', %s, false)", (WORKSPACE,))
        assert await count() == 1
        for forbidden in (
            "UPDATE sample_inbox.conversations SET status = 'closed'",
            "SELECT * FROM sample_inbox.stream_versions",
            "SELECT * FROM log.parked",
        ):
            with pytest.raises(InsufficientPrivilege):
                await app.execute(forbidden)
