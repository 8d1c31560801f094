"""Services killed at any moment lose nothing that was acknowledged, and double nothing that was sent again."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import httpx
import pytest

from contracts.conversation import Assigned, Closed, MessagePosted, Reassigned
from contracts.crm import LeadCreated
from contracts.envelope import Recorded
from contracts.gateway import AgentInvited
from contracts.ids import derived_id
from contracts.playbook import (
    AnswerGiven,
    DetailCaptured,
    FollowUpRequested,
    PlaybookActivated,
    PlaybookCreated,
    PlaybookPublished,
    SitesChanged,
    VisitStarted,
)
from contracts.presence import AgentWentOffline, AgentWentOnline
from services.cli.catalogue import SERVICES
from services.cli.demo import clients, story
from services.cli.demo.clients import Agent, Answer, Client, Visitor
from services.cli.demo.reckoning import History
from services.cli.demo.screens import Screen
from services.cli.infrastructure import Servers
from tests.e2e.company import Chat, Company, moment
from tests.e2e.system import System, running
from tests.proof import count
from tests.unique import unique_name

KILLS_OF_EACH_MIN = 2
ALIVE_S_MAX = 1.5
PAUSE_S_MAX, HURRY_S_MAX = 0.6, 0.5
VISITORS_AT_ONCE = 2
PATIENCE_S = 180.0  # Consumers wait until Kafka gives up the killed one, ten seconds each time.
ATTEMPTS_MAX = 240  # On a busy machine a process needs a while before it answers again.
TELLING = (
    AgentInvited, AgentWentOffline, AgentWentOnline, AnswerGiven, Assigned, Closed, DetailCaptured, LeadCreated,
    MessagePosted, PlaybookActivated, PlaybookCreated, PlaybookPublished, Reassigned, SitesChanged, VisitStarted,
)  # fmt: skip
"""The events of which one command of a client appends exactly one."""


@pytest.fixture(scope="module")
def killable(infrastructure: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A process per service."""
    folder = tmp_path_factory.mktemp("killable")
    with running(infrastructure, folder, unique_name("kill"), *SERVICES) as found:
        yield found


@pytest.mark.real
@pytest.mark.fault
@pytest.mark.timeout(
    7_200
)  # Each process starts anew many times, and its consumers wait for the killed ones.
async def test_what_was_acknowledged_is_in_the_log_once_whoever_was_killed(
    killable: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "ATTEMPTS_MAX", ATTEMPTS_MAX)
    monkeypatch.setattr(story, "PATIENCE_S", PATIENCE_S)
    kills = max(KILLS_OF_EACH_MIN, count(200) // len(SERVICES))
    async with Crowd(killable) as crowd:
        await crowd.begin()
        async with asyncio.TaskGroup() as group:
            for work in await crowd.works():
                group.create_task(work)
            await _kill(killable, kills, crowd)
            crowd.calm.set()
        await asyncio.gather(*(asyncio.to_thread(killable.await_ready, name) for name in SERVICES))

        history = await crowd.at_rest(but=("leads of offline flows",))
        wanted = {event.visit_id for event in history.of(FollowUpRequested)}
        made = [event.visit_id for event in history.of(LeadCreated) if event.cause == "action_card"]
        assert sorted(made) == sorted(wanted)
        fates = crowd.hold_against(history)
    print(f"{kills} kills of each service; commands: {dict(fates)}; visitors sent away: {len(made)}")
    assert fates["unknown"]


async def _kill(system: System, rounds: int, crowd: "Crowd") -> None:
    """Kills each once in a round, in any order, at a random moment of much traffic, and starts it again at once."""
    for name in itertools.chain.from_iterable(
        random.sample(list(SERVICES), len(SERVICES)) for _ in range(rounds)
    ):
        await moment(0, ALIVE_S_MAX)
        crowd.pause_s_max = 0.0
        await moment(0, HURRY_S_MAX)
        await asyncio.to_thread(system.kill, name)
        crowd.pause_s_max = PAUSE_S_MAX
        await asyncio.to_thread(system.spawn, name)
        await asyncio.to_thread(system.await_answering, name)


class Crowd(Company):
    """Agents and visitors who go on whatever happens. Some never ask twice: they do not know what became of it."""

    pause_s_max = PAUSE_S_MAX

    async def begin(self) -> None:
        """Two long talks, and Cid, who goes on and off."""
        self.calm, self.visitors, self.impatient = asyncio.Event(), list[Visitor](), list[Client]()
        await self.open()
        (self.cid,) = await self.hire(1)
        self.talk, self.passed = await self.chat(), await self.chat()
        await self.take(self.ana, self.talk)
        await self.take(self.ana, self.passed)

    async def _visitor(self, playbook_id: str) -> tuple[Visitor, Screen]:
        visitor, panel = await super()._visitor(playbook_id)
        self.visitors.append(visitor)
        return visitor, panel

    async def works(self) -> list[Coroutine[None, None, None]]:
        """What all of them do until it is calm."""
        hasty_visitor, hasty_ana = Visitor(self._bases), Agent(self._bases)
        hasty_visitor.session, hasty_visitor.visitor_id = (
            self.talk.visitor.session,
            self.talk.visitor.visitor_id,
        )
        hasty_ana.session, hasty_ana.agent_id = self.ana.session, self.ana.agent_id
        for hasty in (hasty_visitor, hasty_ana):
            hasty.attempts_max = 1
            self.impatient.append(await self._stack.enter_async_context(hasty))
        writers: list[tuple[Agent | Visitor, Chat]] = [
            (self.talk.visitor, self.talk), (self.ana, self.talk), (hasty_visitor, self.talk), (hasty_ana, self.talk),
            (self.passed.visitor, self.passed), (self.ana, self.passed), (self.ben, self.passed),
        ]  # fmt: skip
        return [
            *(self._again(partial(self._write, who, chat)) for who, chat in writers),
            self._again(self._pass_on),
            self._again(self._switch),
            self._again(self._edit),
            self._again(self._invite),
            self._again(lambda _: self.make_lead(self.ana, self.talk)),
            *(self._again(self._come_and_go) for _ in range(VISITORS_AT_ONCE)),
        ]

    async def _again(self, work: Callable[[int], Awaitable[None]]) -> None:
        for number in itertools.count():
            await work(number)
            if self.calm.is_set():
                return
            await moment(0, self.pause_s_max)

    async def _write(self, who: Agent | Visitor, chat: Chat, number: int) -> None:
        """A message. Whoever passed the conversation on is refused; whoever asks only once may be told nothing."""
        try:
            await self.say(who, chat, f"{number}")
        except httpx.TransportError:
            if who.attempts_max > 1:
                raise
        except Answer as answer:
            passing = who.attempts_max == 1 and answer.code in ("contended", "unavailable")
            if not passing and answer.code != "not_holder":
                raise

    async def _pass_on(self, number: int) -> None:
        pair = (self.ana, self.ben) if number % 2 == 0 else (self.ben, self.ana)
        await self.pass_on(*pair, self.passed)

    async def _switch(self, number: int) -> None:
        await self.cid.post("presence/offline")
        await self.cid.post("presence/online", {"tab": "demo"})

    async def _edit(self, number: int) -> None:
        body = {"sites": [f"https://{number}.example.com"]}
        await self.ana.post(f"playbook/playbooks/{self.short}/sites", body)

    async def _invite(self, number: int) -> None:
        await self.ana.post("gateway/agents/invite", {"email": f"{number}@example.com", "role": "agent"})

    async def _come_and_go(self, number: int) -> None:
        """A visitor's whole chat; or the offline flow, where the wish for a person could not be decided in time."""
        visitor, panel = await self.ask()
        chat = await self.decision(visitor, panel)
        await (self._talk(chat) if chat else self.sent_away(visitor, panel))
        await panel.close()

    async def _talk(self, chat: Chat) -> None:
        await self.take(self.ben, chat)
        await self.say(chat.visitor, chat, "Hello!")
        await self.say(self.ben, chat, "Goodbye!")
        await self.close(self.ben, chat)
        await chat.panel.until(partial(Screen.of, stream=chat.stream, type_="closed"), PATIENCE_S, "the end")
        if chat.panel.of(chat.stream, "wait_expired"):
            self.told.missed.append(chat.conversation_id)

    def hold_against(self, history: History) -> Counter[str]:
        """Each command that was accepted is in the log once, each that was refused is not, others at most once."""
        by_command: dict[str, list[Recorded]] = {}
        for recorded in itertools.chain.from_iterable(history.streams.values()):
            by_command.setdefault(recorded.metadata.command_id, []).append(recorded)
        fates: Counter[str] = Counter()
        for client in (self.ana, self.ben, self.cid, *self.visitors, *self.impatient):
            found = partial(self._of_command, by_command, _actor(client))
            for key, told in client.accepted.items():
                _carried_out(found(key), told)
            assert not [key for key in client.refused if found(key)]
            happened = [key for key in client.unknown if _told_once(found(key))]
            fates += Counter(
                accepted=len(client.accepted),
                repeated=sum(told.get("repeated", False) for told in client.accepted.values()),
                refused=len(client.refused),
                unknown=len(client.unknown),
                happened=len(happened),
            )
        return fates

    def _of_command(self, by_command: Mapping[str, list[Recorded]], actor: str, key: str) -> list[Recorded]:
        return by_command.get(derived_id("command", self.told.workspace_id, actor, key), [])


def _actor(client: Client) -> str:
    match client:
        case Agent(agent_id=id_):
            return f"agent:{id_}"
        case Visitor(visitor_id=id_):
            return f"visitor:{id_}"
        case _:
            raise AssertionError(client)


def _told_once(events: Sequence[Recorded]) -> bool:
    """Whether the command happened. Raises AssertionError where it happened twice."""
    telling = [recorded for recorded in events if isinstance(recorded.event, TELLING)]
    assert len(telling) == bool(events), events
    assert len({recorded.stream for recorded in events}) <= 1, events
    return bool(events)


def _carried_out(events: Sequence[Recorded], told: Mapping[str, Any]) -> None:
    """An accepted command is in the log as its answer says; only a switch that was set already changes nothing."""
    if not _told_once(events):
        assert told["stream"].startswith("agent-"), told
        return
    last = events[-1]
    assert (last.stream, last.version) == (
        told.get("stream", last.stream),
        told.get("version", last.version),
    ), told
