"""What happens in the demonstration: five visitors, three agents, a race, a reassignment, a missed chat, two leads."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from services.cli.demo.clients import Agent, Answer, Screen, Visitor

WAIT_TIME_S = 5
LONG_WAIT_TIME_S = 600
PATIENCE_S = 60.0
TRIES_MAX = 10

Say = Callable[[str], None]


@dataclass
class Told:
    """What the clients were told, to be held against the log."""

    workspace_id: str = ""
    messages: dict[str, list[str]] = field(default_factory=dict)
    """Conversation → ids of acknowledged messages, in order."""
    leads: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    holders: dict[str, str] = field(default_factory=dict)
    refused: int = 0


class Story:
    """The demonstration's people, and what they do. Raises AssertionError or Answer when something goes wrong."""

    def __init__(self, bases: Mapping[str, str], link: str, say: Say) -> None:
        self._bases, self._link, self._say = bases, link, say
        self._stack = AsyncExitStack()
        self.told = Told()

    async def __aenter__(self) -> "Story":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def run(self) -> Told:
        """Everything, from the owner's first sign-in to the last closed chat."""
        await self._set_up()
        await self._chat_with_reassignment()
        await self._race()
        await self._missed()
        await self._nobody_online()
        return self.told

    async def _set_up(self) -> None:
        self.ana = await self._agent(self._link, "Ana")
        self.told.workspace_id = self.ana.workspace_id
        self.playbook = await self._playbook("Website", LONG_WAIT_TIME_S)
        self.short = await self._playbook("Short wait", WAIT_TIME_S)
        invited = await self.ana.post("gateway/agents/invite", {"email": "ben@example.com", "role": "agent"})
        self.ben = await self._agent(invited["link"], "Ben")
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
        self._say("Ana and Ben are online.")

    async def _agent(self, link: str, name: str) -> Agent:
        agent = await self._stack.enter_async_context(Agent(self._bases))
        await agent.join(link, name)
        self._say(f"{name} joined the workspace by a one-time link.")
        return agent

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

    async def _arrive(self, playbook_id: str) -> tuple[Visitor, Screen]:
        visitor = await self._stack.enter_async_context(Visitor(self._bases))
        await self._patiently(
            lambda: visitor.arrive(self.told.workspace_id, playbook_id), {"not_found", "playbook_not_active"}
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

    async def _say_in(self, who: Agent | Visitor, conversation_id: str, text: str) -> None:
        told = await who.post(f"conversation/conversations/{conversation_id}/messages", {"text": text})
        self.told.messages.setdefault(conversation_id, []).append(told["ids"]["message_id"])

    async def _take(self, agent: Agent, conversation_id: str) -> None:
        await self._patiently(
            lambda: agent.post(f"conversation/conversations/{conversation_id}/take"), {"agent_offline"}
        )

    async def _close(self, agent: Agent, conversation_id: str) -> None:
        body = {"expected_holder": agent.agent_id}
        await agent.post(f"conversation/conversations/{conversation_id}/close", body)
        self.told.closed.append(conversation_id)

    async def _chat_with_reassignment(self) -> None:
        visitor, panel = await self._visitor(self.playbook)
        conversation_id = await self._conversation(visitor, panel)
        stream = f"conversation-{conversation_id}"
        self._say("A visitor asks for a person: a conversation is in Unassigned.")
        await self._take(self.ana, conversation_id)
        await panel.until(lambda s: s.of(stream, "assigned"), PATIENCE_S, "that Ana joined")
        await self._inbox.follow(stream)
        await self._say_in(visitor, conversation_id, "Hello! Do you ship to Brazil?")
        await self._say_in(self.ana, conversation_id, "We do. Ben knows the details.")
        body = {"agent_id": self.ben.agent_id, "expected_holder": self.ana.agent_id}
        await self.ana.post(f"conversation/conversations/{conversation_id}/assign", body)
        await self._bens.follow(stream)
        await self._say_in(self.ben, conversation_id, "Three days, free from 50 euros.")
        await self._say_in(visitor, conversation_id, "Perfect, I will order <b>two</b>.")
        for screen in (panel, self._inbox, self._bens):
            await screen.until(lambda s: len(s.of(stream, "message_posted")) == 5, PATIENCE_S, "all messages")
        await self._lead(self.ben, conversation_id)
        await self._close(self.ben, conversation_id)
        self.told.holders[conversation_id] = self.ben.agent_id
        self._say("Ana took it, passed it to Ben, they talked, a lead was made, Ben closed it.")

    async def _lead(self, agent: Agent, conversation_id: str) -> None:
        told = await self._patiently(
            lambda: agent.post(f"crm/conversations/{conversation_id}/leads", {"title": "Two, to Brazil"}),
            {"not_found"},
        )
        self.told.leads.append(told["ids"]["lead_id"])

    async def _race(self) -> None:
        visitor, panel = await self._visitor(self.playbook)
        conversation_id = await self._conversation(visitor, panel)
        path = f"conversation/conversations/{conversation_id}/take"
        results = await asyncio.gather(self.ana.post(path), self.ben.post(path), return_exceptions=True)
        refused = [result for result in results if isinstance(result, Answer)]
        assert len(refused) == 1, f"one of two must be refused: {results}"
        assert refused[0].code == "already_assigned", refused[0]
        self.told.refused += 1
        winner = self.ben if isinstance(results[0], Answer) else self.ana
        self.told.holders[conversation_id] = winner.agent_id
        self._say(
            f"Ana and Ben took one chat at the same moment; one was told: {refused[0].problem['detail']}"
        )

    async def _missed(self) -> None:
        visitor, panel = await self._visitor(self.short)
        conversation_id = await self._conversation(visitor, panel)
        stream = f"conversation-{conversation_id}"
        await panel.until(lambda s: s.of(stream, "wait_expired"), PATIENCE_S, "the end of the wait time")
        await self._leave_details(visitor, panel, "Carla", "carla@example.com")
        await panel.until(lambda s: s.of(stream, "closed"), PATIENCE_S, "the missed chat's end")
        self.told.missed.append(conversation_id)
        self.told.closed.append(conversation_id)
        self._say(f"Nobody took a chat within {WAIT_TIME_S} s: the offline flow qualified the visitor.")

    async def _nobody_online(self) -> None:
        for agent in (self.ana, self.ben):
            await agent.post("presence/offline")
            await self._inbox.until(
                lambda s, a=agent: s.rows[a.agent_id]["online"] is False, PATIENCE_S, "an agent going offline"
            )
        visitor, panel = await self._declined_visitor()
        await self._leave_details(visitor, panel, "Davi", "davi@example.com")
        self.told.declined.append(visitor.visit_id)
        self._say("Nobody was online: the offline flow began at once.")

    async def _declined_visitor(self) -> tuple[Visitor, Screen]:
        """The conversation service decides by what it has heard, which may be a moment old: then once more."""
        for _ in range(TRIES_MAX):
            visitor, panel = await self._visitor(self.playbook)
            visit = f"visit-{visitor.visit_id}"
            await panel.until(
                lambda s, v=visit: s.of(v, "live_chat_started") or s.of(v, "offline_flow_started"),
                PATIENCE_S,
                "a decision",
            )
            if panel.of(visit, "offline_flow_started"):
                return visitor, panel
            conversation_id = str(panel.of(visit, "live_chat_started")[0]["conversation_id"])
            await self.ana.post(
                f"conversation/conversations/{conversation_id}/close", {"expected_holder": None}
            )
            self.told.closed.append(conversation_id)
        raise AssertionError("agents who went offline still count as online")

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
