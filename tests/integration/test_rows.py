"""Rows, positions and their reader: the same suite over PostgreSQL and over the in-memory twin."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from services.chassis.batches import Moved, Standing, Superseded
from services.chassis.models import Rows
from services.chassis.parked import Parked
from services.chassis.ports import Row
from tests.integration.sample_rows import TOPIC, Twin, a_row, rows_under_test
from tests.sample_inbox import (
    CONVERSATIONS,
    COUNTS,
    MODEL,
    T0,
    WORKSPACE,
)


@pytest.fixture(params=["memory", "simulated", pytest.param("postgres", marks=pytest.mark.real)])
async def twin(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[Twin]:
    servers = request.getfixturevalue("infrastructure") if request.param == "postgres" else None
    async with rows_under_test(servers, unique, simulated=request.param == "simulated") as made:
        yield made


def key(number: int) -> tuple[Any, tuple[str, str]]:
    return CONVERSATIONS, (WORKSPACE, f"c{number:03}")


async def loaded(twin: Twin, *numbers: int) -> list[Row | None]:
    async with twin.rows.batch() as batch:
        found = await batch.load([key(number) for number in numbers])
    return [found[key(number)] for number in numbers]


async def test_a_row_comes_back_as_it_was_put(twin: Twin) -> None:
    await twin.put(a_row(1), a_row(2, answers=None, last_text=None, holder_id="ann"))

    assert await loaded(twin, 1, 2, 3) == [
        a_row(1),
        a_row(2, answers=None, last_text=None, holder_id="ann"),
        None,
    ]
    assert await twin.reader.get(WORKSPACE, CONVERSATIONS, "c001") == a_row(1)


async def test_a_tuple_in_a_json_column_comes_back_as_a_list(twin: Twin) -> None:
    await twin.put(a_row(1, answers=({"at": T0},)))

    assert await loaded(twin, 1) == [a_row(1, answers=[{"at": "2030-01-01T00:00:00Z"}])]


async def test_a_row_is_replaced_and_removed(twin: Twin) -> None:
    await twin.put(a_row(1), a_row(2))
    await twin.put(a_row(1, status="closed", version=2))
    async with twin.rows.batch() as batch:
        news = Rows({})
        news.remove(CONVERSATIONS, *key(2)[1])
        news.remove(CONVERSATIONS, *key(9)[1])
        await batch.write(MODEL, news, {})

    assert await loaded(twin, 1, 2) == [a_row(1, status="closed", version=2), None]


async def test_amounts_are_added_to_what_is_there(twin: Twin) -> None:
    for _ in range(2):
        async with twin.rows.batch() as batch:
            news = Rows({})
            news.add(COUNTS, WORKSPACE, "started", events=2)
            news.add(COUNTS, WORKSPACE, "started", events=3)
            news.add(COUNTS, WORKSPACE, "closed", events=-1)
            await batch.write(MODEL, news, {})

    found = await twin.reader.find(WORKSPACE, COUNTS, {}, order=["-events"])
    assert [(row["kind"], row["events"]) for row in found] == [("started", 10), ("closed", -2)]


async def test_versions_are_kept_by_stream(twin: Twin) -> None:
    async with twin.rows.batch() as batch:
        await batch.write(MODEL, Rows({}), {"a": 1, "b": 7})
    async with twin.rows.batch() as batch:
        await batch.write(MODEL, Rows({}), {"a": 2, "c": -(5 << 40)})

        assert await batch.versions(MODEL, ["a", "b", "c", "d"]) == {"a": 2, "b": 7, "c": -(5 << 40)}


def parked(offset: int, name: str = "conversation-1") -> Parked:
    return Parked(TOPIC, 3, offset, name, "reason", [("ce_id", "/w=="), ("empty", None)], b"\xff\x00")


async def test_positions_begin_at_zero_and_move(twin: Twin) -> None:
    async with twin.rows.batch() as batch:
        assert await batch.lock_offsets("inbox", TOPIC, [5, 0]) == {0: 0, 5: 0}
        await batch.advance("inbox", TOPIC, {5: 12})
    async with twin.rows.batch() as batch:
        assert await batch.lock_offsets("inbox", TOPIC, [5, 0]) == {0: 0, 5: 12}
        assert await batch.lock_offsets("other", TOPIC, [5]) == {5: 0}
        await batch.lock_offsets(MODEL.name, TOPIC, [2])
        await batch.advance(MODEL.name, TOPIC, {2: 3})

    assert (await twin.reader.reached(MODEL.name, 2), await twin.reader.reached(MODEL.name, 4)) == (3, 0)


async def test_a_failed_batch_leaves_nothing(twin: Twin) -> None:
    async def fail() -> None:
        async with twin.rows.batch() as batch:
            await batch.lock_offsets("inbox", TOPIC, [0])
            await batch.advance("inbox", TOPIC, {0: 9})
            news = Rows({})
            news.put(CONVERSATIONS, **a_row(1))
            news.add(COUNTS, WORKSPACE, "started", events=2)
            await batch.write(MODEL, news, {"conversation-1": 1})
            await batch.park("inbox", [parked(4)])
            await batch.publish("inbox.state.v1", {"c001": None})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await loaded(twin, 1) == [None]
    assert await twin.reader.find(WORKSPACE, COUNTS, {}) == []
    async with twin.rows.batch() as batch:
        assert await batch.lock_offsets("inbox", TOPIC, [0]) == {0: 0}
        assert await batch.versions(MODEL, ["conversation-1"]) == {}
        assert await batch.parked_keys("inbox", ["conversation-1"]) == {}


async def test_a_savepoint_takes_back_only_what_came_after_it(twin: Twin) -> None:
    async with twin.rows.batch() as batch:
        news = Rows({})
        news.put(CONVERSATIONS, **a_row(1))
        await batch.write(MODEL, news, {"a": 1})

        async def fail() -> None:
            async with batch.savepoint():
                news.put(CONVERSATIONS, **a_row(2))
                news.put(CONVERSATIONS, **a_row(1, status="closed"))
                await batch.write(MODEL, news, {"a": 2, "b": 1})
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert await batch.versions(MODEL, ["a", "b"]) == {"a": 1}

    assert await loaded(twin, 1, 2) == [a_row(1), None]


async def test_a_parked_key_is_known_by_its_first_record(twin: Twin) -> None:
    async with twin.rows.batch() as batch:
        await batch.park("inbox", [parked(7), parked(9), parked(5, name="")])
        await batch.park("inbox", [replace(parked(7), reason="again")])
        await batch.park("other", [parked(1)])

        assert await batch.parked_keys("inbox", ["conversation-1", "conversation-2", ""]) == {
            "conversation-1": 7
        }


async def test_a_model_of_another_schema_is_not_written(twin: Twin) -> None:
    async with twin.rows.batch() as batch:
        assert await batch.generation(MODEL) == 1
        with pytest.raises(Superseded, match="this process has schema 2"):
            await batch.generation(replace(MODEL, schema=2))
        with pytest.raises(Superseded):
            await batch.generation(replace(MODEL, name="unknown"))


async def test_what_a_fold_needs_to_know_is_told_at_once(twin: Twin) -> None:
    async with twin.rows.batch() as batch:
        await batch.lock_offsets("inbox", TOPIC, [3, 4])
        moved = Moved("inbox", TOPIC, {3: 9})
        await batch.write(MODEL, Rows({}), {"conversation-1": 2, "conversation-2": -(5 << 40)}, moved)
        await batch.park("inbox", [parked(7), parked(8)])
        await batch.park("other", [parked(1, "conversation-2")])
    async with twin.rows.batch() as batch:
        standing = await batch.standing(
            MODEL, "inbox", ["conversation-1", "conversation-2", "conversation-3"], ["conversation-1", "x"]
        )
        nobody = await batch.standing(MODEL, "third", [], [])

        assert standing == Standing(
            1, {"conversation-1": 2, "conversation-2": -(5 << 40)}, {"conversation-1": 7}
        )
        assert nobody == Standing(1, {}, {})
        assert await batch.lock_offsets("inbox", TOPIC, [3, 4]) == {3: 9, 4: 0}
        with pytest.raises(Superseded, match="this process has schema 2"):
            await batch.standing(replace(MODEL, schema=2), "inbox", [], [])


async def test_positions_are_moved_from_where_they_are_alone(twin: Twin) -> None:
    async with twin.rows.batch() as batch:
        await batch.lock_offsets("inbox", TOPIC, [1])
        await batch.advance("inbox", TOPIC, {1: 4})
        await batch.park("inbox", [parked(7)])

    assert await twin.rows.look("inbox", TOPIC, [2, 1], ["conversation-1", "conversation-2"]) == (
        {1: 4, 2: 0},
        {"conversation-1": 7},
    )
    assert await twin.rows.move(Moved("inbox", TOPIC, {1: 4, 2: 0}), {1: 6, 2: 3})
    assert not await twin.rows.move(Moved("inbox", TOPIC, {1: 4, 2: 3}), {1: 9, 2: 8})

    assert await twin.rows.look("inbox", TOPIC, [1, 2], []) == ({1: 6, 2: 8}, {})


async def test_positions_of_a_model_are_moved_by_code_of_its_schema_alone(twin: Twin) -> None:
    here = Moved(MODEL.name, TOPIC, {1: 0})
    assert await twin.rows.move(here, {1: 2}, MODEL)
    other = replace(MODEL, schema=MODEL.schema + 1)
    assert not await twin.rows.move(Moved(MODEL.name, TOPIC, {1: 2}), {1: 5}, other)
    assert not await twin.rows.move(here, {1: 5}, MODEL)

    assert await twin.rows.move(Moved(MODEL.name, TOPIC, {1: 2}), {1: 3}, MODEL)
    assert await twin.rows.look(MODEL.name, TOPIC, [1], []) == ({1: 3}, {})


async def test_a_position_that_nobody_has_asked_for_yet_is_the_beginning(twin: Twin) -> None:
    assert not await twin.rows.move(Moved("inbox", TOPIC, {1: 4}), {1: 6})
    assert await twin.rows.look("inbox", TOPIC, [1], []) == ({1: 0}, {})
    assert await twin.rows.move(Moved("inbox", TOPIC, {1: 0}), {1: 6})


@pytest.mark.real
@pytest.mark.parametrize("twin", ["postgres"], indirect=True)
async def test_batches_that_add_at_the_same_time_lose_nothing(twin: Twin) -> None:
    async def add(first: int) -> None:
        async with twin.rows.batch() as batch:
            news = Rows({})
            for kind in range(40):
                news.add(COUNTS, WORKSPACE, f"kind {(first * 7 + kind * 13) % 40}", events=1)
            await batch.write(MODEL, news, {})

    await asyncio.gather(*(add(first) for first in range(40)))

    found = await twin.reader.find(WORKSPACE, COUNTS, {}, limit=100)
    assert {row["events"] for row in found} == {40}
    assert len(found) == 40


@pytest.mark.real
@pytest.mark.parametrize("twin", ["postgres"], indirect=True)
async def test_a_replica_waits_for_the_one_that_holds_the_position(twin: Twin) -> None:
    locked, seen = asyncio.Event(), []

    async def first() -> None:
        async with twin.rows.batch() as batch:
            await batch.lock_offsets("inbox", TOPIC, [0, 1])
            locked.set()
            await asyncio.sleep(0)
            await batch.advance("inbox", TOPIC, {0: 5})

    async def second() -> None:
        await locked.wait()
        async with twin.rows.batch() as batch:
            seen.append(await batch.lock_offsets("inbox", TOPIC, [1, 0]))

    await asyncio.gather(first(), second())

    assert seen == [{0: 5, 1: 0}]
