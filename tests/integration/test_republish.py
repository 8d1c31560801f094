"""A log is published anew in another epoch: whole, in order, and everybody goes on where they were."""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.ids import derived_id
from contracts.states import StateRow
from contracts.topics import CONVERSATION_EVENTS, INBOX_STATE, PARTITIONS
from services.chassis.anew import published_anew
from services.chassis.consumer import BatchLoop
from services.chassis.kafka import KafkaSettings, ensure_topics, partition_of
from services.chassis.relay import Relay
from services.chassis.schemas import ensure_models
from services.cli.alone import StillRunning
from services.cli.republish import republishing
from services.cli.republish.republishing import Republished, WrongEpoch, republish_log
from tests.integration.sample_log import SERVICE, Log, running
from tests.sample_inbox import CONVERSATIONS, PUBLISHING, T0, WORKSPACE
from tests.unit.cli.test_restored_streams import SERVICE as THINGS
from tests.waiting import eventually

pytestmark = pytest.mark.real

HERE = replace(THINGS, name=SERVICE)
NAME = "conversation.tried"
CONVERSATION = derived_id("conversation")
LONG_AGO = "2020-01-01T00:00:00Z"


def next_epoch(log: Log) -> Log:
    """The same installation, whose topics are called by the next epoch."""
    return replace(log, kafka=log.kafka.model_copy(update={"epoch": log.kafka.epoch + 1}))


def topic_of(log: Log) -> str:
    return log.kafka.naming.of(CONVERSATION_EVENTS)


async def published(log: Log, **streams: int) -> None:
    """Streams of so many events, all in Kafka."""
    async with running(log.relay()):
        for name, events in streams.items():
            await log.write(name, 1, events, LONG_AGO)
        await log.empty()


async def lost(log: Log) -> Log:
    """Kafka has come up empty, and somebody has made the next epoch's topics."""
    anew = next_epoch(log)
    await ensure_topics(anew.kafka)
    return anew


async def republished(log: Log, service: Any = HERE) -> list[Republished]:
    return await republish_log([service], log.kafka, {SERVICE: log.urls})


async def goes_on(log: Log, *places: tuple[str, int, int], consumer: str = NAME) -> None:
    """A consumer stands at these places: topic, partition, offset."""
    for place in places:
        await log.ask("INSERT INTO log.consumer_offsets VALUES (%s, %s, %s, %s)", consumer, *place)


async def positions(log: Log) -> list[tuple[Any, ...]]:
    return await log.ask("SELECT topic, partition, next_offset FROM log.consumer_offsets ORDER BY 1, 2")


async def test_everything_is_published_again_as_it_was_and_what_comes_goes_after_it(log: Log) -> None:
    await published(log, a=3, b=2)
    await log.write("b", 3, 3)
    anew = await lost(log)

    done = await republished(anew)

    assert done == [Republished(SERVICE, 6, 0)]
    async with running(anew.relay()):
        await anew.write("a", 4, 4)
        await anew.empty()
    assert await anew.versions() == {"a": [1, 2, 3, 4], "b": [1, 2, 3]}
    old, new = await log.records(), await anew.records()
    told = {record.headers[-1]: (record.key, record.value, record.timestamp) for record in new}
    assert old
    assert {
        record.headers[-1]: (record.key, record.value, record.timestamp) for record in old
    }.items() <= told.items()


async def test_consumers_go_on_after_what_they_have_handled(log: Log) -> None:
    await published(log, a=2, b=3)
    here, there = partition_of("a"), partition_of("b")
    assert here != there
    await goes_on(log, (topic_of(log), here, 2), (topic_of(log), there, 1))
    await log.ask("UPDATE log.events SET at = at + version * interval '1 hour'")
    anew = await lost(log)

    await republished(anew)

    places = sorted([(here, 1), (there, 0)])
    assert await positions(log) == [(topic_of(anew), number, at) for number, at in places]


async def test_rows_of_state_are_read_from_the_start_and_published_by_a_new_generation(log: Log) -> None:
    await ensure_models(replace(HERE, models=(PUBLISHING,)), log.urls)
    [table] = [of for of in PUBLISHING.tables if of.name == CONVERSATIONS.name]
    await log.ask(
        f'INSERT INTO "{PUBLISHING.name}".{table.name} (workspace_id, conversation_id, visit_id, status, missed,'
        " started_at, changed_at, messages, last_text, answers, version)"
        " VALUES (%s, %s, %s, 'open', false, %s, %s, 0, '', '[]', 7)",
        WORKSPACE,
        CONVERSATION,
        derived_id("visit"),
        T0,
        T0,
    )
    state = log.kafka.naming.of(INBOX_STATE)
    await goes_on(log, (state, 1, 12))
    anew = await lost(log)

    [done] = await republished(anew, replace(HERE, models=(PUBLISHING,)))

    assert done.state_rows == 1
    [(key, value)] = await log.ask("SELECT key, value FROM log.state_outbox")
    row = StateRow.model_validate_json(value)
    assert (key, row.generation, row.version) == (CONVERSATION, 2, 7)
    assert (state, 1, 0) in await positions(log)


async def test_what_was_parked_waits_where_it_lies_now(log: Log) -> None:
    await published(log, a=3)
    here = partition_of("a")
    ours = [["ce_id", b64encode(b"a/2").decode()]]
    for offset, headers in ((17, ours), (18, [])):
        await log.ask(
            "INSERT INTO log.parked (consumer, topic, partition, record_offset, key, reason, headers)"
            " VALUES (%s, %s, %s, %s, 'a', 'broken', %s::jsonb)",
            NAME,
            topic_of(log),
            here,
            offset,
            str(headers).replace("'", '"'),
        )
    anew = await lost(log)

    await republished(anew)

    found = await log.ask("SELECT topic, partition, record_offset FROM log.parked ORDER BY id")
    assert found == [(topic_of(anew), here, 1), (topic_of(log), here, 18)]


async def test_who_is_cut_off_does_it_again_and_who_has_done_it_does_nothing(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    await published(log, a=2)
    await goes_on(log, (topic_of(log), partition_of("a"), 2))
    await log.ask("UPDATE log.events SET at = at + version * interval '1 hour'")
    anew = await lost(log)

    async def killed(*_: object) -> Republished:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(republishing, "_begin", killed)
        with pytest.raises(ConnectionError):
            await republished(anew)
    first, second = await republished(anew), await republished(anew)

    assert first == [Republished(SERVICE, 2, 0)]
    assert second == [Republished(SERVICE, 0, 0, done=True)]
    assert await positions(log) == [(topic_of(anew), partition_of("a"), 1)]
    async with running(anew.relay()):
        await anew.empty()
    assert await anew.versions() == {"a": [1, 2]}


async def test_a_second_loss_is_another_epoch(log: Log) -> None:
    await published(log, a=2)
    second = await lost(log)
    await republished(second)
    async with running(second.relay()):
        await second.empty()
    third = await lost(second)

    assert await republished(third) == [Republished(SERVICE, 2, 0)]


async def test_a_relay_publishes_nothing_after_what_is_not_there(log: Log) -> None:
    await published(log, a=2)
    anew = await lost(log)
    relay = anew.relay()

    async with running(relay):
        await anew.write("a", 3, 3)
        await eventually(lambda: _failed(relay), what="it has said why")

    assert relay._failure.startswith(
        f"OutOfStep('events were published as {topic_of(log)}, and none as {topic_of(anew)}; `livechat republish`"
    ), relay._failure
    assert await anew.records() == []


async def _failed(relay: Relay) -> str:
    return relay._failure


@pytest.mark.parametrize(
    ("epoch", "wrong"),
    [
        (1, "2 for the first time anew"),
        (3, "events were published as .*conversation.events.v1, not as .*conversation.events.v1-e2"),
        (2, "does not exist: `livechat topics --create`"),
    ],
)
async def test_a_wrong_epoch_changes_nothing(log: Log, epoch: int, wrong: str) -> None:
    await published(log, a=2)

    with pytest.raises(WrongEpoch, match=wrong):
        await republished(replace(log, kafka=log.kafka.model_copy(update={"epoch": epoch})))

    assert await log.ask("SELECT FROM log.outbox") == []


async def test_a_topic_that_holds_something_is_not_published_on(log: Log) -> None:
    await published(log, a=2)
    anew = await lost(log)
    await log.ask("CREATE TABLE log.kept AS TABLE log.relayed")
    await log.ask("TRUNCATE log.relayed")
    await published(anew, b=1)
    await log.ask("TRUNCATE log.relayed")
    await log.ask("INSERT INTO log.relayed TABLE log.kept")

    with pytest.raises(WrongEpoch, match="holds records already: take the next LIVECHAT_EPOCH"):
        await republished(anew)


async def test_nothing_is_done_while_a_relay_publishes(log: Log) -> None:
    anew = await lost(log)
    async with running(relay := log.relay()):
        await eventually(lambda: _leads(relay))
        with pytest.raises(StillRunning):
            await republished(anew)


async def _leads(relay: Relay) -> bool:
    return relay.state().leader


class Standing:
    """A handler that stands there, in each partition."""

    def __init__(self, offset: int, partition: int) -> None:
        self._positions = {number: offset * (number == partition) for number in range(PARTITIONS)}

    async def positions(self, _: object) -> dict[int, int]:
        return self._positions

    async def handle(self, slices: Any) -> Any:
        raise AssertionError(f"nothing is to be handled: {slices}")


def loop_of(kafka: KafkaSettings, offset: int) -> BatchLoop:
    return BatchLoop(kafka, SERVICE, NAME, CONVERSATION_EVENTS, Standing(offset, partition_of("a")))


async def test_nobody_reads_on_before_the_log_reaches_to_where_they_are(log: Log) -> None:
    await published(log, a=3)
    anew = await lost(log)
    await republished(anew)
    ahead, behind = loop_of(anew.kafka, 2), loop_of(anew.kafka, 0)
    waiting = asyncio.create_task(published_anew(anew.kafka, [ahead, behind]))
    name, number = topic_of(anew), partition_of("a")
    expected = f"{name}[{number}] is published anew: it has 0 events of 2"
    await eventually(lambda: _is(ahead.progress.not_ready, expected), what="why it waits")
    assert behind.progress.not_ready() == "no partitions assigned yet"
    assert not waiting.done()

    async with running(anew.relay()):
        await waiting
    assert ahead.progress.alarms == {}


async def _is(told: Callable[[], str | None], expected: str) -> bool:
    return told() == expected


async def test_in_the_first_epoch_nobody_waits(log: Log) -> None:
    await published_anew(log.kafka, [loop := loop_of(log.kafka, 5)])

    assert loop.progress.alarms == {}
