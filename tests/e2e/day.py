"""A day on which everything happens that a screen can be told of, and the screens that were open all the while."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from services.cli.demo.cast import PATIENCE_S
from services.cli.demo.clients import Client, Visitor
from services.cli.demo.reckoning import History
from services.cli.demo.screens import Screen
from services.conversation.service import SERVICE as CONVERSATION
from services.gateway.service import SERVICE as GATEWAY
from services.presence.service import SERVICE as PRESENCE
from tests.e2e.company import Chat, Company
from tests.e2e.levers import ahead, fenced
from tests.e2e.lists import fetched
from tests.e2e.rebuilding import Rebuilder
from tests.e2e.system import ORIGINS, System
from tests.unit.gateway.signing import CompanyServer

OUR_SITE = ORIGINS.partition(",")[0]
PAPER = b"The small print.\n"
UNDECIDED = timedelta(seconds=20)  # A visit waits fifteen for a decision.
REBUILT = (
    (CONVERSATION, {"inbox"}),
    (PRESENCE, {"agents"}),
    (GATEWAY, {"inbox", "agents", "transcripts", "walks"}),
)
"""What stands behind the screens."""
NAME = {"kind": "capture", "field": "name", "text": "Name?", "retry_text": "Again?", "next": "live_chat"}
LIVE_CHAT = {
    "kind": "live_chat",
    "online_message": "One moment.",
    "wait_time_s": 600,
    "offline_message": "Nobody is here.",
    "offline_flow": "end",
}
FLOW = {
    "start": "name",
    "cards": {"name": NAME, "live_chat": LIVE_CHAT, "end": {"kind": "end", "text": "Bye."}},
}


@dataclass
class Late:
    """An inbox that was opened in the midst: what it read then, and its screen since."""

    read: dict[str, dict[str, Any]] = field(default_factory=dict)
    screen: Screen | None = None

    def rows(self) -> dict[str, dict[str, Any]]:
        """What it lists now."""
        assert self.screen is not None
        rows = {**self.read, **self.screen.rows}
        return {key: row for key, row in rows.items() if key not in self.screen.gone}


class Day(Company):
    """Play it, then hold what its screens show against fresh ones."""

    def __init__(self, system: System) -> None:
        super().__init__(system)
        self.panels: list[tuple[Visitor, Screen]] = []
        self.late, self.history = Late(), History({})

    async def _arrive(self, playbook_id: str, **more: str) -> tuple[Visitor, Screen]:
        visitor, panel = await super()._arrive(playbook_id, **more)
        self.panels.append((visitor, panel))
        return visitor, panel

    @property
    def screens(self) -> Sequence[tuple[Client, Screen]]:
        """Whoever looks, and what they look at."""
        return [(self.ana, self.inbox), (self.ben, self.inboxes[1]), *self.panels]

    async def chat(self, playbook_id: str | None = None) -> Chat:
        """A new conversation, which both inboxes have open from its beginning."""
        chat = await super().chat(playbook_id)
        await self._opened(chat.stream)
        return chat

    async def _opened(self, stream: str) -> None:
        for screen in self.inboxes:
            await screen.follow(stream)

    async def play(self) -> None:
        """From the morning to the evening."""
        await self.open()
        missed, late = await self.chat(self.short), await self.chat(self.short)
        talk = await self.chat()
        await self._comes_and_goes(talk)
        await self._talk(talk)
        await self._wait_in_vain(late.panel, late.conversation_id)
        await self._take_late(late.visitor, late.panel, late.conversation_id)
        await self.sent_away(missed.visitor, missed.panel)
        await self._released()
        async with self._planted(talk):
            await self._rebuilt()
        await self._renamed()
        waiting = await self._named()
        await self._nobody_is_online()
        await self._evening(waiting)
        self.history = await self.at_rest()

    async def _comes_and_goes(self, chat: Chat) -> None:
        """The visitor closes the panel, and opens it again with what it had."""
        await chat.panel.close()
        await self._row(chat, visitor_left=True)
        again = await self._stack.enter_async_context(chat.visitor.screen())
        self.panels.append((chat.visitor, again))
        await self._row(chat, visitor_left=False)

    async def _row(self, chat: Chat, **what: Any) -> None:
        """Until the inbox shows this of the conversation."""
        await self.inbox.until(
            lambda s: what.items() <= s.rows[chat.conversation_id].items(), PATIENCE_S, f"{what}"
        )

    async def _talk(self, chat: Chat) -> None:
        """Everything that people do in a conversation."""
        await self.take(self.ana, chat)
        await self.say(chat.visitor, chat, "Hello!")
        await self.say(self.ana, chat, "Good <b>morning</b>.")
        await self.pass_on(self.ana, self.ben, chat)
        # Who does something there at once is not told that it is theirs.
        await self.inboxes[1].until(
            lambda s: any(it["kind"] == "assigned_to_you" for it in s.notices), PATIENCE_S, "the notice"
        )
        await self.ben.post(f"{chat.path}/block", {"reason": "Rude."})
        await self.ben.post(f"{chat.path}/unblock")
        sent = await self.ben.upload(chat.conversation_id, "paper.txt", PAPER)
        body = {"text": "Here.", "attachment_token": sent["attachment_token"]}
        told = await self.ben.post(f"{chat.path}/messages", body)
        self.told.messages[chat.conversation_id].append(told["ids"]["message_id"])
        for reader in (chat.visitor, self.ben):
            await reader.post(f"{chat.path}/read", {"up_to": told["version"]})
        await self.close(self.ben, chat)

    async def _released(self) -> None:
        """Whoever held it is removed; somebody else takes it, and what the visitor then says is not read yet. Another
        agent goes home."""
        cora, dora = await self.hire(2)
        await dora.post("presence/offline")
        chat = await self.chat()
        await self.take(cora, chat)
        await self.ana.post(f"gateway/agents/{cora.agent_id}/remove")
        self.agents.remove(cora)
        for screen in self.inboxes:
            await screen.until(lambda s: cora.agent_id in s.gone, PATIENCE_S, "that she is gone")
        await chat.panel.until(lambda s: s.of(chat.stream, "released"), PATIENCE_S, "the release")
        await self.take(self.ana, chat)
        await self.say(chat.visitor, chat, "Hello?")

    @asynccontextmanager
    async def _planted(self, over: Chat) -> AsyncIterator[None]:
        """Two rows of which the log knows nothing, until they are gone again; an inbox is opened meanwhile."""
        chat, agent, rebuilder = str(uuid4()), str(uuid4()), Rebuilder(self._system)
        (inbox,) = [model for model in CONVERSATION.models if model.name == "inbox"]
        (agents,) = PRESENCE.models
        await rebuilder.plant("conversation", inbox, over.conversation_id, chat)
        await rebuilder.plant("presence", agents, self.ben.agent_id, agent)
        for screen in self.inboxes:
            await screen.until(lambda s: {chat, agent} <= s.rows.keys(), PATIENCE_S, "what was planted")
        self.late.screen = await self._stack.enter_async_context(self.ben.screen())
        await self.late.screen.until(lambda s: s.ready, PATIENCE_S, "an inbox")
        self.late.read = await fetched(self.ben)
        assert {chat, agent} <= self.late.rows().keys()
        yield
        for screen in (*self.inboxes, self.late.screen):
            await screen.until(lambda s: {chat, agent} <= s.gone, PATIENCE_S, "that they are gone")

    async def _rebuilt(self) -> None:
        rebuilder = Rebuilder(self._system)
        for service, names in REBUILT:
            for model in service.models:
                if model.name in names:
                    await rebuilder.rebuild(service.name, model)

    async def _renamed(self) -> None:
        """Ben goes by another name, while he is online."""
        await self.ben.post("gateway/account/name", {"name": "Benedict"})
        for screen in self.inboxes:
            await screen.until(
                lambda s: s.rows[self.ben.agent_id]["name"] == "Benedict", PATIENCE_S, "his other name"
            )

    async def _named(self) -> Chat:
        """A conversation with somebody of whom the company has signed who they are, and whose name the bot asked for;
        nobody takes it."""
        playbook_id = await self._playbook("Name first", 600)
        await self.ana.post(f"playbook/playbooks/{playbook_id}/flow", {"flow": FLOW})
        asks = {"behaviour": {"privacy": {"text": "We keep your name.", "asks": True}}}
        await self.ana.post(f"playbook/playbooks/{playbook_id}/behaviour", asks)
        await self.ana.post(f"playbook/playbooks/{playbook_id}/publish")
        visitor, panel = await self._arrive(playbook_id, site=OUR_SITE, identity=await self._signed())
        await visitor.post(f"playbook/visits/{visitor.visit_id}/consent")
        await visitor.give("name", "Eva")
        chat = Chat(visitor, panel, await self._conversation(visitor, panel))
        await self._opened(chat.stream)
        return chat

    async def _signed(self) -> str:
        """What the company's server says of a user."""
        key = await self.ana.post("gateway/identity-keys")
        server = CompanyServer(key["kid"], key["secret"])
        return server.sign(aud=OUR_SITE, exp=int(time.time()) + 600, email="eva@example.com")

    async def _nobody_is_online(self) -> None:
        """One visitor is declined at once; of another's wish nobody decides in time, and then it is declined."""
        await self.nobody_is_online()
        with fenced(self._system, "conversation"):
            visitor, panel = await self.ask()
            begun = partial(Screen.of, stream=f"visit-{visitor.visit_id}", type_="offline_flow_started")
            with ahead(self._system, "playbook", UNDECIDED):
                await panel.until(begun, PATIENCE_S, "the offline flow")
        await self.sent_away(visitor, panel)
        for visitor, panel in self.panels[-2:]:
            (asked,) = panel.of(f"visit-{visitor.visit_id}", "live_chat_requested")
            await self._opened(f"conversation-{asked['conversation_id']}")

    async def _evening(self, waiting: Chat) -> None:
        """Everybody is back, and the one who still waits has gone."""
        await self.go_online(self.ana, self.ben)
        await waiting.panel.close()
        await self._row(waiting, visitor_left=True)
