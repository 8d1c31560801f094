"""The streams of one socket: history and live events become frames, each version of each stream exactly once."""

import asyncio
from collections.abc import Sequence
from typing import Any

from contracts.envelope import Recorded
from contracts.playbook import LiveChatRequested
from services.chassis.ports import Reader
from services.gateway import queries
from services.gateway.projections.views import view
from services.gateway.sockets.cursor import Cursor
from services.gateway.sockets.delivery import Delivery
from services.gateway.sockets.frames import STREAMS_MAX, bad_frame, error_frame, event_frame, retry
from services.gateway.sockets.hub import Hub, Listening
from services.gateway.sockets.outgoing import Outgoing

HISTORY_PAGE = 100
NOT_FOLLOWED = {
    "not_found": "There is no such conversation.",
    "behind": "Part of this conversation cannot be read at the moment. Nothing of it is lost.",
}
"""Why an agent's screen does not follow a stream, while its socket goes on with the others."""

View = dict[str, Any] | None


class Streams:
    """What one socket follows. One stream is read at a time; meanwhile the others' live events wait for their turn."""

    def __init__(
        self, hub: Hub, reader: Reader, outgoing: Outgoing, workspace_id: str, *, for_visitor: bool
    ) -> None:
        self._hub, self._reader, self._outgoing = hub, reader, outgoing
        self._workspace_id, self._for_visitor = workspace_id, for_visitor
        self._cursors: dict[str, Cursor[View]] = {}
        self._wanted: asyncio.Queue[str] = asyncio.Queue()
        self._waiting: set[str] = set()

    def follow(self, stream: str, after: int, socket: Listening) -> None:
        """Follows the stream from the version after `after` on. Repeated, it changes nothing."""
        if stream in self._cursors:
            return
        if len(self._cursors) >= STREAMS_MAX:
            raise bad_frame(f"A socket follows at most {STREAMS_MAX} streams.")
        self._cursors[stream] = Cursor(after)
        self._hub.follow(self._workspace_id, stream, socket)
        self._want(stream)

    def make_room(self, socket: Listening) -> None:
        """Before a visitor's socket follows one more: the oldest after the visit, a request that was declined, goes."""
        if len(self._cursors) >= STREAMS_MAX:
            self.unfollow(list(self._cursors)[1], socket)

    def follows(self, stream: str) -> bool:
        """Whether the socket follows this stream now."""
        return stream in self._cursors

    def unfollow(self, stream: str, socket: Listening) -> None:
        """Follows the stream no more."""
        if self._cursors.pop(stream, None) is not None:
            self._hub.unfollow(self._workspace_id, stream, socket)

    def unfollow_all(self, socket: Listening) -> None:
        """The socket is over."""
        for stream in list(self._cursors):
            self.unfollow(stream, socket)

    def heard(self, recorded: Recorded) -> None:
        """A live event of a stream that is followed. Raises Ended where the client is too slow."""
        cursor = self._cursors.get(recorded.stream)
        if cursor is None:
            return
        was_reading = cursor.reading
        for version, event in cursor.live(recorded.version, view(recorded, self._for_visitor)):
            self._outgoing.push(event_frame(recorded.stream, version, event), Delivery(recorded))
        if cursor.reading and not was_reading:
            self._want(recorded.stream)

    def _want(self, stream: str) -> None:
        """Its history is to be read; a client that follows again and again makes no longer queue."""
        if stream not in self._waiting:
            self._waiting.add(stream)
            self._wanted.put_nowait(stream)

    async def keep_reading(self, socket: Listening) -> None:
        """Reads the history of what begins to be followed and of what has a gap, until cancelled."""
        while True:
            stream = await self._wanted.get()
            self._waiting.discard(stream)
            cursor = self._cursors.get(stream)
            if cursor is not None and (code := await self.read(stream)) is not None:
                self.unfollow(stream, socket)
                self._outgoing.push(error_frame(code, NOT_FOLLOWED[code], stream=stream))

    async def read(self, stream: str) -> str | None:
        """Sends the stream's history and what came meanwhile. A code of NOT_FOLLOWED where an agent cannot have it.

        Agents have other conversations beside one that waits behind a parked event; visitors have not.
        """
        while (cursor := self._cursors.get(stream)) is not None and cursor.reading:
            if not await self._hub.caught_up(stream):
                raise retry()
            if not self._for_visitor and not await self._exists(stream):
                return "not_found"
            before = cursor.last
            await self._send_history(stream, cursor)
            while self._is_followed_by(stream, cursor) and (ready := cursor.drain()):
                await self._offer(stream, cursor, ready)
            if self._is_followed_by(stream, cursor) and cursor.is_stuck(before):
                if self._for_visitor:
                    raise retry()
                return "behind"
        return None

    async def _send_history(self, stream: str, cursor: Cursor[View]) -> None:
        after, page = cursor.last, HISTORY_PAGE
        while page == HISTORY_PAGE and self._is_followed_by(stream, cursor):
            found = await queries.entries(
                self._reader, self._workspace_id, stream, after, HISTORY_PAGE, for_visitor=self._for_visitor
            )
            await self._offer(stream, cursor, cursor.history(found))
            after, page = (found[-1][0] if found else after), len(found)

    async def _offer(self, stream: str, cursor: Cursor[View], events: Sequence[tuple[int, View]]) -> None:
        for version, event in events:
            if not self._is_followed_by(stream, cursor):
                return
            await self._outgoing.offer(event_frame(stream, version, event))

    def _is_followed_by(self, stream: str, cursor: Cursor[View]) -> bool:
        """Whether this cursor still counts: while it read, the client may have left the stream, or begun anew."""
        return self._cursors.get(stream) is cursor

    async def _exists(self, stream: str) -> bool:
        """Whether the workspace has this conversation; its row in the inbox may be here a moment before its events."""

        async def exists() -> bool:
            return await queries.conversation(self._reader, self._workspace_id, stream) is not None

        return await queries.comes_true(exists)


def conversation_named_by(recorded: Recorded) -> str | None:
    """The conversation that a visit's event asks for."""
    return recorded.event.conversation_id if isinstance(recorded.event, LiveChatRequested) else None
