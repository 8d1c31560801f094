"""The line of those who wait: in order, kept current, read seldom however many wait, and the same on every replica."""

import asyncio
from collections.abc import Iterator

import pytest

from contracts.ids import derived_id
from contracts.topics import INBOX_STATE
from services.chassis.models import Changed
from services.chassis.ports import Row
from services.gateway import queries
from services.gateway.sockets import waiting
from services.gateway.sockets.hub import Hub
from tests.unit.gateway.examples import (
    ADA,
    ELSEWHERE,
    WORKSPACE,
    after,
)
from tests.unit.gateway.line import Line, Panel
from tests.unit.gateway.replica import Replica
from tests.waiting import eventually

LINE = [derived_id("waits", number) for number in range(3)]
TAKEN: Row = {"holder_id": ADA, "holder_name": "Ada"}
MANY = 500


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUEUE_EVERY_S", 0.01)


@pytest.fixture
def line(replica: Replica) -> Iterator[Line]:
    line = Line(replica)
    yield line
    line.leave()
    assert not line.hub.queues._queues
    assert not line.hub.queues._readings


async def three(line: Line) -> None:
    """Three wait and know where they stand; the last to be heard of has been there longest."""
    for seconds, conversation_id in ((2, LINE[2]), (1, LINE[1]), (0, LINE[0])):
        line.row(conversation_id, seconds)
    for conversation_id in LINE:
        line.join(conversation_id)
    await line.told([1], [2], [3])


async def test_they_stand_in_the_order_in_which_they_began(line: Line) -> None:
    await three(line)


async def test_of_two_who_began_at_once_the_ids_decide(line: Line) -> None:
    first, second = sorted(LINE[:2])
    for conversation_id in (second, first):
        line.row(conversation_id)
        line.join(conversation_id)

    await line.told([2], [1])


@pytest.mark.parametrize("over", [TAKEN, {"missed": True}, {"status": "closed"}])
async def test_whoever_is_taken_missed_or_closed_lets_the_others_move_up(line: Line, over: Row) -> None:
    await three(line)

    line.row(LINE[0], 0, **over)
    await line.told([1], [2, 1], [3, 2])
    line.row(LINE[2], 2, **over)
    await line.at_rest()
    await line.told([1], [2, 1], [3, 2])


async def test_whose_agent_was_removed_waits_behind_those_who_have_waited_longer(line: Line) -> None:
    await three(line)
    line.row(LINE[0], 0, **TAKEN)
    await line.told([1], [2, 1], [3, 2])

    line.row(LINE[0], 0, waiting_since=after(840), answer_by=after(900), changed_at=after(840))
    await line.told([1, 3], [2, 1], [3, 2])
    line.row(LINE[1], 1, **TAKEN)
    await line.told([1, 3, 2], [2, 1], [3, 2, 1])
    line.row(LINE[1], 1, waiting_since=after(841), answer_by=after(901), changed_at=after(841))

    await line.told([1, 3, 2], [2, 1, 3], [3, 2, 1])


async def test_a_row_that_was_removed_counts_no_more(line: Line) -> None:
    await three(line)

    line.replica.topics.publish(INBOX_STATE, LINE[0], Changed(LINE[0], None))

    await line.told([1], [2, 1], [3, 2])


async def test_other_workspaces_have_lines_of_their_own(line: Line) -> None:
    await three(line)
    readings = line.readings
    for number in range(3):
        line.row(derived_id("elsewhere", number), -60, workspace_id=ELSEWHERE)
    await line.at_rest()
    assert line.readings == readings

    line.join(derived_id("elsewhere", 2), ELSEWHERE)

    ids = sorted(derived_id("elsewhere", number) for number in range(3))
    await line.told([1], [2], [3], [ids.index(derived_id("elsewhere", 2)) + 1])


async def test_rows_that_move_nobody_are_not_even_read(line: Line) -> None:
    await three(line)
    readings = line.readings

    for _ in range(100):
        line.row(LINE[1], 1, last_by="visitor", unread=1)
        line.row(derived_id("held"), -60, **TAKEN)
        line.row(derived_id("missed"), -60, missed=True)
    await line.at_rest()

    assert line.readings == readings
    await line.told([1], [2], [3])


async def test_what_many_rows_cost_depends_on_neither_rows_nor_sockets(line: Line) -> None:
    ids = [derived_id("waits", number) for number in range(MANY)]
    for number, conversation_id in enumerate(ids):
        line.row(conversation_id, number)
        line.join(conversation_id)
    await line.told(*([number] for number in range(1, MANY + 1)))
    readings = line.readings

    for number, conversation_id in enumerate(ids[: MANY // 2]):
        line.row(conversation_id, number, **TAKEN)
    half = [[number] for number in range(1, MANY // 2 + 1)]
    await line.told(*half, *([number + MANY // 2, number] for number in range(1, MANY // 2 + 1)))

    assert line.readings - readings == 1


async def test_nobody_is_told_more_often_than_once_in_a_while(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three(line)
    slept, paused, go_on = list[float](), asyncio.Event(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        paused.set()
        await go_on.wait()

    monkeypatch.setattr(asyncio, "sleep", sleep)
    line.row(LINE[0], 0, **TAKEN)
    await paused.wait()
    line.row(LINE[1], 1, **TAKEN)
    monkeypatch.undo()

    assert [panel.told for panel in line.panels.values()] == [[1], [2, 1], [3, 2]]
    assert slept == [0.01]
    go_on.set()
    await line.told([1], [2, 1], [3, 2, 1])


async def test_whoever_is_too_far_behind_is_told_nothing_until_they_are_near(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "QUEUE_MAX", 2)
    for seconds, conversation_id in enumerate(LINE):
        line.row(conversation_id, seconds)
        line.join(conversation_id)
    await line.told([1], [2], [])

    line.row(LINE[1], 1, **TAKEN)

    await line.told([1], [2], [2])


async def test_nobody_is_told_by_a_read_model_that_is_behind(line: Line) -> None:
    await three(line)
    line.replica.models.held = True
    line.row(LINE[0], 0, **TAKEN)
    await line.behind(LINE[0])
    await line.told([1], [2], [3])

    line.replica.models.catch_up()

    await line.told([1], [2, 1], [3, 2])


async def test_who_comes_and_goes_while_the_line_is_read_is_counted_once_at_most(line: Line) -> None:
    await three(line)
    came = derived_id("came")

    def goes() -> None:
        line.meanwhile = lambda: None
        line.row(came, -60, **TAKEN)

    line.meanwhile = goes
    line.row(came, -60)

    await line.told([1, 2, 1], [2, 3, 2], [3, 4, 3])


async def test_rows_that_came_before_the_first_socket_are_waited_for(line: Line) -> None:
    line.row(LINE[1], 1)
    line.replica.models.held = True
    line.row(LINE[0], 0)
    line.join(LINE[1])
    await line.behind(LINE[0])

    line.replica.models.catch_up()

    await line.told([2])


async def test_a_database_that_was_away_is_asked_again(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    away = True

    async def reached(consumer: str, partition: int) -> int:
        nonlocal away
        if away:
            away = False
            raise ConnectionError("away")
        return 10**6

    monkeypatch.setattr(line.replica.models, "reached", reached)
    line.row(LINE[0], 0)
    line.join(LINE[0])

    await line.told([1])
    assert not away


async def test_two_replicas_tell_the_same_numbers(line: Line) -> None:
    other = Hub(line.replica.ports)
    await three(line)
    panel = Panel(line.replica, other)
    other.queues.join(WORKSPACE, LINE[2], panel)
    line.row(LINE[0], 0, **TAKEN)

    await line.told([1], [2, 1], [3, 2])

    async def same() -> bool:
        return panel.told[-1:] == [2]

    await eventually(same, within_s=10)
    other.queues.leave(WORKSPACE, LINE[2], panel)
