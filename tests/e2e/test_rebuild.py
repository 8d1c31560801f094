"""Every read model of every service, rebuilt while people chat: equal to the live one, and no reader sees an error."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial

import psycopg
import pytest
from aiokafka import TopicPartition

from contracts.personal import ClearKeyring
from contracts.topics import PARTITIONS
from services.chassis.kafka import KafkaSettings, reading
from services.chassis.migrate import DatabaseUrls
from services.chassis.models import ReadModel
from services.chassis.rebuild import rebuild
from services.chassis.schemas import hash_of_model
from services.cli.catalogue import SERVICES
from services.cli.demo.clients import Agent
from services.cli.demo.story import Story
from tests.e2e.system import System
from tests.waiting import eventually

MODELS = [(service.name, model) for service in SERVICES.values() for model in service.models]
_FOLDED = """SELECT coalesce(sum(next_offset), 0)::bigint FROM log.consumer_offsets
    WHERE consumer = %s AND topic = %s"""
Condition = Callable[[], Awaitable[bool]]
READS = (
    "gateway/folders",
    "gateway/folders/unassigned",
    "gateway/folders/mine",
    "gateway/folders/closed",
    "gateway/agents",
    "conversation/blocked",
    "presence/agents",
    "playbook/playbooks",
    "crm/leads",
    "crm/deals",
    "crm/activities",
    "crm/persons",
    "crm/organizations",
)


class Rebuilder:
    """Rebuilds and hashes models of a running system."""

    def __init__(self, system: System) -> None:
        self._variables = system.variables
        self._kafka = KafkaSettings(kafka=system.kafka, topic_prefix=system.prefix)

    def urls(self, service: str) -> DatabaseUrls:
        """How a service's database is reached."""
        name = f"LIVECHAT_{service.upper()}"
        return DatabaseUrls(self._variables[f"{name}_DATABASE"], self._variables[f"{name}_WORKER_DATABASE"])

    async def rebuild(self, service: str, model: ReadModel) -> None:
        """As `livechat rebuild` does."""
        await rebuild(service, model, self._kafka, self.urls(service), ClearKeyring())

    async def end(self, model: ReadModel) -> int:
        """How many records the model's topic has had."""
        topic = self._kafka.naming.of(model.source)
        async with reading(self._kafka) as consumer:
            ends = await consumer.end_offsets([TopicPartition(topic, number) for number in range(PARTITIONS)])
        return int(sum(ends.values()))

    async def folded(self, service: str, model: ReadModel) -> int:
        """How many of them the live model has folded."""
        topic = self._kafka.naming.of(model.source)
        async with await psycopg.AsyncConnection.connect(
            self.urls(service).worker, autocommit=True
        ) as connection:
            row = await (await connection.execute(_FOLDED, (model.name, topic))).fetchone()
        assert row is not None
        return int(row[0])

    async def compared(self, service: str, model: ReadModel) -> tuple[str, str] | None:
        """The hashes of the live model and of the rebuilt one; None where a record came meanwhile."""
        end = await self.end(model)
        if await self.folded(service, model) != end:
            return None
        live = await self.hash(service, model)
        await self.rebuild(service, model)
        rebuilt = await self.hash(service, model)
        return (live, rebuilt) if await self.folded(service, model) == await self.end(model) == end else None

    async def hash(self, service: str, model: ReadModel) -> str:
        """Over all rows of the live model."""
        async with await psycopg.AsyncConnection.connect(
            self.urls(service).worker, autocommit=True
        ) as connection:
            return await hash_of_model(connection, model, model.name)


@pytest.mark.real
async def test_every_model_can_be_rebuilt_while_people_chat(system: System) -> None:
    rebuilder, link = Rebuilder(system), system.new_workspace("Rebuilt", "rebuilt@example.com")
    reads = 0

    async def read(agent: Agent) -> None:
        nonlocal reads
        while True:
            for path in READS:
                await agent.get(path)  # Raises for anything but success.
                reads += 1

    async with AsyncExitStack() as stack:
        story = await stack.enter_async_context(Story(system.bases, link, lambda _: None))
        chatting = asyncio.create_task(story.run())
        await eventually(_joined(story), within_s=60)
        reader = asyncio.create_task(read(story.ana))
        rounds = 0
        while not chatting.done():
            for service, model in MODELS:
                await rebuilder.rebuild(service, model)
            rounds += 1
        await chatting
        assert not reader.done() or not reader.exception(), reader.exception()
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader

        assert rounds >= 1
        assert reads > len(READS)

        # A second story, folded by the live models alone; each is then rebuilt once, and the two must be equal.
        second = await stack.enter_async_context(
            Story(system.bases, system.new_workspace("Folded", "folded@example.com"), lambda _: None)
        )
        await second.run()
        for service, model in MODELS:
            hashes = await eventually(
                partial(rebuilder.compared, service, model), within_s=60, what=model.name
            )
            assert hashes is not None
            live, rebuilt = hashes
            assert rebuilt == live, f"{service} {model.name}"


def _joined(story: Story) -> Condition:
    async def joined() -> bool:
        return bool(getattr(story, "ana", None) and story.ana.workspace_id)

    return joined
