"""What consumers are about: they pass over everything else in one step, and nothing that they would act on."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.conversation import Closed, ConversationStarted, MessagePosted
from contracts.ids import derived_id
from contracts.personal import ClearKeyring
from contracts.registry import EVENTS
from contracts.topics import CONVERSATION_EVENTS
from services.chassis.batches import Superseded
from services.chassis.memory_rows import MemoryRows
from services.chassis.models import ReadModel, Rows, concerning, types_of
from services.chassis.projector import Projection
from services.chassis.reactor import Reacting
from services.chassis.service import Reaction
from services.cli.catalogue import SERVICES
from tests.contracts.golden_files import read_golden
from tests.contracts.test_golden_events import FILES, recorded, stream_of
from tests.sample_inbox import CONVERSATIONS, MODEL, conversation, records
from tests.unit.renaming import World

GOLDEN = [recorded(read_golden(path)) for path in FILES]
CONSUMERS: list[ReadModel | Reaction] = []
for _service in SERVICES.values():
    CONSUMERS += [*_service.models, *_service.reactions]
CHOOSY = [consumer for consumer in CONSUMERS if consumer.about is not None]
SPARSE = replace(MODEL, about=(ConversationStarted, Closed), gapless=False)
TOPIC = CONVERSATION_EVENTS.name
LENGTH = 8


def log_of(number: int = 1) -> list[Any]:
    """A conversation's records; the first and the last are what SPARSE is about."""
    return records(list(conversation(number, LENGTH)), TOPIC)


def projection(rows: MemoryRows, model: ReadModel = SPARSE) -> Projection:
    return Projection("conversation", model, TOPIC, rows, ClearKeyring())


class Untouched:
    """Ports that nobody may use; what is only looked up is no use yet."""

    def __init__(self) -> None:
        self.own = defaultdict[str, object](object)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is used")


@pytest.mark.parametrize("consumer", CHOOSY, ids=lambda consumer: f"{consumer.source.owner}-{consumer.name}")
async def test_what_a_consumer_is_not_about_means_nothing_to_it(consumer: ReadModel | Reaction) -> None:
    assert consumer.about is not None
    about = {type_.decode() for type_ in types_of(consumer.about)}
    assert all(types_of((one,)) for one in consumer.about), "a class of which there is no event"
    assert {type_.partition(".")[0] for type_ in about} == {consumer.source.owner}
    deciders = SERVICES[consumer.source.owner].deciders
    for event in GOLDEN:
        if event.type in about or event.type.partition(".")[0] != consumer.source.owner:
            continue
        for told in (replace(event, stream=stream_of(decider.category, event)) for decider in deciders):
            if isinstance(consumer, Reaction):
                ports: Any = Untouched()
                assert not await consumer.react(told, ports, datetime(2027, 5, 4, tzinfo=UTC)), event.type
            else:
                rows = Rows(dict.fromkeys(consumer.touches(told)))
                consumer.project(rows, told)
                assert (rows.changed, rows.added) == ({}, {}), event.type


def test_a_record_that_does_not_tell_its_type_is_everybodys() -> None:
    first, second, *_ = log_of()
    untold = replace(second, headers=tuple(pair for pair in second.headers if pair[0] != "ce_type"))

    assert concerning([first, second, untold], (ConversationStarted,)) == [first, untold]
    assert concerning([first, second], None) == [first, second]
    assert (
        types_of((ConversationStarted,))
        == {ConversationStarted.TYPE.encode()}
        <= {t.encode() for t in EVENTS}
    )


async def test_a_model_folds_what_it_is_about_and_takes_no_gap_for_a_loss() -> None:
    rows, log = MemoryRows([SPARSE]), log_of()
    number = log[0].partition

    assert await projection(rows).handle({number: log}) == {number: LENGTH}
    assert await projection(rows).handle({number: log}) == {number: LENGTH}

    (row,) = (row for (of, _), row in rows.rows.items() if of is CONVERSATIONS)
    assert (row["version"], row["messages"], rows.parked) == (LENGTH, 0, {})
    assert set(rows.versions.values()) == {LENGTH}


async def test_an_event_of_a_type_of_tomorrow_is_no_loss() -> None:
    rows, log = MemoryRows([SPARSE]), log_of()[:3]
    number, gapless = (
        log[0].partition,
        replace(SPARSE, about=(ConversationStarted, MessagePosted), gapless=True),
    )
    tomorrow = {**dict(log[1].headers), "ce_type": b"conversation.sung.v1"}
    log[1] = replace(log[1], headers=tuple(tomorrow.items()))

    await projection(rows, gapless).handle({number: log})

    assert ([parked.reason for parked in rows.parked.values()], set(rows.versions.values())) == ([], {3})


async def test_a_model_that_is_about_whole_streams_takes_a_gap_for_a_loss() -> None:
    rows, log = MemoryRows([SPARSE]), log_of()

    await projection(rows, replace(SPARSE, gapless=True)).handle({log[0].partition: log})

    assert [parked.reason for parked in rows.parked.values()] == [f"gap: version {LENGTH} came after 1"]


async def test_what_is_not_for_a_model_is_passed_over_without_a_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows, log = MemoryRows([SPARSE]), log_of()
    number, handler = log[0].partition, projection(rows)
    await handler.handle({number: log[:1]})
    before = dict(rows.versions)
    monkeypatch.setattr(handler, "_handle", None)

    assert await handler.handle({number: log[1:4]}) == {number: 4}
    assert await handler.handle({number: log[4:-1]}) == {number: LENGTH - 1}

    assert rows.offsets == {(SPARSE.name, TOPIC, number): LENGTH - 1}
    assert rows.versions == before


@pytest.mark.parametrize("part", [slice(2, 5), slice(0, 5)], ids=["behind a hole", "handled before"])
async def test_positions_that_are_elsewhere_are_kept(part: slice) -> None:
    rows, log = MemoryRows([SPARSE]), log_of()
    number = log[0].partition
    await projection(rows).handle({number: log[: 1 if part.start else 6]})
    stands = dict(rows.offsets)

    after = await projection(rows).handle({number: log[part]})

    assert rows.offsets == stands
    assert list(after.values()) == list(stands.values())


async def test_another_schema_moves_nothing() -> None:
    rows, log = MemoryRows([SPARSE]), log_of()
    number = log[0].partition
    await projection(rows).handle({number: log[:1]})

    with pytest.raises(Superseded):
        await projection(rows, replace(SPARSE, schema=SPARSE.schema + 1)).handle({number: log[1:3]})

    assert rows.offsets == {(SPARSE.name, TOPIC, number): 1}


async def test_a_reaction_hears_of_what_it_is_about_alone() -> None:
    heard: list[str] = []

    async def react(told: Any, *_: Any) -> list[Any]:
        heard.append(told.type)
        return []

    world, rows, log = World(), MemoryRows(), log_of()
    reaction = Reaction("sample", CONVERSATION_EVENTS, react, (Closed,))
    number = log[0].partition
    reacting = Reacting(reaction, TOPIC, rows, world.ports)

    assert await reacting.handle({number: log[:3]}) == {number: 3}
    assert (heard, rows.offsets) == ([], {("sample", TOPIC, number): 3})
    assert await reacting.handle({number: log[3:]}) == {number: LENGTH}
    assert heard == [Closed.TYPE]


async def test_of_a_key_that_waits_only_what_a_consumer_is_about_waits() -> None:
    rows, log = MemoryRows([SPARSE]), log_of()
    number = log[0].partition
    broken = replace(log[0], value=b"{")

    await projection(rows).handle({number: [broken, *log[1:]]})

    assert [parked.offset for parked in rows.parked.values()] == [0, LENGTH - 1]
    assert derived_id("conversation", 1) in next(iter(rows.parked.values())).key
