"""The state relay's promises: a key's last record is its newest row, whatever is killed meanwhile."""

import asyncio

import psycopg
import pytest

from contracts.topics import INBOX_STATE
from services.chassis.relay import StateRelay
from services.cli.infrastructure import LocalServers
from tests.integration.sample_log import SERVICE, Log, broker_dies, log_of, running
from tests.proof import count
from tests.waiting import eventually

pytestmark = pytest.mark.real

WRITERS, KEYS = 4, 5
_INSERT = "INSERT INTO log.state_outbox (topic, key, value) VALUES ('inbox.state.v1', %s, %s)"


def relay_of(log: Log) -> StateRelay:
    return StateRelay(SERVICE, log.urls.worker, log.kafka)


async def held(log: Log) -> dict[str, list[bytes | None]]:
    """The values of each key, in the order in which the topic holds them."""
    values: dict[str, list[bytes | None]] = {}
    for record in await log.records(INBOX_STATE):
        values.setdefault(record.key.decode(), []).append(record.value)
    return values


async def test_of_a_keys_waiting_rows_only_the_newest_is_sent(log: Log) -> None:
    for key, value in [("a", b"1"), ("b", b"1"), ("a", b"2"), ("a", b"3"), ("b", None)]:
        await log.ask(_INSERT, key, value)

    async with running(relay_of(log)):
        await log.empty("state_outbox")

    assert await held(log) == {"a": [b"3"], "b": [None]}


async def test_rows_go_out_as_they_come(log: Log) -> None:
    relay = relay_of(log)
    async with running(relay):
        for value in (b"1", b"2", b"3"):
            await log.ask(_INSERT, "a", value)
            await log.ask("NOTIFY outbox")
            await log.empty("state_outbox")

    assert await held(log) == {"a": [b"1", b"2", b"3"]}


@pytest.mark.fault
@pytest.mark.timeout(600)
@broker_dies
async def test_the_newest_row_stands_last_whoever_is_killed(lab: LocalServers, unique: str) -> None:
    async with log_of(lab.servers, unique) as log:
        stop, newest = asyncio.Event(), dict[str, int]()
        writing = asyncio.gather(*(_write(log, f"{number}", newest, stop) for number in range(WRITERS)))
        leading, following = log.relay_process("state"), log.relay_process("state")
        await _arrived_since(log, newest)

        for _ in range(2):
            leading.kill()
            await _arrived_since(log, newest)
            leading, following = following, log.relay_process("state")
            await asyncio.to_thread(lab.kill_kafka)
            following.kill()
            await asyncio.to_thread(lab.start_kafka)
            following = log.relay_process("state")
            await _arrived_since(log, newest)
        stop.set()
        await writing
        await log.empty("state_outbox", within_s=120)

        last = {key: values[-1] for key, values in (await held(log)).items()}
        assert last == {key: b"%d" % version for key, version in newest.items()}


async def _write(log: Log, name: str, newest: dict[str, int], stop: asyncio.Event) -> None:
    async with await psycopg.AsyncConnection.connect(log.urls.worker, autocommit=True) as connection:
        version = 0
        while version < count(300) or not stop.is_set():
            version += 1
            key = f"{name}/{version % KEYS}"
            await connection.execute(_INSERT, (key, b"%d" % version))
            newest[key] = version
            await connection.execute("NOTIFY outbox")
            await asyncio.sleep(0)


async def _arrived_since(log: Log, newest: dict[str, int]) -> None:
    """Waits until rows that are not written yet are published."""
    ((last,),) = await log.ask("SELECT coalesce(max(seq), 0) FROM log.state_outbox")

    async def published() -> bool:
        ((first, written),) = await log.ask(
            "SELECT min(seq), (SELECT last_value FROM log.state_outbox_seq_seq) FROM log.state_outbox"
        )
        return bool((first or written) > last + WRITERS)

    await eventually(published, within_s=120, what=f"rows after {last} are published")
