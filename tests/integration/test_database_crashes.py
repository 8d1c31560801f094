"""PostgreSQL crashes while consumers are at work: rows and positions go back together, and what is appended stays."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack

import psycopg
import pytest

from contracts.conversation import MessagePosted
from services.chassis.consumer import BatchLoop, consuming
from services.cli.infrastructure.local import LocalServers
from tests.integration.sample_ground import SERVICE, Ground, ground
from tests.proof import count
from tests.sample_inbox import MODEL, Written, conversation
from tests.sample_reaction import REACTION
from tests.waiting import eventually

pytestmark = [pytest.mark.real, pytest.mark.fault]

LENGTH, CONVERSATIONS = 8, 150
PREVIOUS = "SELECT stream_id, version, event_id FROM log.events"


def is_message(event: Written) -> bool:
    """Whether it is one that the reaction answers."""
    return dict(event.headers)["ce_type"] == MessagePosted.TYPE.encode()


async def moved(on: Ground, share: float, of: int) -> None:
    """Returns when both consumers are through so much of what was written."""

    async def both() -> bool:
        reached = [sum((await on.positions(consumer)).values()) for consumer in (MODEL.name, REACTION.name)]
        return min(reached) > of * share

    await eventually(both, within_s=60, what="some of the log is consumed")


async def connect_again(on: Ground, stack: AsyncExitStack) -> None:
    """What asks, in place of the connection that the crash has ended."""
    told = on.owner.info
    on.owner = await stack.enter_async_context(
        await psycopg.AsyncConnection.connect(told.dsn, password=told.password, autocommit=True)
    )


async def test_nothing_is_lost_and_nothing_done_twice(lab: LocalServers, unique: str) -> None:
    crashes = max(2, count(60) // 10)
    log: list[Written] = []
    answered: set[tuple[object, ...]] = set()

    def more() -> Iterable[Written]:
        first = len(log) // LENGTH
        for number in range(first, first + CONVERSATIONS):
            log.extend(conversation(number, LENGTH))
        return log[first * LENGTH :]

    async with ground(lab.servers, unique, MODEL) as on, AsyncExitStack() as stack:
        reacting = BatchLoop(on.kafka, SERVICE, REACTION.name, REACTION.source, on.reacting(REACTION))
        async with consuming(on.kafka, [on.loop(), reacting]):
            for crash in range(crashes):
                await on.write(more())
                await moved(on, (crash + 0.5) / (crash + 1), len(log))
                answered |= set(await on.ask(PREVIOUS))
                await asyncio.to_thread(lab.crash_postgres)
                await asyncio.to_thread(lab.start_postgres)
                await connect_again(on, stack)
                assert answered <= set(await on.ask(PREVIOUS))
            await on.write(more())
            await on.caught_up()
            await on.caught_up(REACTION.name)

        assert await on.ask("SELECT sum(events)::int FROM sample_inbox.counts") == [(len(log),)]
        messages = sum(map(is_message, log))
        assert await on.ask("SELECT count(*), count(DISTINCT causation_id) FROM log.events") == [
            (messages, messages)
        ]
        assert await on.ask("SELECT count(*) FROM log.parked") == [(0,)]
