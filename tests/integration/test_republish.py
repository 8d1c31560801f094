"""A log is published anew in another epoch: whole, in order, and everybody goes on where they were."""

from base64 import b64encode
from dataclasses import replace

import pytest

from contracts.ids import derived_id
from contracts.states import StateRow
from contracts.topics import INBOX_STATE
from services.chassis.kafka import ensure_topics, partition_of
from services.chassis.schemas import ensure_models
from services.cli.alone import StillRunning
from services.cli.republish import republishing
from services.cli.republish.republishing import NotPossible, Republished, StoreOlder, republish_log
from tests.integration.sample_epochs import (
    CONVERSATION,
    HERE,
    NAME,
    goes_on,
    lost,
    positions,
    published,
    republished,
    topic_of,
)
from tests.integration.sample_log import SERVICE, Log, leads, running
from tests.sample_inbox import CONVERSATIONS, PUBLISHING, T0, WORKSPACE
from tests.waiting import eventually

pytestmark = pytest.mark.real


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

    places = sorted([(here, 0), (there, 0)])
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
    for offset, headers in ((17, ours), (18, []), (19, ours)):
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
    assert await positions(log) == [(topic_of(anew), partition_of("a"), 0)]
    async with running(anew.relay()):
        await anew.empty()
    assert await anew.versions() == {"a": [1, 2]}


async def test_a_second_loss_is_another_epoch(log: Log) -> None:
    await published(log, a=2)
    second = await lost(log)
    await republished(second)
    async with running(second.relay()):
        await second.empty()
    await goes_on(log, (topic_of(second), partition_of("a"), 2))
    third = await lost(second)

    assert await republished(third) == [Republished(SERVICE, 2, 0)]
    assert await positions(log) == [(topic_of(third), partition_of("a"), 0)]
    async with running(third.relay()):
        await third.empty()
    assert await third.versions() == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("epoch", "wrong"),
    [
        (1, "2 for the first time anew"),
        (2, "published as .*conversation.events.v1-e3: .*conversation.events.v1-e2 is no later epoch of it"),
        (4, "does not exist: `livechat topics --create`"),
    ],
)
async def test_a_wrong_epoch_changes_nothing(log: Log, epoch: int, wrong: str) -> None:
    third = replace(log, kafka=log.kafka.model_copy(update={"epoch": 3}))
    await ensure_topics(third.kafka)
    await published(third, a=2)

    with pytest.raises(NotPossible, match=wrong):
        await republished(replace(log, kafka=log.kafka.model_copy(update={"epoch": epoch})))

    assert await log.ask("SELECT FROM log.outbox") == []


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        (
            "INSERT INTO log.fence VALUES ('a restore has begun')",
            "conversation may not write: a restore has begun",
        ),
        ("UPDATE log.models SET schema = 99", "is of a newer version"),
    ],
)
async def test_what_is_to_be_put_right_before_is_told(log: Log, statement: str, wrong: str) -> None:
    await published(log, a=2)
    await ensure_models(replace(HERE, models=(PUBLISHING,)), log.urls)
    await log.ask(statement)
    anew = await lost(log)

    with pytest.raises(NotPossible, match=wrong):
        await republished(anew, replace(HERE, models=(PUBLISHING,)))

    assert await log.ask("SELECT FROM log.outbox") == []


async def test_a_store_that_lacks_what_others_have_handled_is_published_only_as_it_is_told(log: Log) -> None:
    await published(log, a=2)
    await goes_on(log, (topic_of(log), partition_of("a"), 3))
    anew = await lost(log)

    with pytest.raises(
        StoreOlder, match=r"stands at 3 of .*, and its owner's store knows of 2 records there"
    ):
        await republished(anew)
    await log.ask("TRUNCATE log.consumer_offsets")
    await log.ask("INSERT INTO log.fence VALUES ('the store is behind Kafka from b version 1')")
    with pytest.raises(StoreOlder, match="may not write: the store is behind Kafka"):
        await republished(anew)

    await republish_log([HERE], anew.kafka, {SERVICE: log.urls}, from_older_stores=True)
    async with running(anew.relay()):
        await anew.empty()
    assert await anew.versions() == {"a": [1, 2]}
    assert await log.fences() == []


@pytest.mark.parametrize("knows", ["nothing", "the epoch before the last"])
async def test_a_copy_that_is_older_still_is_no_less_refused(log: Log, knows: str) -> None:
    await published(log, a=2)
    second = await lost(log)
    stands = topic_of(second)
    if knows == "nothing":
        await log.ask("TRUNCATE log.relayed, log.events")
    await goes_on(log, (stands, 3, 1))
    third = await lost(second)

    with pytest.raises(
        StoreOlder, match=r"stands at 1 of .*-e2\[3\], and its owner's store knows of 0 records there"
    ):
        await republished(third)

    assert await positions(log) == [(stands, 3, 1)]


async def test_a_topic_that_holds_something_is_not_published_on(log: Log) -> None:
    await published(log, a=2)
    anew = await lost(log)
    await log.ask("CREATE TABLE log.kept AS TABLE log.relayed")
    await log.ask("TRUNCATE log.relayed")
    await published(anew, b=1)
    await log.ask("TRUNCATE log.relayed")
    await log.ask("INSERT INTO log.relayed TABLE log.kept")

    with pytest.raises(
        NotPossible, match=r"holds records already: .*`livechat restore conversation`; else take the next"
    ):
        await republished(anew)

    assert await republished(await lost(anew)) == [Republished(SERVICE, 3, 0)]


async def test_nothing_is_done_while_a_relay_publishes(log: Log) -> None:
    anew = await lost(log)
    async with running(relay := log.relay()):
        await eventually(lambda: leads(relay))
        with pytest.raises(StillRunning):
            await republished(anew)
