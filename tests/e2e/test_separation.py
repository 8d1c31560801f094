"""A process, a database and two roles per service: the story works, and each can be away without the others."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial

import psycopg
import pytest

from contracts.gateway import AgentInvited
from contracts.playbook import PlaybookCreated
from contracts.presence import AgentWentOffline, AgentWentOnline
from services.cli.catalogue import SERVICES
from services.cli.demo.cast import PATIENCE_S
from services.cli.demo.clients import Agent
from services.cli.demo.screens import Screen
from services.cli.demo.show import demonstrate
from services.cli.infrastructure import Servers
from tests.e2e.company import Chat, Company
from tests.e2e.notices import all_decided, due, wrong_verdicts
from tests.e2e.routes import device_body
from tests.e2e.system import System, running
from tests.unique import unique_name
from tests.waiting import eventually

pytestmark = [pytest.mark.real, pytest.mark.fault]


@pytest.fixture(scope="module")
def separate(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A process per service."""
    folder = tmp_path_factory.mktemp("separate")
    with running(infrastructure, folder, unique_name("sep"), *SERVICES) as found:
        yield found


def test_no_service_can_read_the_log_of_another(separate: System) -> None:
    urls = {name: separate.variables[f"LIVECHAT_{name.upper()}_WORKER_DATABASE"] for name in SERVICES}

    for name, url in urls.items():
        for other in set(SERVICES) - {name}:
            database = urls[other].rpartition("/")[2]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                _read(url.rpartition("/")[0] + f"/{database}")


def _read(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT count(*) FROM log.events")


async def test_the_story_works_with_a_process_for_each_service(separate: System) -> None:
    link = separate.new_workspace()

    wrong = await demonstrate(separate.bases, link, separate.kafka, separate.naming, lambda _: None)

    assert wrong == []


async def test_while_a_service_is_away_the_others_work_and_it_catches_up(separate: System) -> None:
    async with Work(separate) as work:
        await work.begin()
        for away in reversed(SERVICES):
            status = await asyncio.to_thread(separate.stop, away)
            assert status == 0, f"{away} ended with {status}: {separate.log_of(away).read_text()[-2_000:]}"

            for name, command in work.commands.items():
                if name != away:
                    await command()
            catches_up = await work.meanwhile[away]()
            await asyncio.to_thread(separate.start, away)
            await catches_up()

        history = await work.at_rest()
    assert wrong_verdicts(history, work.devices) == []
    assert sorted(e.playbook_id for e in history.of(PlaybookCreated)) == sorted(work.playbooks)
    assert sorted(e.agent_id for e in history.of(AgentInvited)) == sorted(work.invited)
    switched = [e for e in history.of(AgentWentOnline, AgentWentOffline) if e.agent_id == work.cid.agent_id]
    assert len(switched) == work.switched


Step = Callable[[], Awaitable[None]]


class Work(Company):
    """What can be done in every service while one of them is away, and how that one shows that it has caught up."""

    async def begin(self) -> None:
        """A chat that Ana holds, another one that waits, and Cid, who goes on and off. Ana and Cid have a device each.
        Nobody asks a second time."""
        await self.open()
        (self.cid,) = await self.hire(1)
        self.devices = {who.agent_id: [await self._allow(who)] for who in (self.ana, self.cid)}
        self.talk, self.waiting = await self.chat(), await self.chat()
        await self.take(self.ana, self.talk)
        self.playbooks = [self.playbook, self.short]
        self.invited = [self.ana.agent_id, self.ben.agent_id, self.cid.agent_id]
        self.switched = 1
        for who in (self.ana, self.ben, self.cid, self.talk.visitor):
            who.attempts_max = 1
        self.commands: Mapping[str, Step] = {
            "playbook": self._make_a_playbook,
            "conversation": self._talk,
            "presence": self._switch,
            "crm": lambda: self.make_lead(self.ana, self.talk),
            "notifier": self._allow_a_device,
            "gateway": self._invite,
        }
        self.meanwhile: Mapping[str, Callable[[], Awaitable[Step]]] = {
            "playbook": self._without_playbook,
            "conversation": self._without_conversation,
            "presence": self._without_presence,
            "crm": self._without_crm,
            "notifier": self._without_notifier,
            "gateway": self._without_gateway,
        }

    async def _make_a_playbook(self) -> None:
        told = await self.ana.post("playbook/playbooks", {"name": "Another"})
        self.playbooks.append(told["ids"]["playbook_id"])

    async def _talk(self) -> None:
        await self.say(self.talk.visitor, self.talk, "Are you there?")
        await self.say(self.ana, self.talk, "I am.")

    async def _switch(self) -> None:
        await self.cid.post("presence/offline")
        await self.cid.post("presence/online", {"tab": "demo"})
        self.switched += 2

    async def _allow_a_device(self) -> None:
        assert await self._allow(self.cid) in self.devices[self.cid.agent_id]

    async def _allow(self, agent: Agent) -> str:
        """The agent's one device, allowed and listed."""
        told = await agent.post("notifier/devices", device_body(agent.agent_id))

        async def listed() -> bool:
            return bool((await agent.get("notifier/devices"))["items"])

        await eventually(listed, within_s=PATIENCE_S, what="the device")
        return str(told["ids"]["device_id"])

    async def _invite(self) -> None:
        body = {"email": f"{len(self.invited)}@example.com", "role": "agent"}
        self.invited.append((await self.ana.post("gateway/agents/invite", body))["agent_id"])

    async def _without_gateway(self) -> Step:
        """What was said meanwhile is on the screens once there is a gateway again."""
        said = len(self.told.messages[self.talk.conversation_id])

        async def shown() -> None:
            told = partial(_says, self.talk, said)
            await self.talk.panel.until(told, PATIENCE_S, "what was said meanwhile")

        return shown

    async def _without_notifier(self) -> Step:
        """What happens meanwhile is decided on later, for each device once; devices are where they were."""
        await self.say(self.talk.visitor, self.talk, "Does anybody hear me?")
        await self.chat()

        async def told() -> None:
            history = await all_decided(self._system, self.told.workspace_id, self.devices)
            assert len(dict(due(history))) >= 4  # Two chats at first, and what happened meanwhile.
            for who in (self.ana, self.cid):
                listed = (await who.get("notifier/devices"))["items"]
                assert [one["device_id"] for one in listed] == self.devices[who.agent_id]

        return told

    async def _without_crm(self) -> Step:
        """The lead that an offline flow asks for is made later."""
        await self.cid.post("presence/offline")
        await self.nobody_is_online()

        async def back() -> None:
            await self.go_online(self.ana, self.ben, self.cid)
            self.switched += 2

        return back

    async def _without_presence(self) -> Step:
        """Who was online still is, and may switch again."""

        async def as_before() -> None:
            await self._switch()
            await self.go_online(self.ana, self.ben, self.cid)

        return as_before

    async def _without_conversation(self) -> Step:
        """A visitor's wish is decided later."""
        visitor, panel = await self.ask()

        async def decided() -> None:
            chat = await self.decision(visitor, panel)
            if chat is None:
                await self.sent_away(visitor, panel)
            else:
                await self.take(self.ben, chat)
                await self.close(self.ben, chat)

        return decided

    async def _without_playbook(self) -> Step:
        """An agent comes, and the bot hears of it later."""
        await self.take(self.ben, self.waiting)
        visit = self.waiting.visit

        async def stepped_back() -> None:
            told = partial(Screen.of, stream=visit, type_="visit_taken_over")
            await self.waiting.panel.until(told, PATIENCE_S, "the bot's step back")

        return stepped_back


def _says(chat: Chat, said: int, panel: Screen) -> bool:
    """Whether the panel shows so many messages, not counting the answers to the bot."""
    return len([m for m in panel.of(chat.stream, "message_posted") if "card_id" not in m]) == said
