"""PostgreSQL crashes while consumers are at work: rows and positions go back together, and what is appended stays."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack

import psycopg
import pytest

from contracts.conversation import MessagePosted
from contracts.ids import derived_id
from contracts.states import AgentRow
from services.chassis.consumer import BatchLoop, consuming
from services.cli.infrastructure.local import LocalServers
from tests.integration.sample_ground import SERVICE, Ground, ground
from tests.integration.test_rebuild_schemas import AGENTS_MODEL
from tests.proof import count
from tests.sample_inbox import MODEL, T0, WORKSPACE, Written, conversation
from tests.sample_reaction import REACTION
from tests.waiting import eventually

pytestmark = [pytest.mark.real, pytest.mark.fault]

LENGTH, CONVERSATIONS, CRASHES = 8, 150, 60
PREVIOUS = "SELECT stream_id, version, event_id FROM log.events"


def is_message(event: Written) -> bool:
    """Whether it is one that the reaction answers."""
    return dict(event.headers)["ce_type"] == MessagePosted.TYPE.encode()


async def moved(on: Ground, consumers: Sequence[str], share: float, of: int) -> None:
    """Returns when all consumers are through so much of what was written."""

    async def all_are() -> bool:
        reached = [sum((await on.positions(consumer)).values()) for consumer in consumers]
        return min(reached) > of * share

    await eventually(all_are, within_s=120, what="some of the log is consumed")


async def crash(lab: LocalServers, on: Ground, stack: AsyncExitStack) -> None:
    """Ends PostgreSQL where it is and starts it again; whoever asks gets another connection."""
    await asyncio.to_thread(lab.crash_postgres)
    await asyncio.to_thread(lab.start_postgres)
    told = on.owner.info
    on.owner = await stack.enter_async_context(
        await psycopg.AsyncConnection.connect(told.dsn, password=told.password, autocommit=True)
    )


async def test_no_event_is_lost_and_nothing_done_twice(lab: LocalServers, unique: str) -> None:
    crashes = max(2, count(CRASHES) // 10)
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
            for place in range(crashes):
                await on.write(more())
                await moved(on, [MODEL.name, REACTION.name], (place + 0.5) / (place + 1), len(log))
                answered |= set(await on.ask(PREVIOUS))
                await crash(lab, on, stack)
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


async def test_no_row_of_a_state_topic_is_passed_over(lab: LocalServers, unique: str) -> None:
    crashes, agents = max(2, count(CRASHES) // 10), 2_000
    async with ground(lab.servers, unique, AGENTS_MODEL) as on, AsyncExitStack() as stack:
        async with consuming(on.kafka, [on.loop()]):
            for place in range(crashes):
                first = place * agents
                await on.write(told(number) for number in range(first, first + agents))
                await moved(on, [AGENTS_MODEL.name], (place + 0.3) / (place + 1), first + agents)
                await crash(lab, on, stack)
            await on.caught_up()

        assert await on.ask("SELECT count(*) FROM sample_agents.agents") == [(crashes * agents,)]


def told(number: int) -> Written:
    """The row of some agent, as others subscribe to it."""
    row = AgentRow(
        workspace_id=WORKSPACE,
        generation=1,
        version=1,
        agent_id=derived_id("agent", number),
        name="Ann",
        online=True,
        changed_at=T0,
    )
    return Written(row.agent_id, 1, row.model_dump_json().encode(), [])
