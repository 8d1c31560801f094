"""A company at work for the proofs: agents, visitors and chats, and when everything that tells of them agrees."""

import asyncio
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from services.cli.demo.cast import PATIENCE_S
from services.cli.demo.clients import Agent, Answer, Visitor
from services.cli.demo.reckoning import (
    History,
    disagreements,
    folders_by_gateway,
    folders_by_log,
    read_history,
    transcript_disagreements,
    transcript_of,
)
from services.cli.demo.screens import Screen
from services.cli.demo.story import Story
from tests.e2e.system import System
from tests.waiting import eventually

AT_REST_WITHIN_S = 120.0
AT_ONCE_MAX = 10


@dataclass(frozen=True)
class Chat:
    """One visitor's panel, and the conversation that came of it."""

    visitor: Visitor
    panel: Screen
    conversation_id: str

    @property
    def stream(self) -> str:
        """The conversation's stream."""
        return f"conversation-{self.conversation_id}"

    @property
    def visit(self) -> str:
        """The visit's stream."""
        return f"visit-{self.visitor.visit_id}"

    @property
    def path(self) -> str:
        """Where commands to the conversation go."""
        return f"conversation/conversations/{self.conversation_id}"


class Company(Story):
    """Ana and Ben, online, with two playbooks; what they and their visitors do is told step by step."""

    def __init__(self, system: System) -> None:
        super().__init__(system.bases, system.new_workspace(), lambda _: None)
        self._system = system

    async def __aenter__(self) -> Self:
        return self

    async def open(self) -> None:
        """Everybody is there, and online."""
        await self._set_up()

    @property
    def bases(self) -> Mapping[str, str]:
        """How each service is reached."""
        return self._bases

    @property
    def inbox(self) -> Screen:
        """Ana's inbox."""
        return self._inbox

    @property
    def inboxes(self) -> tuple[Screen, Screen]:
        """Everybody's inboxes."""
        return self._inbox, self._bens

    async def arrive(self, playbook_id: str) -> tuple[Visitor, Screen]:
        """A visitor opens the panel and is asked the first question."""
        return await self._arrive(playbook_id)

    async def ask(self, playbook_id: str | None = None) -> tuple[Visitor, Screen]:
        """A visitor comes and asks for a person."""
        return await self._visitor(playbook_id or self.playbook)

    async def chat(self, playbook_id: str | None = None) -> Chat:
        """A visitor's new conversation, in Unassigned."""
        visitor, panel = await self.ask(playbook_id)
        return Chat(visitor, panel, await self._conversation(visitor, panel))

    async def decision(self, visitor: Visitor, panel: Screen) -> Chat | None:
        """The conversation that comes of a visitor's wish; none where the offline flow begins instead."""
        visit = f"visit-{visitor.visit_id}"

        def decided(screen: Screen) -> str | None:
            if screen.of(visit, "offline_flow_started"):
                return "offline"
            for asked in screen.of(visit, "live_chat_requested"):
                if screen.of(f"conversation-{asked['conversation_id']}", "conversation_started"):
                    return str(asked["conversation_id"])
            return None

        found = await panel.until(decided, PATIENCE_S, "a decision")
        return None if found == "offline" else Chat(visitor, panel, found)

    async def sent_away(self, visitor: Visitor, panel: Screen) -> None:
        """The offline flow to its end. A conversation that began too late for it ends with it."""
        visit = f"visit-{visitor.visit_id}"
        await self._leave_details(visitor, panel, "Eva", "eva@example.com")
        offline = panel.of(visit, "offline_flow_started")[0]
        stream = f"conversation-{offline['conversation_id']}"

        def over(screen: Screen) -> str | None:
            if offline["reason"] == "nobody_online" or screen.of(visit, "live_chat_dropped"):
                return "declined"
            return "missed" if screen.of(stream, "closed") else None

        match await panel.until(over, PATIENCE_S, "what became of the wish"):
            case "declined":
                self.told.declined.append(visitor.visit_id)
            case _:
                self.told.missed.append(offline["conversation_id"])
                self.told.closed.append(offline["conversation_id"])

    async def take(self, agent: Agent, chat: Chat) -> None:
        """The agent holds the conversation."""
        await self._take(agent, chat.conversation_id)

    async def pass_on(self, agent: Agent, other: Agent, chat: Chat) -> None:
        """The other agent holds the conversation."""
        await self._hand_over(agent, other, chat.conversation_id)

    async def say(
        self, who: Agent | Visitor, chat: Chat, text: str, attachment_token: str | None = None
    ) -> None:
        """A message, noted once it is acknowledged."""
        await self._say_in(who, chat.conversation_id, text, attachment_token)

    async def make_lead(self, agent: Agent, chat: Chat) -> None:
        """A lead, from the conversation."""
        await self._lead(agent, chat.conversation_id)

    async def close(self, agent: Agent, chat: Chat) -> None:
        """The holder closes the conversation."""
        await self._close(agent, chat.conversation_id)

    async def nobody_is_online(self) -> None:
        """Everybody leaves, and a visitor is sent away by the offline flow."""
        await self._nobody_online()

    async def go_online(self, *agents: Agent) -> None:
        """The agents take chats again."""
        await self._go_online(*agents)

    async def hire(self, count: int) -> list[Agent]:
        """So many more agents, with sessions, online for as long as their screens are open."""
        room = asyncio.Semaphore(AT_ONCE_MAX)

        async def one(number: int) -> Agent:
            async with room:
                body = {"email": f"agent{number}@example.com", "role": "agent"}
                invited = await self.ana.post("gateway/agents/invite", body)
                agent = await self._agent(invited["link"], f"Agent {number}")
                await self._stack.enter_async_context(agent.screen(folders=False))
                await agent.post("presence/online", {"tab": "demo"})
                return agent

        return list(await asyncio.gather(*(one(number) for number in range(count))))

    async def at_rest(self, *, but: Collection[str] = ()) -> History:
        """The log, once clients, folders and transcripts all agree with it. `but` names what is not to be compared."""
        history, wrong = History({}), ["nothing was read"]

        async def agreed() -> bool:
            nonlocal history, wrong
            history = await read_history(self._system.kafka, self._system.naming, self.told.workspace_id)
            found = disagreements(history, self.told) + await self._unlike_the_gateway(history)
            wrong = [line for line in found if line.partition(":")[0] not in but]
            return not wrong

        try:
            await eventually(agreed, within_s=AT_REST_WITHIN_S, every_s=0.3)
        except AssertionError as late:
            raise AssertionError("\n".join(wrong)) from late
        return history

    async def _unlike_the_gateway(self, history: History) -> list[str]:
        wrong = []
        folders = await folders_by_gateway(self.ana)
        if folders != folders_by_log(history):
            wrong.append(f"folders: the log says {folders_by_log(history)}, the gateway says {folders}")
        for stream in history.streams:
            category, _, id_ = stream.partition("-")
            if category == "conversation":
                try:
                    transcript = await transcript_of(self.ana, id_)
                except Answer as behind:
                    wrong.append(f"{stream}: the gateway answers {behind}")
                else:
                    wrong += transcript_disagreements(history, id_, transcript)
        return wrong


async def moment(least_s: float, most_s: float) -> None:
    """Lets a random time pass: not to wait for anything, but to do the next thing at no particular moment."""
    await at(asyncio.get_running_loop().time() + random.uniform(least_s, most_s))


async def at(moment_s: float) -> None:
    """Returns at this moment of the loop's clock; at once where it is past."""
    loop = asyncio.get_running_loop()
    reached = asyncio.Event()
    handle = loop.call_at(moment_s, reached.set)
    try:
        await reached.wait()
    finally:
        handle.cancel()


async def at_the_deadline(chat: Chat) -> None:
    """Returns at the moment at which the visitor's wait is over."""
    (started,) = chat.panel.of(chat.stream, "conversation_started")
    left_s = (datetime.fromisoformat(started["answer_by"]) - datetime.now(UTC)).total_seconds()
    await at(asyncio.get_running_loop().time() + left_s)
