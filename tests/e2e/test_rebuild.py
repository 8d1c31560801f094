"""Every read model of every service, rebuilt while people chat: equal to the live one, and no reader sees an error."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial

import pytest

from services.cli.catalogue import SERVICES
from services.cli.demo.story import Story
from tests.e2e.rebuilding import Rebuilder
from tests.e2e.routes import LET_IN, Route, gets
from tests.e2e.stage import Stage
from tests.e2e.system import System
from tests.waiting import eventually

MODELS = [(service.name, model) for service in SERVICES.values() for model in service.models]
Condition = Callable[[], Awaitable[bool]]
FOLDERS = ("unassigned", "mine", "closed", "agent")
READERS = ("owner", "visitor")


class Reader:
    """Reads all that there is to read of a company, again and again. Raises AssertionError for an answer that is no
    success, or holds less than the first one did."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._first = stage, dict[str, int]()
        self.reads: Counter[str] = Counter()
        rebuilt = {service for service, _ in MODELS}
        self.routes = [
            (route, who)
            for route in gets()
            for who in READERS
            if route.service in rebuilt and who in LET_IN[route.access]
        ]

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            for route, who in self.routes:
                for folder in FOLDERS if "folder" in route.parameters else ("",):
                    await asyncio.to_thread(self._read, route, who, folder)

    def _read(self, route: Route, who: str, folder: str) -> None:
        ids = {**self._stage.ids, "folder": self._stage.ids.get(folder, folder)}
        answer = self._stage.http.get(route.url(**ids), headers=self._stage.headers(who))
        name = f"{route} {folder} by the {who}"
        assert answer.is_success, f"{name}: {answer.status_code} {answer.text}"
        if route.paged:
            count = len(answer.json()["items"])
            assert count >= self._first.setdefault(name, count), f"{name}: {answer.text}"
        self.reads[f"{route} by the {who}"] += 1


@pytest.mark.real
async def test_every_model_can_be_rebuilt_while_people_chat(system: System, stage: Stage) -> None:
    rebuilder, link = Rebuilder(system), system.new_workspace("Rebuilt", "rebuilt@example.com")
    reader = Reader(stage)

    async with AsyncExitStack() as stack:
        story = await stack.enter_async_context(Story(system.bases, link, lambda _: None))
        chatting = asyncio.create_task(story.run())
        await eventually(_joined(story), within_s=120)
        reading = asyncio.create_task(reader.run())
        rounds = 0
        while not chatting.done():
            for service, model in MODELS:
                await rebuilder.rebuild(service, model)
            rounds += 1
        await chatting
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading

        assert rounds >= 1
        assert min(reader.reads[f"{route} by the {who}"] for route, who in reader.routes) > 1

        # A second story, folded by the live models alone; each is then rebuilt once, and the two must be equal.
        second = await stack.enter_async_context(
            Story(system.bases, system.new_workspace("Folded", "folded@example.com"), lambda _: None)
        )
        await second.run()
        for service, model in MODELS:
            hashes = await eventually(
                partial(rebuilder.compared, service, model), within_s=120, what=model.name
            )
            assert hashes is not None
            live, rebuilt = hashes
            assert rebuilt == live, f"{service} {model.name}"


def _joined(story: Story) -> Condition:
    async def joined() -> bool:
        return bool(getattr(story, "ana", None) and story.ana.workspace_id)

    return joined
