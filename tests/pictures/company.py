"""The coffee company of the pictures: its agents, its playbook, and visitors who walk through it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Self

from services.cli.demo.clients import Agent, Answer, Visitor
from tests.e2e.levers import knows_online
from tests.e2e.system import System
from tests.pictures.flow import FLOW, LOOK, WAIT_TIME_S
from tests.waiting import eventually

PATIENCE_S = 20.0
OWNER_EMAIL = "ana@example.com"
NOT_KNOWN_YET = {"not_found", "playbook_not_active", "agent_offline", "not_waiting_for_this_card"}


async def patiently(act: Callable[[], Awaitable[Any]]) -> Any:
    """What was just done may not have reached every service yet. Raises Answer where it never does."""
    refused: list[Answer] = []

    async def done() -> list[Any]:
        try:
            return [await act()]
        except Answer as answer:
            if answer.code not in NOT_KNOWN_YET:
                raise
            refused[:] = [answer]
            return []

    try:
        return (await eventually(done, within_s=PATIENCE_S))[0]
    except AssertionError:
        raise refused[0] from None


class FreshTokens:
    """A token for each request, because a story's clock jumps."""

    session: str

    async def token(self) -> str:
        """A token that counts now."""
        told = await self.public("gateway/tokens", {"session": self.session})  # type: ignore[attr-defined]
        return str(told["token"])


class StoryAgent(FreshTokens, Agent):
    """An agent in a story."""


class StoryVisitor(FreshTokens, Visitor):
    """A visitor in a story."""

    name = conversation_id = ""


class CoffeeCompany:
    """A workspace with an active playbook on a site; everybody speaks by the public API."""

    def __init__(self, system: System, site: str) -> None:
        self._system, self._site, self._stack = system, site, AsyncExitStack()
        self.workspace_id = self.playbook_id = ""
        self.agents: dict[str, StoryAgent] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def ana(self) -> StoryAgent:
        """The owner."""
        return self.agents["Ana"]

    async def open(self, name: str, colleagues: Sequence[str]) -> None:
        """Everybody has joined, and the playbook takes visits."""
        await self._join(self._system.new_workspace(name, OWNER_EMAIL), "Ana")
        self.workspace_id = self.ana.workspace_id
        for colleague in colleagues:
            invited = {"email": f"{colleague.lower()}@example.com", "role": "agent"}
            await self._join((await self.ana.post("gateway/agents/invite", invited))["link"], colleague)
        made = await self.ana.post("playbook/playbooks", {"name": "Website", "wait_time_s": WAIT_TIME_S})
        self.playbook_id = str(made["ids"]["playbook_id"])
        steps: Mapping[str, Mapping[str, Any]] = {
            "flow": {"flow": FLOW.model_dump(mode="json")},
            "look": {"look": LOOK.model_dump(mode="json")},
            "sites": {"sites": [self._site]},
            "publish": {"note": "The first one"},
            "activate": {},
        }
        for step, body in steps.items():
            await self.ana.post(f"playbook/playbooks/{self.playbook_id}/{step}", body)

    async def _join(self, link: str, name: str) -> None:
        agent = await self._stack.enter_async_context(StoryAgent(self._system.bases))
        await agent.join(link, name)
        self.agents[name] = agent

    async def come_online(self) -> None:
        """Visitors can reach all agents."""
        for agent in self.agents.values():
            await agent.post("presence/online", {"tab": "story"})
        for name in self.agents:
            await eventually(partial(self._is_online, name), within_s=PATIENCE_S, what=f"{name} is online")

    async def _is_online(self, name: str) -> bool:
        return knows_online(self._system, self.workspace_id, name)

    async def asks(self, name: str, email: str, picks: Sequence[tuple[str, str]]) -> StoryVisitor:
        """A visitor who has walked through the playbook and asked for a person."""
        visitor = await self._stack.enter_async_context(StoryVisitor(self._system.bases))
        visitor.name = name
        await patiently(lambda: visitor.arrive(self.workspace_id, self.playbook_id, site=self._site))
        for card, choice in picks:
            await patiently(lambda card=card, choice=choice: visitor.answer(card, choice))  # type: ignore[misc]
        await patiently(lambda: visitor.give("who", name))
        await patiently(lambda: visitor.give("address", email))

        async def conversation_id() -> str:
            shown = await visitor.get(f"playbook/visits/{visitor.visit_id}")
            return str(shown["conversation_id"] or "")

        visitor.conversation_id = await eventually(
            conversation_id, within_s=PATIENCE_S, what=f"the conversation of {name}"
        )
        path = f"gateway/conversations/{visitor.conversation_id}/transcript"
        await patiently(lambda: self.ana.get(path))
        return visitor

    async def take(self, agent: str, visitor: StoryVisitor) -> None:
        """The agent takes the visitor's conversation."""
        path = f"conversation/conversations/{visitor.conversation_id}/take"
        await patiently(lambda: self.agents[agent].post(path))

    async def say(self, who: str | StoryVisitor, visitor: StoryVisitor, text: str) -> None:
        """An agent or the visitor writes."""
        by = self.agents[who] if isinstance(who, str) else who
        path = f"conversation/conversations/{visitor.conversation_id}/messages"
        await patiently(lambda: by.post(path, {"text": text}))

    async def show(self, visitor: StoryVisitor, name: str, content: bytes, text: str) -> None:
        """The visitor sends a file."""
        told = await visitor.upload(visitor.conversation_id, name, content)
        body = {"text": text, "attachment_token": told["attachment_token"]}
        await visitor.post(f"conversation/conversations/{visitor.conversation_id}/messages", body)

    async def close(self, agent: str, visitor: StoryVisitor) -> None:
        """The agent closes their conversation."""
        body = {"expected_holder": self.agents[agent].agent_id}
        await self.agents[agent].post(f"conversation/conversations/{visitor.conversation_id}/close", body)

    async def notes(self, visitor: StoryVisitor, what: str, body: Mapping[str, Any]) -> None:
        """Ana writes down something about the conversation."""
        path = f"crm/conversations/{visitor.conversation_id}/{what}"
        await patiently(lambda: self.ana.post(path, body))

    async def is_missed(self, visitor: StoryVisitor) -> None:
        """Returns when the wait of the visitor is over."""

        async def missed() -> bool:
            rows = (await self.ana.get("gateway/folders/unassigned"))["items"]
            return any(row["missed"] for row in rows if row["conversation_id"] == visitor.conversation_id)

        await eventually(missed, within_s=PATIENCE_S, every_s=0.2, what=f"{visitor.name} was missed")
