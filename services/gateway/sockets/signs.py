"""What one socket signals to others, never recorded: signs of life, that a visitor is there, that somebody writes."""

import asyncio
from typing import Literal

from contracts.ids import stream
from contracts.signals import Heartbeat, Typing, VisitorPresence
from services.chassis.ports import Ports
from services.chassis.tokens import Caller
from services.gateway import queries
from services.gateway.sockets.frames import IsTyping
from services.gateway.sockets.streams import Streams

HEARTBEAT_EVERY_S = 5.0
VISITOR_ALIVE_EVERY_S = 60.0
TYPING_EVERY_S = 2.0


class Signs:
    """The signals of one caller's socket."""

    def __init__(self, ports: Ports, caller: Caller, tab: str) -> None:
        self._ports, self._caller, self._tab = ports, caller, tab
        self._is_agent = caller.kind == "agent"
        self._socket = ports.ids.new()
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

    async def attend(self) -> None:
        """A visitor is here, until cancelled; of agents their heartbeats tell."""
        if self._is_agent:
            return
        await self._tell("open")
        try:
            while True:
                await asyncio.sleep(VISITOR_ALIVE_EVERY_S)
                await self._tell("alive")
        finally:
            await self._tell("closed")

    async def typing(self, frame: IsTyping, streams: Streams) -> None:
        """Tells it of the visitor and of the holder, in a conversation that the socket follows; of nobody else.

        At most one signal in TYPING_EVERY_S for each conversation; what is too much is dropped.
        """
        conversation_id, now_s = frame.conversation_id, asyncio.get_running_loop().time()
        if not streams.follows(stream("conversation", conversation_id)):
            return
        if now_s < self._next_typing_s.get(conversation_id, 0.0):
            return
        self._next_typing_s = {one: at for one, at in self._next_typing_s.items() if at > now_s}
        self._next_typing_s[conversation_id] = now_s + TYPING_EVERY_S
        if await self._may_write_in(conversation_id):
            await self._ports.signals.send(conversation_id, self._typing(frame))

    async def _may_write_in(self, conversation_id: str) -> bool:
        who = self._caller
        told = {"holder_id": who.id} if self._is_agent else {"visit_id": who.visit_id}
        return await queries.is_in_inbox_as(self._ports.reader, who.workspace_id, conversation_id, told)

    def _typing(self, frame: IsTyping) -> Typing:
        return Typing(
            workspace_id=self._caller.workspace_id,
            conversation_id=frame.conversation_id,
            agent_id=self._caller.id if self._is_agent else None,
            typing=frame.typing,
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
