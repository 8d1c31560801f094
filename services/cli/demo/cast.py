"""The demonstration's people, and the single things that they do."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, Self

from services.cli.demo.clients import Agent, Answer, Visitor
from services.cli.demo.screens import Screen
from services.cli.demo.told import Told

WAIT_TIME_S = 5
LONG_WAIT_TIME_S = 600
PATIENCE_S = 60.0

Say = Callable[[str], None]


class Cast:
    """Ana, who owns the workspace, her colleagues, and their visitors.

    What they are told is kept in `told`. Raises AssertionError or Answer when something goes wrong.
    """

    def __init__(self, bases: Mapping[str, str], link: str, say: Say) -> None:
        self._bases, self._link, self._say = bases, link, say
        self._stack = AsyncExitStack()
        self.agents: list[Agent] = []
        self.told = Told()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _set_up(self) -> None:
        self.ana = await self._agent(self._link, "Ana")
        self.told.workspace_id = self.ana.workspace_id
        self.playbook = await self._playbook("Website", LONG_WAIT_TIME_S)
        self.short = await self._playbook("Short wait", WAIT_TIME_S)
        self.ben = await self._colleague("Ben")
        self._inbox = await self._stack.enter_async_context(self.ana.screen())
        self._bens = await self._stack.enter_async_context(self.ben.screen())
        await self._go_online(self.ana, self.ben)

    async def _go_online(self, *agents: Agent) -> None:
        for agent in agents:
            await agent.post("presence/online", {"tab": "demo"})
            await self._inbox.until(
                lambda s, a=agent: s.rows.get(a.agent_id, {}).get("online"),
                PATIENCE_S,
                f"{agent.agent_id} online",
            )
        self._say(f"Online: {' and '.join(agent.name for agent in agents)}.")

    async def _agent(self, link: str, name: str) -> Agent:
        agent = await self._stack.enter_async_context(Agent(self._bases))
        await agent.join(link, name)
        self.agents.append(agent)
        self._say(f"{name} joined the workspace by a one-time link.")
        return agent

    async def _colleague(self, name: str) -> Agent:
        body = {"email": f"{name.lower()}@example.com", "role": "agent"}
        return await self._agent((await self.ana.post("gateway/agents/invite", body))["link"], name)

    async def _playbook(self, name: str, wait_time_s: int) -> str:
        body = {"name": name, "template": "live_chat", "wait_time_s": wait_time_s}
        playbook_id = str((await self.ana.post("playbook/playbooks", body))["ids"]["playbook_id"])
        await self.ana.post(f"playbook/playbooks/{playbook_id}/publish", {"note": "first"})
        await self.ana.post(f"playbook/playbooks/{playbook_id}/activate")
        self._say(f"The playbook “{name}” is published: {wait_time_s} s to wait for a person.")
        return playbook_id

    async def _visitor(self, playbook_id: str) -> tuple[Visitor, Screen]:
        visitor, panel = await self._arrive(playbook_id)
        await visitor.answer("welcome", "chat")
        return visitor, panel

    async def _arrive(self, playbook_id: str, **more: str) -> tuple[Visitor, Screen]:
        visitor = await self._stack.enter_async_context(Visitor(self._bases))
        await self._patiently(
            lambda: visitor.arrive(self.told.workspace_id, playbook_id, **more),
            {"not_found", "playbook_not_active"},
        )
        panel = await self._stack.enter_async_context(visitor.screen())
        await panel.until(
            lambda s: s.of(f"visit-{visitor.visit_id}", "card_shown"), PATIENCE_S, "the first card"
        )
        return visitor, panel

    async def _patiently(self, act: Callable[[], Any], codes: set[str]) -> Any:
        """What was just published may not have reached every service yet."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await act()
                except Answer as answer:
                    if answer.code not in codes:
                        raise
                    await asyncio.sleep(0.1)

    async def _conversation(self, visitor: Visitor, panel: Screen) -> str:
        asked = await panel.until(
            lambda s: s.of(f"visit-{visitor.visit_id}", "live_chat_requested"), PATIENCE_S, "the request"
        )
        conversation_id = str(asked[0]["conversation_id"])
        await panel.until(
            lambda s: s.of(f"conversation-{conversation_id}", "conversation_started"),
            PATIENCE_S,
            "a conversation",
        )
        await self._inbox.until(lambda s: s.rows.get(conversation_id), PATIENCE_S, "the inbox's row")
        return conversation_id

    async def _say_in(
        self, who: Agent | Visitor, conversation_id: str, text: str, attachment_token: str | None = None
    ) -> None:
        body = {"text": text, **({"attachment_token": attachment_token} if attachment_token else {})}
        told = await who.post(f"conversation/conversations/{conversation_id}/messages", body)
        self.told.messages.setdefault(conversation_id, []).append(told["ids"]["message_id"])

    async def _take(self, agent: Agent, conversation_id: str) -> None:
        await self._patiently(
            lambda: agent.post(f"conversation/conversations/{conversation_id}/take"), {"agent_offline"}
        )
        self.told.holders[conversation_id] = agent.agent_id

    async def _hand_over(self, agent: Agent, other: Agent, conversation_id: str) -> None:
        body = {"agent_id": other.agent_id, "expected_holder": agent.agent_id}
        path = f"conversation/conversations/{conversation_id}/assign"
        await self._patiently(lambda: agent.post(path, body), {"agent_offline"})
        self.told.reassigned.append((conversation_id, agent.agent_id, other.agent_id))
        self.told.holders[conversation_id] = other.agent_id

    async def _close(self, agent: Agent, conversation_id: str) -> None:
        body = {"expected_holder": agent.agent_id}
        await agent.post(f"conversation/conversations/{conversation_id}/close", body)
        self.told.closed.append(conversation_id)

    async def _lead(self, agent: Agent, conversation_id: str) -> None:
        told = await self._patiently(
            lambda: agent.post(f"crm/conversations/{conversation_id}/leads", {"title": "Two, to Brazil"}),
            {"not_found"},
        )
        self.told.leads.append(told["ids"]["lead_id"])

    async def _wait_in_vain(self, panel: Screen, conversation_id: str) -> None:
        """Nobody takes the conversation until its wait is over."""
        stream = f"conversation-{conversation_id}"
        await panel.until(lambda s: s.of(stream, "wait_expired"), PATIENCE_S, "the end of the wait time")
        self.told.missed.append(conversation_id)

    async def _leave_details(self, visitor: Visitor, panel: Screen, name: str, email: str) -> None:
        visit = f"visit-{visitor.visit_id}"
        for card_id, value in (("name", name), ("email", email)):
            await panel.until(
                lambda s, c=card_id: [e for e in s.of(visit, "card_shown") if e["card_id"] == c],
                PATIENCE_S,
                f"the card {card_id}",
            )
            await visitor.give(card_id, value)
        await panel.until(lambda s: s.of(visit, "visit_ended"), PATIENCE_S, "the end of the walk")
