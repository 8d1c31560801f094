"""What one socket signals to others, never recorded: that somebody is alive, is there, writes, looks at something."""

import asyncio
from collections.abc import Mapping
from typing import Literal

from contracts.ids import stream
from contracts.signals import Heartbeat, Typing, VisitorPresence
from services.chassis.ports import Ports
from services.chassis.tokens import Caller
from services.gateway import queries
from services.gateway.sockets.frames import IsTyping
from services.gateway.sockets.streams import Streams
from services.gateway.sockets.viewing import View

HEARTBEAT_EVERY_S = 5.0
VISITOR_ALIVE_EVERY_S = 60.0
TYPING_EVERY_S = 2.0


class Signs:
    """The signals of one caller's socket."""

    def __init__(self, ports: Ports, caller: Caller, tab: str) -> None:
        self._ports, self._caller, self._tab = ports, caller, tab
        self._is_agent = caller.kind == "agent"
        self._socket = ports.ids.new()
        self._view = View(ports, caller, self._socket)
        self._next_heartbeat_s = 0.0
        self._next_typing_s: dict[str, float] = {}

    async def beat(self) -> None:
        """An agent is alive; at most one signal in HEARTBEAT_EVERY_S."""
        now_s = asyncio.get_running_loop().time()
        if not self._is_agent or now_s < self._next_heartbeat_s:
            return
        self._next_heartbeat_s = now_s + HEARTBEAT_EVERY_S
        who, at = self._caller, self._ports.clock.now()
        beat = Heartbeat(workspace_id=who.workspace_id, agent_id=who.id, tab=self._tab, at=at)
        await self._ports.signals.send(who.id, beat)

    def view(self, conversation_id: str | None) -> None:
        """An agent's socket shows this conversation now; None for none."""
        self._view.show(conversation_id=conversation_id)

    def edit(self, playbook_id: str | None, card_id: str | None) -> None:
        """An editor's socket shows this playbook now, with this card selected; None for none."""
        self._view.show(playbook_id=playbook_id, card_id=card_id if playbook_id else None)

    async def attend(self) -> None:
        """A visitor is here, until cancelled; of agents their heartbeats tell that, and this what they look at."""
        if self._is_agent:
            await self._view.attend()
        else:
            await self._attend_visitor()

    async def _attend_visitor(self) -> None:
        await self._tell("open")
        try:
            while True:
                await asyncio.sleep(VISITOR_ALIVE_EVERY_S)
                await self._tell("alive")
        finally:
            await self._tell("closed")

    async def typing(self, frame: IsTyping, streams: Streams) -> None:
        """Tells it of the visitor and of agents, in an open conversation that the socket follows.

        At most one signal in TYPING_EVERY_S for each conversation; what is too much is dropped.
        """
        conversation_id, now_s = frame.conversation_id, asyncio.get_running_loop().time()
        if not streams.follows(stream("conversation", conversation_id)):
            return
        if now_s < self._next_typing_s.get(conversation_id, 0.0):
            return
        self._next_typing_s = {one: at for one, at in self._next_typing_s.items() if at > now_s}
        self._next_typing_s[conversation_id] = now_s + TYPING_EVERY_S
        if await self._is_in(conversation_id, {} if self._is_agent else {"visit_id": self._caller.visit_id}):
            holds = not self._is_agent or await self._is_in(conversation_id, {"holder_id": self._caller.id})
            await self._ports.signals.send(conversation_id, self._typing(frame, holds))

    async def _is_in(self, conversation_id: str, who: Mapping[str, str | None]) -> bool:
        workspace_id, reader = self._caller.workspace_id, self._ports.reader
        return await queries.is_in_inbox_as(reader, workspace_id, conversation_id, who)

    def _typing(self, frame: IsTyping, holds: bool) -> Typing:
        return Typing(
            workspace_id=self._caller.workspace_id,
            conversation_id=frame.conversation_id,
            agent_id=self._caller.id if self._is_agent else None,
            typing=frame.typing,
            holds=holds,
            at=self._ports.clock.now(),
        )

    async def _tell(self, state: Literal["open", "alive", "closed"]) -> None:
        visit_id = self._caller.visit_id or ""
        presence = VisitorPresence(
            workspace_id=self._caller.workspace_id,
            visit_id=visit_id,
            socket=self._socket,
            state=state,
            at=self._ports.clock.now(),
        )
        await self._ports.signals.send(visit_id, presence)
