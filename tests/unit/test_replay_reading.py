"""What the replay client hands out of what a broker holds: each version once, in order, or a gap by name."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka.structs import ConsumerRecord, TopicPartition
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Malformed, Metadata, Recorded, headers_of
from contracts.ids import derived_id
from contracts.personal import encode
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.replay import Gap, Replay
from contracts.topics import PRESENCE_EVENTS, Naming

T0, AGENT = datetime(2030, 1, 1, tzinfo=UTC), derived_id("agent")
TOLD = Metadata("workspace", "command", "correlation", "causation", "service:test")
Held = Sequence[tuple[str, int]]


class HeldTopic:
    """A consumer of one topic that is held in memory, all of it in partition 0."""

    def __init__(self, held: Held, broken: Mapping[int, Any] | None = None) -> None:
        self._records = [_record(at, *of, **(broken or {}).get(at, {})) for at, of in enumerate(held)]
        self._at: dict[TopicPartition, int] = {}

    def assign(self, parts: Sequence[TopicPartition]) -> None:
        self._at = dict.fromkeys(parts, 0)

    def seek(self, part: TopicPartition, offset: int) -> None:
        self._at[part] = offset

    async def end_offsets(self, parts: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {part: 0 if part.partition else len(self._records) for part in parts}

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[ConsumerRecord]]:
        part = next(part for part in self._at if part.partition == 0)
        found = self._records[self._at[part] :][: min(max_records, 3)]
        self._at[part] += len(found)
        return {part: found} if found else {}


def _record(offset: int, stream: str, version: int, **broken: Any) -> ConsumerRecord:
    event = (
        AgentWentOnline(at=T0, agent_id=AGENT, name="Ann", tab="1")
        if version % 2
        else AgentWentOffline(at=T0, agent_id=AGENT, reason="switched")
    )
    headers = headers_of(
        event_id=f"{stream}/{version}",
        type_=event.TYPE,
        stream=stream,
        version=version,
        at=T0,
        metadata=TOLD,
        hash_=b"",
    )
    shape: dict[str, Any] = {"value": encode(event), "headers": tuple(headers)} | broken
    name = PRESENCE_EVENTS.name
    return ConsumerRecord(
        name, 0, offset, 0, 0, stream.encode(), shape["value"], None, 0, 0, shape["headers"]
    )


def replay_of(held: Held, cursor: Path | None = None, epoch: int = 1, **more: Any) -> Replay:
    """A replay client before this topic, as after its start."""
    broken = more.pop("broken", None)
    replay = Replay("nowhere", Naming(epoch=epoch), cursor, **more)
    replay._load()
    replay._consumer = HeldTopic(held, broken)
    return replay


async def read(replay: Replay, at_most: int = 1_000, **how: Any) -> list[tuple[str, int]]:
    found: list[Recorded] = []
    events = replay.events([PRESENCE_EVENTS], stop_at_end=True, **how)
    async for recorded in events:
        found.append(recorded)
        if len(found) >= at_most:
            break
    await events.aclose()  # type: ignore[attr-defined]
    return [(recorded.stream, recorded.version) for recorded in found]


@given(st.data())
@settings(deadline=None)
def test_whatever_was_repeated_each_version_comes_once_and_in_order(data: st.DataObject) -> None:
    held: list[tuple[str, int]] = []
    for stream, version in [("a", 1), ("b", 1), ("a", 2), ("a", 3), ("b", 2), ("b", 3)]:
        held.append((stream, version))
        held += data.draw(st.lists(st.sampled_from(held), max_size=3))

    found = asyncio.run(read(replay_of(held)))

    assert sorted(found) == [(stream, version) for stream in "ab" for version in (1, 2, 3)]
    assert [of for of in found if of[0] == "a"] == [("a", 1), ("a", 2), ("a", 3)]


async def test_a_version_that_is_missing_is_named() -> None:
    with pytest.raises(Gap, match="a: version 3 came after 1"):
        await read(replay_of([("a", 1), ("a", 3)]))
    with pytest.raises(Gap, match="a: version 2 came after 0"):
        await read(replay_of([("a", 2)]))


async def test_after_a_start_in_the_middle_the_first_version_is_taken_as_it_is() -> None:
    since = {(PRESENCE_EVENTS.name, 0): 2}

    assert await read(replay_of([("a", 1), ("a", 2), ("a", 3), ("b", 1)]), since=since) == [
        ("a", 3),
        ("b", 1),
    ]
    with pytest.raises(Gap, match="a: version 5 came after 3"):
        await read(replay_of([("a", 1), ("a", 2), ("a", 3), ("a", 5)]), since=since)


@pytest.mark.parametrize("wanted", [AgentWentOffline, AgentWentOffline.TYPE])
async def test_types_choose_what_comes_and_the_rest_is_counted_all_the_same(wanted: Any) -> None:
    held = [("a", 1), ("a", 2), ("a", 3), ("a", 4)]

    assert await read(replay_of(held), types={wanted}) == [("a", 2), ("a", 4)]
    with pytest.raises(Gap):
        await read(replay_of([*held, ("a", 6)]), types={wanted})


async def test_who_stops_in_the_middle_goes_on_with_the_next_event(tmp_path: Path) -> None:
    held = [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), ("a", 4)]
    replay = replay_of(held, tmp_path / "cursor")

    first = await read(replay, at_most=2)
    second = await read(replay, at_most=2)
    replay.save()
    third = await read(replay_of(held, tmp_path / "cursor"))

    assert first + second + third == held


@pytest.mark.parametrize("at_most", range(1, 6))
async def test_a_saved_cursor_repeats_and_skips_nothing_of_chosen_types(tmp_path: Path, at_most: int) -> None:
    held = [("a", version) for version in range(1, 13)]
    replay = replay_of(held, tmp_path / "cursor")

    before = await read(replay, at_most=at_most, types={AgentWentOffline})
    replay.save()
    after = await read(replay_of(held, tmp_path / "cursor"), types={AgentWentOffline})

    assert before + after == [("a", version) for version in range(2, 13, 2)]


async def test_in_another_epoch_what_was_read_is_dropped_by_its_version(tmp_path: Path) -> None:
    replay = replay_of([("a", 1), ("b", 1), ("a", 2)], tmp_path / "cursor")
    await read(replay)
    replay.save()

    again = [("b", 1), ("a", 1), ("a", 2), ("a", 3)]
    assert await read(replay_of(again, tmp_path / "cursor", epoch=2)) == [("a", 3)]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"value": b"{}"}, "agent_id: Field required"),
        ({"value": None}, "this record has none"),
        ({"headers": ()}, "header 'ce_id' is missing"),
        ({"headers": (("ce_id", None),)}, "a header cannot be read"),
    ],
)
async def test_a_record_that_is_no_event_stops_the_reading_or_is_handed_over(
    broken: dict[str, Any], why: str
) -> None:
    held, handed = [("a", 1), ("b", 1), ("a", 2)], list[tuple[int, str]]()

    with pytest.raises(Malformed, match=rf"presence.events.v1\[0\]@1: .*{why}"):
        await read(replay_of(held, broken={1: broken}))
    rest = replay_of(
        held, broken={1: broken}, unreadable=lambda record, error: handed.append((record.offset, str(error)))
    )
    assert await read(rest) == [("a", 1), ("a", 2)]
    assert [offset for offset, _ in handed] == [1]
    assert why in handed[0][1]
