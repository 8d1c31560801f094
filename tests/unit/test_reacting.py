"""Several orders from one event: each is carried out once, also where the list is another one the second time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from contracts.envelope import Recorded
from contracts.ids import derived_id
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.kafka import KafkaSettings
from services.chassis.memory_rows import MemoryRows
from services.chassis.ports import Ports
from services.chassis.progress import AGES_LOOKED_AT, BEHIND_MIN
from services.chassis.reactor import Reacting, reaction_loop
from services.chassis.records import read_events
from services.chassis.service import Order, Reaction
from tests.sample_inbox import records, said, written
from tests.unit.renaming import DECIDER, World

MINUTE_S = int(AGES_LOOKED_AT.total_seconds())
(TOLD,) = records([written(derived_id("conversation", 1), 1, said(derived_id("conversation", 1), "go"))])


async def react(world: World, rows: MemoryRows, *orders: Order) -> None:
    """Hands the one event over, to a reaction that gives these orders now, as often as it is called."""

    async def given(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
        return orders

    reaction = Reaction("sample", CONVERSATION_EVENTS, given)
    rows.offsets.clear()
    await Reacting(reaction, TOLD.topic, rows, world.ports).handle({TOLD.partition: [TOLD]})


def order(name: str, about: str = "") -> Order:
    """Names the playbook that is called after the name."""
    return Order(DECIDER, f"playbook-{name}", name, about=about)


async def test_an_order_is_carried_out_though_those_before_it_are_no_longer_given() -> None:
    world, rows = World(), MemoryRows()
    await react(world, rows, order("one", "1"))  # Killed after the first of two.

    await react(world, rows, order("two", "2"))

    assert {name: len(events) for name, events in world.store.streams.items()} == {
        "playbook-one": 1,
        "playbook-two": 1,
    }


async def test_an_order_that_is_given_again_in_another_place_has_its_first_answer() -> None:
    world, rows = World(), MemoryRows()
    await react(world, rows, order("one", "1"), order("two", "2"))

    await react(world, rows, Order(DECIDER, "playbook-two", "two again", about="2"))

    assert world.events == 2


async def test_orders_that_are_not_told_apart_are_not_carried_out() -> None:
    world, rows = World(), MemoryRows()

    await react(world, rows, order("one"), order("two"))

    assert world.events == 0
    assert [parked.reason.partition(" at ")[0] for parked in rows.parked.values()] == ["ValueError"]


async def test_the_age_of_what_is_reacted_to_is_told() -> None:
    world = World()
    (recorded,) = await read_events([TOLD], world.ports.keyring)
    assert isinstance(recorded, Recorded)

    await react(world, MemoryRows(), order("one"))

    age_s = (world.ports.clock.now() - recorded.event.at).total_seconds()
    labels = {"service": world.ports.service, "consumer": "sample"}
    assert REGISTRY.get_sample_value("livechat_youngest_event_age_seconds", labels) == age_s


@pytest.mark.parametrize(("lag", "told"), [(0, ["clocks_may_differ"]), (BEHIND_MIN, [])])
async def test_a_reaction_knows_from_its_loop_whether_it_is_behind(lag: int, told: list[str]) -> None:
    world, rows, conversation = World(), MemoryRows(), derived_id("conversation", 1)
    spoken = [written(conversation, n, said(conversation, "go", n * MINUTE_S)) for n in (1, 2, 3)]

    async def silent(recorded: Recorded, ports: Ports, now: datetime) -> Sequence[Order]:
        return ()

    reaction = Reaction("sample", CONVERSATION_EVENTS, silent)
    loop = reaction_loop(KafkaSettings(kafka="unused"), reaction, rows, world.ports)
    loop.progress.measured(lag)

    with capture_logs() as logs:
        for record in records(spoken):
            await loop.handler.handle({record.partition: [record]})
            world.clock.move(timedelta(seconds=MINUTE_S))

    assert [line["event"] for line in logs] == told
