"""Every read model of every service, rebuilt while people chat: equal to the live one, and no reader sees an error."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial

import pytest

from services.cli.catalogue import SERVICES
from services.cli.demo.clients import Agent
from services.cli.demo.story import Story
from tests.e2e.rebuilding import Rebuilder
from tests.e2e.system import System
from tests.waiting import eventually

MODELS = [(service.name, model) for service in SERVICES.values() for model in service.models]
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
