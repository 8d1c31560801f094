"""Rebuilds beside a living system: equal to the live model, swapped without an error that any reader could see."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from contracts.ids import derived_id
from contracts.states import InboxRow
from services.chassis.consumer import consuming
from services.chassis.rebuild import (
    LogIncomplete,
    RebuildProgress,
    RebuildRunning,
    Rebuilt,
)
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import Ground, again_and_again, ground
from tests.proof import count
from tests.sample_inbox import (
    CONVERSATIONS,
    PUBLISHING,
    WORKSPACE,
    conversation,
    side_by_side,
)

pytestmark = pytest.mark.real

LENGTH = 8


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, PUBLISHING) as made:
        yield made


class People:
    """They write conversations and read them in every way; a read that fails or goes back in time is an error."""

    def __init__(self, on: Ground, prepared: psycopg.AsyncConnection[Any], conversations: int) -> None:
        self._on, self._prepared, self.conversations = on, prepared, conversations
        self._version = 0

    async def write(self) -> None:
        """Twenty more conversations."""
        await self._on.write(side_by_side(range(self.conversations, self.conversations + 20)))
        self.conversations += 20

    async def page(self) -> None:
        """A page of a list."""
        where = {"status": "closed"}
        found = await self._on.reader.find(WORKSPACE, CONVERSATIONS, where, ["-changed_at"], limit=20)
        assert len(found) == 20

    async def row(self) -> None:
        """One conversation."""
        found = await self._on.reader.get(WORKSPACE, CONVERSATIONS, derived_id("conversation", 1))
        assert found is not None
        assert found["version"] >= self._version
        self._version = found["version"]

    async def join(self) -> None:
        """A prepared statement over two tables."""
        joined = await self._prepared.execute(
            "SELECT count(*) FROM sample_inbox.conversations c JOIN sample_inbox.counts USING (workspace_id)"
        )
        found = await joined.fetchone()
        assert found is not None
        assert found[0] > 0


async def test_a_rebuild_equals_the_live_model_while_people_write_and_read(on: Ground) -> None:
    first = max(700, count(40_000) // LENGTH)
    await on.folded(side_by_side(range(first)))
    async with await psycopg.AsyncConnection.connect(
        on.urls.worker, autocommit=True, prepare_threshold=0
    ) as prepared:
        people = People(on, prepared, first)
        async with consuming(on.kafka, [on.loop()]):
            async with again_and_again(people.write, people.page, people.row, people.join) as counts:
                runs = [await on.rebuilt() for _ in range(3)]
            await on.caught_up()
    live = await on.hash()

    final = await on.rebuilt()

    assert min(counts) > 3
    assert await on.hash() == live
    assert [run.generation for run in [*runs, final]] == [2, 3, 4, 5]
    assert max(run.swap_s for run in runs) < 5
    assert (final.records, final.published) == (people.conversations * LENGTH, 0)
    assert await on.ask("SELECT sum(events)::int FROM sample_inbox.counts") == [(final.records,)]
    told = await on.ask("SELECT key, value FROM log.state_outbox ORDER BY seq")
    newest = {key: InboxRow.model_validate_json(value) for key, value in told}
    rows = await on.ask("SELECT conversation_id, version, status FROM sample_inbox.conversations")
    assert sorted(rows) == sorted((key, row.version, row.status) for key, row in newest.items())


async def test_only_what_differs_is_published_with_the_new_generation(on: Ground) -> None:
    await on.folded(side_by_side(range(1, 6)))
    changed, gone, kept = (derived_id("conversation", number) for number in (1, 2, 3))
    extra = derived_id("conversation", 99)
    await on.ask("UPDATE sample_inbox.conversations SET missed = true WHERE conversation_id = %s", changed)
    await on.ask("DELETE FROM sample_inbox.conversations WHERE conversation_id = %s", gone)
    await on.ask(
        "INSERT INTO sample_inbox.conversations"
        " SELECT workspace_id, %s, visit_id, status, holder_id, missed, started_at, changed_at, messages, last_text,"
        " answers, version FROM sample_inbox.conversations WHERE conversation_id = %s",
        extra,
        kept,
    )
    await on.ask("DELETE FROM log.state_outbox")

    run = await on.rebuilt()

    told = dict(await on.ask("SELECT key, value FROM log.state_outbox"))
    assert set(told) == {changed, gone, extra}
    assert told[extra] is None
    rows = {key: InboxRow.model_validate_json(told[key]) for key in (changed, gone)}
    assert {(row.generation, row.version, row.missed) for row in rows.values()} == {(2, LENGTH, False)}
    assert (run.generation, run.published) == (2, 3)


async def test_what_cannot_be_folded_is_parked_again(on: Ground) -> None:
    await on.folded([*side_by_side(range(2, 5)), *conversation(1, LENGTH, poison_at=4)])
    before = await on.ask("SELECT consumer, record_offset, reason FROM log.parked ORDER BY record_offset")
    live = await on.hash()

    await on.rebuilt()

    after = await on.ask("SELECT consumer, record_offset, reason FROM log.parked ORDER BY record_offset")
    assert after == before
    assert len(after) == LENGTH - 3
    assert await on.hash() == live


async def test_a_rebuild_that_cannot_remember_all_rows_reads_them_back(
    on: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.chassis.rebuild.RECORDS_MAX", 37)
    monkeypatch.setattr("services.chassis.schemas.ROWS_REMEMBERED_MAX", 20)
    await on.folded([*side_by_side(range(2, 70)), *conversation(1, LENGTH, poison_at=4)])
    live = await on.hash()

    assert (await on.rebuilt()).records == 69 * LENGTH

    assert await on.hash() == live


async def test_only_one_rebuild_of_a_model_runs(on: Ground) -> None:
    await on.write(side_by_side(range(5)))

    first, second = await asyncio.gather(on.rebuilt(), on.rebuilt(), return_exceptions=True)

    assert {type(first), type(second)} == {Rebuilt, RebuildRunning}


async def test_a_log_without_its_beginning_is_not_rebuilt_from(on: Ground) -> None:
    await on.folded(side_by_side(range(5)))
    live = await on.hash()
    tp = TopicPartition(on.topic, next(conversation(1)).partition)
    admin = AIOKafkaAdminClient(bootstrap_servers=on.kafka.kafka)
    await admin.start()
    await admin.delete_records({tp: RecordsToDelete(before_offset=2)})
    await admin.close()

    with pytest.raises(LogIncomplete, match="begins at offset 2"):
        await on.rebuilt()

    assert await on.hash() == live


async def test_a_rebuild_that_was_broken_off_leaves_the_live_model_and_can_be_repeated(on: Ground) -> None:
    conversations = 1_500
    await on.folded(side_by_side(range(conversations), 10))
    live = await on.hash()
    told: list[RebuildProgress] = []

    def break_off(progress: RebuildProgress) -> None:
        told.append(progress)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await on.rebuilt(report=break_off)
    assert await on.ask("SELECT to_regnamespace('sample_inbox_next') IS NULL") == [(False,)]
    assert await on.hash() == live

    run = await on.rebuilt(report=told.append)

    assert (run.generation, run.records) == (2, conversations * 10)
    assert await on.hash() == live
    assert await on.ask(
        "SELECT to_regnamespace('sample_inbox_next'), to_regnamespace('sample_inbox_old')"
    ) == [(None, None)]
    assert [progress.total for progress in told] == [conversations * 10] * len(told)
    assert [progress.done for progress in told[1:]] == sorted(progress.done for progress in told[1:])
    assert all(progress.rate > 0 and progress.left_s is not None for progress in told)
