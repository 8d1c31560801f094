"""Rebuilds by newer code, with other tables and folds, and of models of state topics."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Integer, Text

from contracts.envelope import Recorded
from contracts.ids import derived_id
from contracts.personal import ClearKeyring
from contracts.states import AgentRow, StateRow
from contracts.topics import AGENTS_STATE, INBOX_STATE
from services.chassis import schemas
from services.chassis.consumer import consuming
from services.chassis.models import Changed, Key, ReadModel, Rows, StateTopic, table
from services.chassis.ports import Row
from services.chassis.rebuild import (
    renew_models,
)
from services.cli.infrastructure import Servers
from tests.integration.sample_ground import Ground, again_and_again, ground, service_of
from tests.sample_inbox import (
    CONVERSATIONS,
    COUNTS,
    MODEL,
    OTHER_WORKSPACE,
    PUBLISHING,
    T0,
    WORKSPACE,
    Written,
    conversation,
    project,
    side_by_side,
    state_row,
    touches,
)
from tests.waiting import eventually

pytestmark = pytest.mark.real

LENGTH = 8


@pytest.fixture
async def on(infrastructure: Servers, unique: str) -> AsyncIterator[Ground]:
    async with ground(infrastructure, unique, PUBLISHING) as made:
        yield made


WIDER = table(
    "sample_inbox",
    "conversations",
    *(Column(c.name, BigInteger if c.name == "messages" else c.type) for c in CONVERSATIONS.columns[1:]),
    Column("words", Integer),
    key=("conversation_id",),
)


def touches_wider(recorded: Recorded) -> Iterable[Key]:
    return [(WIDER, key) for _, key in touches(recorded)]


def project_wider(rows: Rows, recorded: Recorded) -> None:
    """The fold of newer code: another column, and no more trouble with a certain text."""
    (place,) = touches(recorded)
    before = rows.get(WIDER, *place[1])
    narrow = Rows({place: before and {column.name: before[column.name] for column in CONVERSATIONS.columns}})
    event: Any = recorded.event
    text = getattr(event, "text", "")
    tame = replace(recorded, event=event.model_copy(update={"text": "tame"})) if text else recorded
    project(narrow, tame)
    rows.put(
        WIDER, **narrow.changed[place] or {}, words=(before["words"] if before else 0) + len(text.split())
    )


NEWER = replace(
    MODEL, schema=2, tables=(WIDER, COUNTS), touches=touches_wider, project=project_wider, publishes=None
)


async def test_newer_code_rebuilds_what_older_code_left_while_it_is_read(on: Ground) -> None:
    poisoned = list(conversation(1, LENGTH, poison_at=4))
    await on.folded([*side_by_side(range(2, 40)), *poisoned])
    assert await on.ask("SELECT count(*) FROM log.parked") == [(LENGTH - 3,)]
    old = on.loop()

    async def read() -> None:
        found = await on.reader.find(OTHER_WORKSPACE, CONVERSATIONS, {}, ["conversation_id"], limit=5)
        assert [type(row["messages"]) for row in found] == [int] * 5

    async with consuming(on.kafka, [old]), again_and_again(read) as counts:
        (run,) = await renew_models(service_of(NEWER), on.kafka, on.urls, ClearKeyring())
        await on.write(conversation(50, LENGTH))

        async def stopped() -> bool:
            return "has schema 2 in the database; this process has schema 1" in (old.progress.retrying or "")

        await eventually(stopped)
        assert counts[0] > 0
    async with consuming(on.kafka, [on.loop(NEWER)]):
        await on.caught_up()

    assert run.generation == 2
    assert await on.ask("SELECT count(*) FROM log.parked") == [(0,)]
    assert await on.ask("SELECT count(*), sum(words)::int FROM sample_inbox.conversations") == [
        (40, 40 * 2 * (LENGTH - 3) - 1)
    ]
    assert await renew_models(service_of(NEWER), on.kafka, on.urls, ClearKeyring()) == []
    assert await renew_models(service_of(MODEL), on.kafka, on.urls, ClearKeyring()) == []


async def test_a_schema_that_changed_publishes_everything(
    on: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "PAGE_ROWS", 2)
    await on.folded(side_by_side(range(1, 4)), MODEL)
    assert await on.ask("SELECT count(*) FROM log.state_outbox") == [(0,)]

    run = await on.rebuilt(replace(PUBLISHING, schema=2))

    told = await on.ask("SELECT key FROM log.state_outbox ORDER BY key")
    assert [key for (key,) in told] == sorted(derived_id("conversation", number) for number in range(1, 4))
    assert run.published == 3


def worded_row(row: Row, generation: int) -> tuple[str, StateRow]:
    """The public row of newer code, which has nothing to say of a row without words."""
    assert row["words"] >= 0
    return state_row(row, generation)


async def test_a_published_row_may_get_a_column_that_older_rows_lack(on: Ground) -> None:
    await on.folded(side_by_side(range(1, 4)), PUBLISHING)
    newer = replace(NEWER, publishes=StateTopic(INBOX_STATE, WIDER, worded_row))

    (run,) = await renew_models(service_of(newer), on.kafka, on.urls, ClearKeyring())

    assert run.published == 3


AGENTS = table("sample_agents", "agents", Column("agent_id", Text), Column("name", Text), key=("agent_id",))


def remember(rows: Rows, changed: Changed) -> None:
    if isinstance(changed.row, AgentRow):
        rows.put(AGENTS, workspace_id=WORKSPACE, agent_id=changed.key, name=changed.row.name)
    else:
        rows.remove(AGENTS, WORKSPACE, changed.key)


AGENTS_MODEL = ReadModel(
    name="sample_agents",
    schema=1,
    source=AGENTS_STATE,
    tables=(AGENTS,),
    touches=lambda _: (),
    project=remember,
    state_row=AgentRow,
)


async def test_a_model_of_a_state_topic_is_rebuilt_from_what_is_left_of_it(
    infrastructure: Servers, unique: str
) -> None:
    agents = [derived_id("agent", number) for number in range(20)]

    def told(agent: str, generation: int, version: int) -> Written:
        row = AgentRow(
            workspace_id=WORKSPACE,
            generation=generation,
            version=version,
            agent_id=agent,
            name=f"{generation}.{version}",
            online=True,
            changed_at=T0,
        )
        return Written(agent, version, row.model_dump_json().encode(), [])

    async with ground(infrastructure, unique, AGENTS_MODEL) as on:
        log = [
            told(agent, generation, version)
            for generation, version in [(1, 9), (2, 1), (1, 10)]
            for agent in agents
        ]
        log += [Written(agent, 0, None, []) for agent in agents[:5]]
        await on.folded(log, AGENTS_MODEL)
        live = await on.hash()

        run = await on.rebuilt(AGENTS_MODEL)

        assert (run.records, await on.hash()) == (65, live)
        names = await on.ask("SELECT agent_id, name FROM sample_agents.agents")
        assert dict(names) == dict.fromkeys(agents[5:], "2.1")
