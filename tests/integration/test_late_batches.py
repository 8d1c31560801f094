"""A batch of a relay that died reaches a state topic after newer rows: the newest row stands last all the same."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from contracts.ids import derived_id
from contracts.states import InboxRow
from contracts.topics import INBOX_STATE
from services.chassis.follower import StateGuard
from services.chassis.kafka import ensure_topics, partition_of
from services.chassis.relay import StateRelay
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import SERVICE, Ground, ground
from tests.integration.sample_log import Log, running
from tests.sample_inbox import PUBLISHING, side_by_side
from tests.waiting import eventually

pytestmark = pytest.mark.real

KEYS = [derived_id("conversation", number) for number in range(1, 6)]


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, PUBLISHING) as made:
        await ensure_topics(made.kafka, [INBOX_STATE])
        await made.folded(side_by_side(range(1, 6)))
        yield made


def log_on(on: Ground) -> Log:
    return Log(on.kafka, on.urls, on.owner)


def relay_on(on: Ground) -> StateRelay:
    guard = StateGuard(on.kafka, [PUBLISHING], on.rows)
    return StateRelay(SERVICE, on.urls.worker, on.kafka, guard)


async def held(on: Ground) -> dict[str, list[bytes | None]]:
    """The values of each key, in the order in which the topic holds them."""
    values: dict[str, list[bytes | None]] = {}
    for record in await log_on(on).records(INBOX_STATE):
        values.setdefault(record.key.decode(), []).append(record.value)
    return values


async def arrives_late(on: Ground, *rows: tuple[str, bytes | None]) -> None:
    """What a relay that died had handed to its connection."""
    topic = on.kafka.naming.of(INBOX_STATE)
    sent = [
        await on.producer.send(topic, key=key.encode(), value=value, partition=partition_of(key))
        for key, value in rows
    ]
    await asyncio.gather(*sent)


def older(value: bytes | None, **changes: int) -> bytes:
    """An earlier row of the key."""
    assert value is not None
    row = InboxRow.model_validate_json(value)
    return row.model_copy(update={"version": row.version - 1, **changes}).model_dump_json().encode()


async def stands_last(on: Ground, newest: dict[str, bytes | None]) -> bool:
    return {key: values[-1] for key, values in (await held(on)).items()} == newest


async def test_an_older_row_is_followed_by_the_newest(on: Ground) -> None:
    async with running(relay_on(on)):
        await log_on(on).empty("state_outbox")
        newest = {key: values[-1] for key, values in (await held(on)).items()}
        assert set(newest) == set(KEYS)
        one, two, three = KEYS[:3]

        await arrives_late(
            on, (one, older(newest[one])), (two, older(newest[two], generation=0, version=99)), (three, None)
        )

        await eventually(lambda: stands_last(on, newest), within_s=120, what="the newest rows stand last")
        await log_on(on).empty("state_outbox")
        counts = {key: len(values) for key, values in (await held(on)).items()}
        # A row that follows an end is looked at as well, once.
        assert [counts[key] for key in KEYS] == [3, 3, 4, 1, 1]


async def test_a_row_of_what_is_gone_is_followed_by_its_end(on: Ground) -> None:
    key = KEYS[0]
    async with running(relay_on(on)):
        await log_on(on).empty("state_outbox")
        newest = {key: values[-1] for key, values in (await held(on)).items()}
        await on.ask("DELETE FROM sample_inbox.conversations WHERE conversation_id = %s", key)
        await on.ask("INSERT INTO log.state_outbox (topic, key) VALUES ('inbox.state.v1', %s)", key)
        await log_on(on).empty("state_outbox")

        await arrives_late(on, (key, newest[key]))

        gone = {**newest, key: None}
        await eventually(lambda: stands_last(on, gone), within_s=120, what="the end stands last")


async def test_what_no_row_is_stops_nobody_and_does_not_stand_last(on: Ground) -> None:
    async with running(relay_on(on)):
        await log_on(on).empty("state_outbox")
        newest = {key: values[-1] for key, values in (await held(on)).items()}
        topic = on.kafka.naming.of(INBOX_STATE)
        await arrives_late(on, (KEYS[0], b"not a row"), ("nobody's", b"{}"))
        await (await on.producer.send(topic, key=b"\xff\xfe", value=b"{}", partition=partition_of(KEYS[1])))

        await arrives_late(on, (KEYS[1], older(newest[KEYS[1]])))

        async def stand_last() -> bool:
            last = {record.key: record.value for record in await log_on(on).records(INBOX_STATE)}
            return all(last[key.encode()] == newest[key] for key in KEYS)

        await eventually(stand_last, within_s=120, what="the newest rows stand last")


async def test_without_the_guard_the_older_row_would_stand_last(on: Ground) -> None:
    """What the other tests prove is not so by itself."""
    async with running(StateRelay(SERVICE, on.urls.worker, on.kafka)):
        await log_on(on).empty("state_outbox")
        newest = {key: values[-1] for key, values in (await held(on)).items()}
        late = older(newest[KEYS[0]])

        await arrives_late(on, (KEYS[0], late))

        assert await stands_last(on, {**newest, KEYS[0]: late})
