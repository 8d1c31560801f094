"""Turns: so many at once and no more, in order, and none is ever lost."""

import asyncio

from services.gateway.api.turns import Turns


class Work:
    """What is done in turns, for as long as the test wants."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.running: list[int] = []
        self.begun: list[int] = []
        self.ends = asyncio.Event()

    async def do(self, number: int) -> None:
        """Has a turn until `ends`."""
        async with self._turns.turn():
            self.begun.append(number)
            self.running.append(number)
            try:
                await self.ends.wait()
            finally:
                self.running.remove(number)


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_no_more_than_so_many_run_at_once_and_the_rest_follow_in_order() -> None:
    work = Work(Turns(3))
    async with asyncio.TaskGroup() as group:
        for number in range(7):
            group.create_task(work.do(number))
        await _settled()
        assert work.running == [0, 1, 2]
        work.ends.set()
    assert work.begun == list(range(7))


async def test_who_gives_up_waiting_or_working_keeps_no_turn() -> None:
    work = Work(Turns(1))
    first, second, third = (asyncio.create_task(work.do(number)) for number in range(3))
    await _settled()
    second.cancel()
    first.cancel()
    await _settled()
    assert work.running == [2]
    work.ends.set()
    await third


def test_turns_serve_one_loop_after_another() -> None:
    turns = Turns(1)

    async def crowd() -> list[int]:
        work = Work(turns)
        tasks = [asyncio.create_task(work.do(number)) for number in range(3)]
        await _settled()
        work.ends.set()
        await asyncio.gather(*tasks)
        return work.begun

    assert [asyncio.run(crowd()) for _ in range(2)] == [[0, 1, 2], [0, 1, 2]]
