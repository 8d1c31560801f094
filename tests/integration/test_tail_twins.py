"""What a tail and signals promise their listeners: one suite over Kafka, the twins in memory and the simulation's."""

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import pytest

from contracts.envelope import Recorded
from contracts.presence import AgentWentOffline
from contracts.signals import Beacon
from contracts.topics import AGENTS_STATE, PRESENCE_EVENTS
from services.chassis.kafka import partition_of
from services.chassis.models import Changed
from services.chassis.ports import Signals, Tail
from services.chassis.tail import LEASE_S
from tests.integration.sample_tails import (
    AGENT,
    ROW,
    T0,
    TOLD,
    Ground,
    Promise,
    faults_of,
    in_memory,
    over_kafka,
    ready,
)
from tests.proof import count
from tests.simulation.heard import LEASE_S as SIMULATED_LEASE_S
from tests.waiting import eventually

STREAMS = [f"agent-{number}" for number in range(5)]
KAFKA = pytest.param("kafka", marks=pytest.mark.real)
# In memory what a listener raises comes out at whoever wrote, where its test sees it, and no signal is kept.
NOT_IN_MEMORY = pytest.mark.parametrize("ground", [KAFKA], indirect=True)


@pytest.fixture(params=["memory", KAFKA])
async def ground(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[Ground]:
    if request.param == "memory":
        yield in_memory()
        return
    async with over_kafka(request.getfixturevalue("infrastructure"), unique) as made:
        yield made


def fails(_: object) -> None:
    """A listener with a mistake in it."""
    raise ZeroDivisionError


async def has(heard: list[Any], least: int) -> None:
    """Returns when so much was heard."""

    async def enough() -> bool:
        return len(heard) >= least

    await eventually(enough, what=f"{least} heard of {heard}")


def beacon(gateway: str) -> Beacon:
    return Beacon(gateway=gateway, at=T0)


def gateways(heard: list[Beacon]) -> list[str]:
    return [signal.gateway for signal in heard]


async def test_each_stream_is_heard_in_order_from_the_start_of_a_tail_on(ground: Ground) -> None:
    heard: list[Recorded] = []
    for stream in STREAMS:
        await ground.happens(stream, 1)
    async with ground.tail([PRESENCE_EVENTS]) as tail:
        tail.listen(PRESENCE_EVENTS, heard.append)
        for version in range(2, 7):
            for stream in STREAMS:
                await ground.happens(stream, version)
        await has(heard, 25)

    versions = defaultdict(list)
    for recorded in heard:
        versions[recorded.stream].append(recorded.version)
    assert versions == {stream: [2, 3, 4, 5, 6] for stream in STREAMS}
    assert isinstance(heard[0].event, AgentWentOffline)
    assert heard[0].metadata == TOLD


async def test_every_listener_of_every_replica_hears_its_topic_alone(ground: Ground) -> None:
    heard: list[list[Any]] = [[], [], []]
    rows: list[Changed] = []
    topics = [PRESENCE_EVENTS, AGENTS_STATE]
    async with ground.tail(topics) as one, ground.tail(topics) as other:
        one.listen(PRESENCE_EVENTS, heard[0].append)
        one.listen(PRESENCE_EVENTS, heard[1].append)
        other.listen(PRESENCE_EVENTS, heard[2].append)
        one.listen(AGENTS_STATE, rows.append)
        await ground.write(AGENTS_STATE, AGENT, None, ())
        await ground.happens("agent-1", 1)
        for each in (*heard, rows):
            await has(each, 1)

    assert [[recorded.version for recorded in each] for each in heard] == [[1], [1], [1]]
    assert rows == [Changed(AGENT, None)]


async def test_the_end_of_a_key_is_its_partition_and_the_offset_after_what_was_heard(ground: Ground) -> None:
    heard: list[Recorded] = []
    ends: list[int] = []

    async def end(tail: Tail) -> bool:
        partition, offset = await tail.end(PRESENCE_EVENTS, "agent-1")
        assert (partition, offset) == (partition_of("agent-1"), 1 + len(heard))
        ends.append(offset)
        return offset == 5

    await ground.happens("agent-1", 1)
    async with ground.tail([PRESENCE_EVENTS]) as tail:
        tail.listen(PRESENCE_EVENTS, heard.append)
        await end(tail)
        for version in range(2, 6):
            await ground.happens("agent-1", version)
            await end(tail)
        await eventually(lambda: end(tail))

    assert ends == sorted(ends)
    assert heard[-1].position is not None
    assert heard[-1].position.offset == 4


async def test_the_end_moves_also_where_nobody_listens(ground: Ground) -> None:
    async with ground.tail([PRESENCE_EVENTS]) as tail:
        await ground.happens("agent-1", 1)
        await eventually(lambda: stands_at(tail, 1))


async def stands_at(tail: Tail, offset: int) -> bool:
    return await tail.end(PRESENCE_EVENTS, "agent-1") == (partition_of("agent-1"), offset)


async def test_a_listener_that_was_taken_off_hears_no_more_and_others_do(ground: Ground) -> None:
    heard: list[Recorded] = []
    missed: list[Recorded] = []
    async with ground.tail([PRESENCE_EVENTS]) as tail:
        stop = tail.listen(PRESENCE_EVENTS, missed.append)
        tail.listen(PRESENCE_EVENTS, heard.append)
        await ground.happens("agent-1", 1)
        await has(heard, 1)
        stop()
        await ground.happens("agent-1", 2)
        await has(heard, 2)

    assert [recorded.version for recorded in missed] == [1]


@NOT_IN_MEMORY
async def test_a_listener_that_raises_harms_no_other(ground: Ground) -> None:
    heard: list[Recorded] = []
    async with ground.tail([PRESENCE_EVENTS]) as tail:
        tail.listen(PRESENCE_EVENTS, fails)
        tail.listen(PRESENCE_EVENTS, heard.append)
        for version in (1, 2):
            await ground.happens("agent-1", version)
        await has(heard, 2)
        assert await stands_at(tail, 2)

    assert [recorded.version for recorded in heard] == [1, 2]


@NOT_IN_MEMORY
async def test_a_record_that_nobody_can_read_is_passed_over(ground: Ground) -> None:
    heard: list[Recorded] = []
    rows: list[Changed] = []
    async with ground.tail([PRESENCE_EVENTS, AGENTS_STATE]) as tail:
        tail.listen(PRESENCE_EVENTS, heard.append)
        tail.listen(AGENTS_STATE, rows.append)
        await ground.write(PRESENCE_EVENTS, "agent-1", b"{}", ())
        await ground.write(AGENTS_STATE, AGENT, b"{}", ())
        await ground.happens("agent-1", 1)
        await ground.write(AGENTS_STATE, AGENT, None, ())
        await has(heard, 1)
        await has(rows, 1)
        assert await stands_at(tail, 2)

    assert ([recorded.version for recorded in heard], rows) == ([1], [Changed(AGENT, None)])


async def test_a_row_of_a_state_topic_comes_as_a_change_and_its_end_as_none(ground: Ground) -> None:
    heard: list[Changed] = []
    async with ground.tail([AGENTS_STATE]) as tail:
        tail.listen(AGENTS_STATE, heard.append)
        await ground.write(AGENTS_STATE, AGENT, ROW.model_dump_json().encode(), ())
        await ground.write(AGENTS_STATE, AGENT, None, ())
        await has(heard, 2)

    assert heard == [Changed(AGENT, ROW), Changed(AGENT, None)]


async def test_a_signal_reaches_every_listener_of_every_replica(ground: Ground) -> None:
    heard: list[list[Beacon]] = [[], [], []]
    async with ground.signals() as one, ground.signals() as other:
        one.listen(heard[0].append)
        one.listen(heard[1].append)
        other.listen(heard[2].append)
        await ready(one, other)
        await one.send("a", beacon("one"))
        await other.send("b", beacon("other"))
        for each in heard:
            await has(each, 2)

    assert [sorted(gateways(each)) for each in heard] == [["one", "other"]] * 3


async def test_who_was_taken_off_hears_no_more_signals(ground: Ground) -> None:
    heard: list[Beacon] = []
    missed: list[Beacon] = []
    async with ground.signals() as signals:
        stop = signals.listen(missed.append)
        signals.listen(heard.append)
        await ready(signals)
        await signals.send("a", beacon("first"))
        await has(heard, 1)
        stop()
        await signals.send("a", beacon("second"))
        await has(heard, 2)

    assert (gateways(heard), gateways(missed)) == (["first", "second"], ["first"])


async def test_a_signal_that_nobody_hears_is_no_error(ground: Ground) -> None:
    async with ground.signals() as signals:
        for number in range(100):
            await signals.send("a", beacon(str(number)))


@NOT_IN_MEMORY
async def test_what_a_listener_raises_harms_neither_other_listeners_nor_the_sender(ground: Ground) -> None:
    heard: list[Beacon] = []
    async with ground.signals() as signals:
        signals.listen(fails)
        signals.listen(heard.append)
        await ready(signals)
        await signals.send("a", beacon("first"))
        await has(heard, 1)
        signals.listen(fails)
        await signals.send("a", beacon("second"))
        await has(heard, 2)

    assert gateways(heard) == ["first", "second"]


@NOT_IN_MEMORY
async def test_a_new_replica_hears_signals_from_one_lease_ago_on(ground: Ground) -> None:
    witnessed: list[Beacon] = []
    heard: list[Beacon] = []
    async with ground.signals() as sender, ground.signals() as witness:
        witness.listen(witnessed.append)
        await ready(witness)
        await say(sender, "too old", witnessed)
        await ground.pass_time(LEASE_S + 5)
        await say(sender, "within the lease", witnessed)
        await ground.pass_time(LEASE_S - 5)
        async with ground.signals() as hearer:
            hearer.listen(heard.append)
            await has(heard, 1)
            await sender.send("a", beacon("now"))
            await has(heard, 2)

    assert gateways(heard) == ["within the lease", "now"]


async def say(sender: Signals, gateway: str, witnessed: list[Beacon]) -> None:
    """Sends a signal, and returns when it was heard."""
    before = len(witnessed)
    await sender.send("a", beacon(gateway))
    await has(witnessed, before + 1)


PROMISES: list[Promise] = [found for name, found in list(globals().items()) if name.startswith("test_")]
FAULTS: dict[Promise, set[str]] = {
    test_a_listener_that_raises_harms_no_other: {"a listener failed"},
    test_what_a_listener_raises_harms_neither_other_listeners_nor_the_sender: {"a listener failed"},
    test_a_record_that_nobody_can_read_is_passed_over: {"a record that nobody can read"},
}
"""What harms no listener is told to the run's judge nonetheless."""


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__.removeprefix("test_"))
def test_the_simulations_twins_keep_it_in_all_their_moods(promise: Promise) -> None:
    for seed in range(count(400)):
        assert faults_of(promise, seed) == FAULTS.get(promise, set()), f"seed {seed}"


def test_the_simulations_lease_is_the_real_one() -> None:
    assert SIMULATED_LEASE_S == LEASE_S
