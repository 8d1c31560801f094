"""The load generator of whole conversations: visitors and agents at work through public HTTP and sockets alone."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from itertools import cycle
from typing import Any, Literal
from uuid import uuid4

from services.cli.demo.cast import LONG_WAIT_TIME_S, PATIENCE_S, Cast
from services.cli.demo.clients import Agent
from tests.bench.command import agent_token
from tests.bench.conversations import TEXT
from tests.bench.generator import answer, asked
from tests.bench.inbox import RENEW_EVERY_S
from tests.bench.processes import Keys

AGENTS = 4
AT_ONCE = 8
MESSAGES_EACH_WAY = 3


class Signed(Agent):
    """An agent by token alone: accounts and sign-in are no part of a conversation's life."""

    def __init__(
        self, bases: Mapping[str, str], keys: Keys, workspace_id: str, role: Literal["agent", "owner"]
    ):
        super().__init__(bases)
        self._keys, self._role = keys, role
        self.agent_id, self.workspace_id = str(uuid4()), workspace_id

    async def token(self) -> str:
        """Signed here."""
        now_s = asyncio.get_running_loop().time()
        if not self._token or now_s - self._token_at_s > RENEW_EVERY_S:
            self._token, self._token_at_s = (
                agent_token(self._keys, self.workspace_id, self.agent_id, self._role),
                now_s,
            )
        return self._token


class Company(Cast):
    """An owner with a playbook and an inbox, and agents who take chats."""

    def __init__(self, bases: Mapping[str, str], keys: Keys) -> None:
        super().__init__(bases, "", lambda _: None)
        self._keys = keys

    async def open(self) -> None:
        """Everybody is online, and the playbook is published."""
        self.told.workspace_id = str(uuid4())
        self.ana = await self._signed("owner")
        self._inbox = await self._stack.enter_async_context(self.ana.screen())
        self.playbook = await self._playbook("Website", LONG_WAIT_TIME_S)
        self.team = [await self._signed("agent") for _ in range(AGENTS)]
        for agent in self.team:
            await self._stack.enter_async_context(agent.screen())
        await self._go_online(*self.team)

    async def _signed(self, role: Literal["agent", "owner"]) -> Signed:
        agent = Signed(self._bases, self._keys, self.told.workspace_id, role)
        return await self._stack.enter_async_context(agent)

    async def live(self, agent: Agent) -> None:
        """A conversation from the visitor's arrival until they see that it is closed."""
        async with AsyncExitStack() as stack:
            visitor, panel = await self._visitor(self.playbook)
            stack.push_async_callback(panel.close)
            conversation_id = await self._conversation(visitor, panel)
            await self._take(agent, conversation_id)
            for _ in range(MESSAGES_EACH_WAY):
                await self._say_in(visitor, conversation_id, TEXT)
                await self._say_in(agent, conversation_id, TEXT)
            await self._lead(agent, conversation_id)
            await self._close(agent, conversation_id)
            stream = f"conversation-{conversation_id}"
            await panel.until(lambda screen: screen.of(stream, "closed"), PATIENCE_S, "the end")


async def main() -> None:
    """Opens the company; plays as many conversations as it is asked for, some at once."""
    questions = asked()
    task = await anext(questions)
    async with Company(task["bases"], Keys(task["private"])) as company:
        await company.open()
        agents, room = cycle(company.team), asyncio.Semaphore(AT_ONCE)

        async def one(_: Any) -> None:
            async with room:
                await company.live(next(agents))

        async for question in questions:
            await asyncio.gather(*map(one, range(question["conversations"])))
            answer({"closed": len(company.told.closed)})


if __name__ == "__main__":
    asyncio.run(main())
