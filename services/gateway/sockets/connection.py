"""One authorised socket: it brings its screen up to date, keeps it so, and ends with a reason."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import assert_never

from fastapi import WebSocket, WebSocketDisconnect

from contracts.envelope import Recorded
from contracts.ids import category_of, id_of, stream
from contracts.signals import Typing
from services.chassis.ports import Ports
from services.chassis.tokens import BadToken, Caller, Verifier
from services.gateway import queries
from services.gateway.sockets.bounds import Pace
from services.gateway.sockets.delivery import SENT
from services.gateway.sockets.editing import Editing
from services.gateway.sockets.frames import (
    PONG,
    READY,
    Authorise,
    Edit,
    Ended,
    Follow,
    Incoming,
    IsTyping,
    Ping,
    Renew,
    Unfollow,
    View,
    bad_frame,
    read,
    retry,
    rows_frame,
    slow,
    typing_frame,
    unauthorised,
    viewing_frame,
)
from services.gateway.sockets.hub import Hub
from services.gateway.sockets.outgoing import Outgoing
from services.gateway.sockets.patches import Patches
from services.gateway.sockets.signs import Signs
from services.gateway.sockets.streams import Streams, conversation_named_by
from services.gateway.sockets.viewing import Seen, Told
from services.gateway.sockets.waiting import Waiting

TOKEN_CHECKED_EVERY_S = 5.0
ROWS_EVERY_S = 0.25


async def next_frame(websocket: WebSocket) -> Incoming:
    """The next frame from the client. Raises Ended for a bad one and WebSocketDisconnect at the client's end."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code") or 1005)
    return read(message.get("text"))


def verified(verifier: Verifier, token: str, ports: Ports) -> Caller:
    """Who the token speaks for now. Raises Ended."""
    try:
        return verifier.verify(token, ports.clock.now())
    except BadToken:
        raise unauthorised("The token is not valid, or it is over: get a new one.") from None


class Connection:
    """An authorised socket: it listens to the hub, and its tasks end together."""

    def __init__(
        self,
        websocket: WebSocket,
        ports: Ports,
        verifier: Verifier,
        hub: Hub,
        caller: Caller,
        first: Authorise,
    ) -> None:
        self._websocket, self._ports, self._verifier, self._hub = websocket, ports, verifier, hub
        self._caller, self._first, self._token = caller, first, first.token
        self._is_agent = caller.kind == "agent"
        self._outgoing, self._patches = Outgoing(), Patches()
        self._patched = asyncio.Event()
        self._viewers = Told[str](caller.id, viewing_frame)
        self._over, self._why = asyncio.Event(), slow()
        self._signs = Signs(ports, caller, first.tab)
        self._editing = Editing(hub, caller, self._signs, self)
        workspace_id = caller.workspace_id
        self._waiting = Waiting(hub.queues, ports.reader, workspace_id, self.noticed)
        self._streams = Streams(
            hub, ports.reader, self._outgoing, workspace_id, for_visitor=not self._is_agent
        )

    async def run(self) -> None:
        """Until one side ends it. Raises Ended or WebSocketDisconnect."""
        if self._is_agent:
            self._hub.admit(self._caller.id, self)
        try:
            async with asyncio.TaskGroup() as tasks:
                for task in (self._receive(), self._send(), self._begin(), self._send_rows(), self._watch()):
                    tasks.create_task(task)
                tasks.create_task(self._signs.attend())
        except BaseExceptionGroup as group:
            raise _first_of(group) from None
        finally:
            self._streams.unfollow_all(self)
            self._waiting.leave()
            self._editing.leave()
            self._hub.hide_folders(self._caller.workspace_id, self)
            self._hub.dismiss(self._caller.id, self)
            self._hub.notices.untell(self._caller.workspace_id, self._caller.id, self)

    def heard(self, recorded: Recorded) -> None:
        """The hub has an event for this socket."""
        try:
            if not self._is_agent:
                self._follow_conversation(recorded)
                self._waiting.heard(recorded)
            self._streams.heard(recorded)
        except Ended as ended:
            self._end(ended)

    def end_if_refused(self, why: Ended) -> None:
        """The agent's sessions were ended: this socket is, unless its token is newer than that."""
        try:
            verified(self._verifier, self._token, self._ports)
        except Ended:
            self._end(why)

    def _end(self, why: Ended) -> None:
        self._why = why
        self._over.set()

    def patched(self, key: str, row: str) -> None:
        """The hub has a row for this socket."""
        self._patches.put(key, row)
        self._patched.set()

    def signalled(self, typing: Typing) -> None:
        """The hub hears that somebody writes: visitors are told of the holder, agents of everybody but themselves."""
        writer = typing.agent_id
        if writer != (self._caller.id if self._is_agent else None) and (self._is_agent or typing.holds):
            self._outgoing.push_if_room(typing_frame(typing, for_visitor=not self._is_agent))

    def viewed(self, conversation_id: str, agents: Mapping[str, str]) -> None:
        """Who looks at a conversation that is followed here: other agents than this one, told to agents alone."""
        self._told(self._viewers.news(conversation_id, agents) if self._is_agent else None)

    def edited(self, playbook_id: str, agents: Mapping[str, Seen]) -> None:
        """Who edits the playbook that is open here, beside this agent."""
        self._told(self._editing.news(playbook_id, agents))

    def _told(self, frame: str | None) -> None:
        if frame is not None:
            self.noticed(frame)

    def noticed(self, frame: str) -> None:
        """The agent or the visitor of this socket is told of something."""
        try:
            self._outgoing.push(frame)
        except Ended as ended:
            self._end(ended)

    def _follow_conversation(self, recorded: Recorded) -> None:
        """A visitor follows whatever conversation comes of the visit, from its beginning."""
        asked = conversation_named_by(recorded)
        if asked is not None:
            self._follow_own(stream("conversation", asked))
        elif category_of(recorded.stream) == "conversation":
            self._follow_own(recorded.stream)

    def _follow_own(self, stream_id: str) -> None:
        self._streams.make_room(self)
        self._streams.follow(stream_id, self._first.have.get(stream_id, 0), self)

    async def _begin(self) -> None:
        """Brings the screen up to date, says so, and goes on reading what is asked for later."""
        await self._signs.beat()
        if self._is_agent:
            await self._begin_agent()
        else:
            await self._begin_visitor()
        await self._outgoing.offer(READY)
        await self._streams.keep_reading(self)

    async def _begin_agent(self) -> None:
        self._hub.notices.tell(self._caller.workspace_id, self._caller.id, self)
        for stream_id, after in self._first.have.items():
            self._follow(stream_id, after)
        if self._first.folders:
            self._hub.show_folders(self._caller.workspace_id, self)
            if not await self._hub.folders_caught_up():
                raise retry()

    async def _begin_visitor(self) -> None:
        visit_id = self._caller.visit_id or ""
        visit = stream("visit", visit_id)
        self._follow_own(visit)
        await self._streams.read(visit)
        for stream_id in await queries.conversations_of(
            self._ports.reader, self._caller.workspace_id, visit_id
        ):
            self._follow_own(stream_id)
            await self._streams.read(stream_id)
            await self._waiting.begin(stream_id)

    async def _receive(self) -> None:
        pace, clock = Pace(), asyncio.get_running_loop()
        while True:
            frame = await next_frame(self._websocket)
            pace.step(clock.time())
            await self._signs.beat()
            match frame:
                case Ping():
                    self._outgoing.push(PONG)
                case Renew():
                    self._renew(frame.token)
                case Follow() | Unfollow() if not self._is_agent:
                    raise bad_frame("A visitor's streams are followed by themselves.")
                case View() | Edit() if not self._is_agent:
                    raise bad_frame("Only agents tell what they look at.")
                case Follow():
                    self._follow(frame.stream, frame.after)
                case Unfollow():
                    self._streams.unfollow(frame.stream, self)
                    self._viewers.forget(id_of(frame.stream))
                case View():
                    self._signs.view(frame.conversation_id)
                case Edit():
                    self._told(self._editing.show(frame))
                case IsTyping():
                    await self._signs.typing(frame, self._streams)
                case Authorise():
                    raise bad_frame("This socket is authorised already.")
                case _:
                    assert_never(frame)

    def _follow(self, stream_id: str, after: int) -> None:
        """An agent follows a conversation, and hears who else looks at it."""
        self._streams.follow(stream_id, after, self)
        conversation_id = id_of(stream_id)
        self.viewed(conversation_id, self._hub.viewers_of(self._caller.workspace_id, conversation_id))

    def _renew(self, token: str) -> None:
        caller = verified(self._verifier, token, self._ports)
        same = {"name": self._caller.name, "session_id": self._caller.session_id}
        if caller.model_copy(update=same) != self._caller:
            raise unauthorised("This token is of somebody else.")
        self._token = token

    async def _send(self) -> None:
        while True:
            frame, delivery = await self._outgoing.take()
            try:
                await self._websocket.send_text(frame)
            except (
                RuntimeError
            ):  # The server has closed it: for a frame that is too large, or for want of pongs.
                raise WebSocketDisconnect(1006) from None
            SENT.inc()
            if delivery is not None:
                delivery.sent(self._ports.clock.now())

    async def _send_rows(self) -> None:
        """The first row at once, then one frame for all that changed in ROWS_EVERY_S."""
        while True:
            await self._patched.wait()
            self._outgoing.push(rows_frame(self._patches.take()))
            if not self._patches:
                self._patched.clear()
            await asyncio.sleep(ROWS_EVERY_S)

    async def _watch(self) -> None:
        """Ends the socket when its token is over or its client is too slow; meanwhile viewers who fell silent go."""
        while not self._over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(TOKEN_CHECKED_EVERY_S):
                    await self._over.wait()
            self._hub.sweep_viewers()
            if not self._over.is_set():
                verified(self._verifier, self._token, self._ports)
        raise self._why


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The reason that counts: ours to close before the client's end, and anything unexpected before both."""
    causes: list[BaseException] = []
    for cause in group.exceptions:
        causes.append(_first_of(cause) if isinstance(cause, BaseExceptionGroup) else cause)
    return min(causes, key=lambda cause: (isinstance(cause, WebSocketDisconnect), isinstance(cause, Ended)))
