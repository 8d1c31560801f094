"""Projections on real servers: one effect of each event, whatever is killed, lost, repeated or broken."""

import asyncio
import random
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.structs import ConsumerRecord
from prometheus_client import REGISTRY

from contracts.ids import derived_id
from contracts.personal import ClearKeyring
from contracts.states import InboxRow
from services.chassis.consumer import consuming
from services.chassis.kafka import PREFETCH_AFTER_S
from services.chassis.parked import list_parked, show_parked
from services.chassis.progress import count_parked
from services.chassis.projector import Projection
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import SERVICE, Ground, ground, worker_process
from tests.proof import count
from tests.sample_inbox import MODEL, PUBLISHING, Written, conversation, records
from tests.waiting import eventually

pytestmark = pytest.mark.real

LENGTH = 8


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, MODEL) as made:
        yield made


def broken(event: Written, how: int) -> Written:
    """The event as no reader can take it."""
    match how % 4:
        case 0:
            return replace(event, value=b'{"at": ')
        case 1:
            return replace(event, headers=[*event.headers, ("ce_sequence", None)])
        case 2:
            return replace(event, headers=[*event.headers, ("ce_subject", b"\xff\x00\xfe")])
        case _:
            return replace(event, value=None)


def a_log(conversations: int, chance: random.Random) -> tuple[list[Written], dict[str, int]]:
    """Conversations side by side, every fifth with poison or a broken record in it; a quarter is told again.

    Also how far each stream can be folded.
    """
    log: list[Written] = []
    reach: dict[str, int] = {}
    for first in range(0, conversations, 20):
        streams = []
        for number in range(first, min(first + 20, conversations)):
            bad_at = chance.randint(3, LENGTH - 1) if number % 5 == 0 else None
            events = list(conversation(number, LENGTH, poison_at=bad_at if number % 2 else None))
            if bad_at and not number % 2:
                events[bad_at - 1] = broken(events[bad_at - 1], number // 10)
            reach[events[0].stream] = bad_at - 1 if bad_at else LENGTH
            streams.append(events)
        for together in zip(*streams, strict=True):
            for event in together:
                log.append(event)
                if chance.random() < 0.25:
                    log.append(chance.choice(log))
    return log, reach


async def assert_one_effect_each(on: Ground, log: list[Written], reach: dict[str, int]) -> None:
    """The rows are those of a plain fold, and everything else is parked."""
    distinct = {(event.stream, event.version): event for event in log}
    kinds: Counter[str] = Counter()
    for (stream, version), event in distinct.items():
        if version <= reach[stream]:
            kinds[dict(event.headers)["ce_type"].decode()] += 1  # type: ignore[union-attr]
    counted = await on.ask("SELECT kind, sum(events)::int FROM sample_inbox.counts GROUP BY kind")
    assert dict(counted) == kinds

    rows = await on.ask(
        "SELECT 'conversation-' || conversation_id, version, messages FROM sample_inbox.conversations"
    )
    assert {stream: version for stream, version, _ in rows} == reach
    assert all(messages == max(0, min(version, LENGTH - 1) - 2) for _, version, messages in rows)

    held = await on.ask("SELECT key, record_offset, reason FROM log.parked ORDER BY key, record_offset")
    parked: dict[str, list[tuple[int, str]]] = {}
    for key, offset, reason in held:
        parked.setdefault(key, []).append((offset, reason))
    assert set(parked) == {stream for stream, version in reach.items() if version < LENGTH}
    for (first, reason), *behind in parked.values():
        assert not reason.startswith(("waits", "gap"))
        assert {reason for _, reason in behind} <= {f"waits behind {first}"}
    for stream in parked:
        told = [event for event in log if event.stream == stream and event.version > reach[stream]]
        assert len(parked[stream]) == len(told)


@pytest.mark.fault
async def test_killed_workers_leave_one_effect_of_each_event(on: Ground) -> None:
    chance = random.Random(7)
    kills = count(12)
    log, reach = a_log(max(400, count(60_000) // LENGTH), chance)
    share = len(log) // kills + 1
    workers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in ("one", "two"):
            workers[name] = worker_process(on, name, failures=0.08)
        for round_ in range(kills):
            before = sum((await on.positions()).values())
            await on.write(log[round_ * share : (round_ + 1) * share])

            async def moved(before: int = before) -> bool:
                return sum((await on.positions()).values()) > before + chance.randint(0, share // 2)

            await eventually(moved, within_s=120, what="some of the log is projected")
            name = chance.choice(["one", "two"])
            workers[name].kill()
            workers[name].wait()
            workers[name] = worker_process(on, name, failures=0.08)
        await on.caught_up(within_s=300)
        workers["one"].send_signal(signal.SIGTERM)
        assert workers["one"].wait(20) in (0, -signal.SIGTERM)
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()

    await assert_one_effect_each(on, log, reach)


async def test_a_record_that_was_handled_by_another_replica_is_left_alone(on: Ground) -> None:
    events = list(conversation(1, LENGTH))
    some = records(events, on.topic)
    handlers = [Projection(SERVICE, MODEL, on.topic, on.rows, ClearKeyring()) for _ in range(4)]

    answers = await asyncio.gather(*(h.handle({events[0].partition: some}) for h in handlers))

    assert answers == [{events[0].partition: LENGTH}] * 4
    assert await on.ask("SELECT sum(events)::int FROM sample_inbox.counts") == [(LENGTH,)]


async def test_a_database_that_goes_away_is_waited_for(on: Ground) -> None:
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'worker'"
    conversations = count(2_000)
    loop = on.loop()

    async with consuming(on.kafka, [loop]):
        for number in range(conversations):
            await on.write(conversation(number, LENGTH))
            if number % 10 == 0:
                await on.ask(kill)
        await on.caught_up()
        assert loop.progress.not_ready() is None

    assert await on.ask("SELECT sum(events)::int FROM sample_inbox.counts") == [(conversations * LENGTH,)]
    assert await on.ask("SELECT count(*) FROM log.parked") == [(0,)]


async def test_the_client_fetches_when_all_is_consumed(on: Ground) -> None:
    loop = on.loop()
    async with consuming(on.kafka, [loop]):
        await on.write(conversation(1, LENGTH))
        await on.caught_up()
        assert loop._consumer._fetcher._prefetch_backoff == PREFETCH_AFTER_S

    assert "_prefetch_backoff" in Fetcher.__init__.__code__.co_names, "a setting of aiokafka has another name"


async def test_the_position_is_told_to_kafka_in_the_background(on: Ground) -> None:
    await on.write(conversation(1, LENGTH))
    tp = TopicPartition(on.topic, next(conversation(1)).partition)
    group = AIOKafkaConsumer(
        bootstrap_servers=on.kafka.kafka, group_id=f"{on.kafka.topic_prefix}{SERVICE}.{MODEL.name}"
    )
    await group.start()
    group.assign([tp])
    try:
        async with consuming(on.kafka, [on.loop()]):

            async def told() -> bool:
                return bool(await group.committed(tp) == LENGTH)

            await eventually(told)
    finally:
        await group.stop()


async def test_changed_rows_go_to_the_outbox_of_state_with_their_position(on: Ground) -> None:
    loop = on.loop(PUBLISHING)
    async with consuming(on.kafka, [loop]):
        await on.write(conversation(1, 3))
        await on.caught_up()
        await on.write(list(conversation(1, LENGTH))[3:])
        await on.caught_up()

    told = await on.ask("SELECT topic, key, value FROM log.state_outbox ORDER BY seq")
    assert {(topic, key) for topic, key, _ in told} == {("inbox.state.v1", derived_id("conversation", 1))}
    rows = [InboxRow.model_validate_json(value) for _, _, value in told]
    versions = [(row.generation, row.version) for row in rows]
    assert versions == sorted(set(versions))
    assert versions[-1] == (1, LENGTH)
    assert 3 in {version for _, version in versions}


async def test_an_operator_sees_how_far_a_consumer_is_behind_and_for_how_long(on: Ground) -> None:
    loop = on.loop()
    labels = {"service": loop._labels[0], "consumer": loop.name}
    handle = loop.handler.handle

    async def away(slices: Mapping[int, Sequence[ConsumerRecord]]) -> Mapping[int, int]:
        raise OSError("away")

    def lag(unit: str) -> float:
        return REGISTRY.get_sample_value(f"livechat_consumer_lag_{unit}", labels) or 0.0

    async def behind() -> bool:
        return lag("records") == LENGTH and lag("seconds") > 1.0

    async def at_the_end() -> bool:
        return lag("records") == lag("seconds") == 0.0

    loop.handler.handle = away  # type: ignore[method-assign]
    await on.write(conversation(1, LENGTH))
    async with consuming(on.kafka, [loop]):
        await eventually(behind, within_s=120)
        loop.handler.handle = handle  # type: ignore[method-assign]
        await eventually(at_the_end, within_s=120)


async def test_an_operator_sees_what_is_parked(on: Ground) -> None:
    events = list(conversation(1, LENGTH))
    events[3] = replace(
        events[3], value=b"\xffnot json", headers=[*events[3].headers, ("odd", b"\xff"), ("no", None)]
    )
    await on.write(events)
    async with consuming(on.kafka, [on.loop()]):
        await on.caught_up()

    async with on.workers.connection() as connection:
        first, *behind = await list_parked(connection, consumer=MODEL.name)
        assert await list_parked(connection, consumer="another") == []
        page = await list_parked(connection, after=first.id, limit=2)
        shown = await show_parked(connection, first.id)
        assert await show_parked(connection, -1) is None
        await count_parked(connection, "metered", [MODEL.name, "idle"])
        labels = {"service": "metered", "consumer": MODEL.name}
        assert REGISTRY.get_sample_value("livechat_parked_events", labels) == 5
        await connection.execute("DELETE FROM log.parked")
        await count_parked(connection, "metered", [MODEL.name, "idle"])
    assert REGISTRY.get_sample_value("livechat_parked_events", labels) == 0
    assert REGISTRY.get_sample_value("livechat_parked_events", labels | {"consumer": "idle"}) == 0
    assert (first.key, first.offset, first.partition) == (events[3].stream, 3, events[3].partition)
    assert [event.id for event in page] == [event.id for event in behind[:2]]
    assert first.headers is None
    assert [event.reason for event in behind] == ["waits behind 3"] * 4
    assert shown is not None
    assert (shown.value, shown.reason) == ("\ufffdnot json", first.reason)
    assert shown.headers is not None
    assert shown.headers["odd"] == "\ufffd"
    assert shown.headers["no"] is None
    assert shown.headers["ce_subject"] == events[3].stream
