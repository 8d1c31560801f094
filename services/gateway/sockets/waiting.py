"""Where visitors who wait for an agent stand in line: each is told their own number, and nothing of the others.

The inbox's read model is the line, so that every replica tells the same numbers. It is read while the sockets of
visitors who wait are here, when a row that was heard tells of somebody who came or went, and not more often than
QUEUE_EVERY_S: what a row costs does not depend on how many wait, nor on how many sockets there are.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

import structlog

from contracts.conversation import Assigned, Closed, ConversationStarted, Released, WaitExpired
from contracts.envelope import Recorded
from contracts.ids import id_of
from contracts.states import InboxRow
from services.chassis.models import Changed
from services.chassis.ports import Reader
from services.gateway import queries
from services.gateway.projections.views import UNASSIGNED, folder_of
from services.gateway.sockets.frames import queue_frame

QUEUE_EVERY_S = 1.0

log = structlog.get_logger()

Passed = Callable[[Collection[str] | None], Awaitable[bool]]
"""Whether the inbox's read model has all that was heard of these conversations, or of any (None), within a moment."""


class Waits(Protocol):
    """A visitor's socket, as the line knows it."""

    def stands(self, conversation_id: str, position: int) -> None: ...


class _Queue:
    """One workspace's line, as it was read last."""

    def __init__(self) -> None:
        self.sockets: dict[str, set[Waits]] = defaultdict(set)
        self.news = asyncio.Event()
        self.heard: set[str] = set()
        """The conversations of which the next reading has to know."""
        self.places: Mapping[str, int] | None = None
        """None while it is read: then every row that is heard may be news."""

    def hear(self, conversation_id: str, waits: bool) -> None:
        if self.places is None or waits != (conversation_id in self.places):
            self.heard.add(conversation_id)
            self.news.set()

    def tell(self, places: Mapping[str, int]) -> None:
        self.places = places
        for conversation_id, sockets in self.sockets.items():
            if position := places.get(conversation_id):
                for socket in sockets:
                    socket.stands(conversation_id, position)


class Queues:
    """The lines of the workspaces of which a visitor who waits has a socket here."""

    def __init__(self, reader: Reader, passed: Passed) -> None:
        self._reader, self._passed = reader, passed
        self._queues: dict[str, _Queue] = {}
        self._readings: dict[str, asyncio.Task[None]] = {}

    def join(self, workspace_id: str, conversation_id: str, socket: Waits) -> None:
        """From now on the socket is told where the conversation stands, while it waits."""
        if workspace_id not in self._queues:
            queue = self._queues[workspace_id] = _Queue()
            reading = asyncio.get_running_loop().create_task(self._keep_reading(workspace_id, queue))
            self._readings[workspace_id] = reading
        queue = self._queues[workspace_id]
        queue.sockets[conversation_id].add(socket)
        queue.heard.add(conversation_id)
        queue.news.set()

    def leave(self, workspace_id: str, conversation_id: str, socket: Waits) -> None:
        """The socket is told no more of it; the last one ends the reading."""
        queue = self._queues.get(workspace_id)
        if queue is None or conversation_id not in queue.sockets:
            return
        queue.sockets[conversation_id].discard(socket)
        if not queue.sockets[conversation_id]:
            del queue.sockets[conversation_id]
        if not queue.sockets:
            del self._queues[workspace_id]
            self._readings.pop(workspace_id).cancel()

    def heard(self, changed: Changed) -> None:
        """A row of the inbox, or the end of one, which does not say where it was."""
        row = changed.row
        if isinstance(row, InboxRow):
            if (queue := self._queues.get(row.workspace_id)) is not None:
                queue.hear(changed.key, folder_of(row) == UNASSIGNED and not row.missed)
        elif row is None:
            for queue in self._queues.values():
                queue.hear(changed.key, waits=False)

    async def _keep_reading(self, workspace_id: str, queue: _Queue) -> None:
        heard: set[str] | None = None  # Of rows from before the line was here nothing is known.
        while True:
            await queue.news.wait()
            queue.news.clear()
            heard, queue.heard = (heard if heard is None else heard | queue.heard), set()
            queue.places = None
            try:
                if await self._passed(heard):
                    line = await queries.queue(self._reader, workspace_id, UNASSIGNED)
                    queue.tell({conversation_id: place for place, conversation_id in enumerate(line, 1)})
                    heard = set()
                else:
                    queue.news.set()
            except Exception as error:  # The sockets go on; the database may be back in a moment.
                log.warning("queue_not_read", workspace_id=workspace_id, error=str(error))
                queue.news.set()
            await asyncio.sleep(QUEUE_EVERY_S)


class Waiting:
    """What one visitor's socket is told of the line: nothing, unless the card by which they came says so."""

    def __init__(
        self, queues: Queues, reader: Reader, workspace_id: str, tell: Callable[[str], None]
    ) -> None:
        self._queues, self._reader, self._workspace_id, self._tell = queues, reader, workspace_id, tell
        self._shown: set[str] = set()
        self._waits: dict[str, bool] = {}
        self._told: tuple[str, int] | None = None

    def stands(self, conversation_id: str, position: int) -> None:
        """The conversation has this place now; told where it is another one than before."""
        if self._told != (conversation_id, position):
            self._told = conversation_id, position
            self._tell(queue_frame(conversation_id, position))

    def heard(self, recorded: Recorded) -> None:
        """An event of a stream of this visitor's."""
        match recorded.event:
            case ConversationStarted(conversation_id=conversation_id, show_queue_position=shown):
                if shown:
                    self._shown.add(conversation_id)
                self._move(conversation_id, waits=True)
            case Released(conversation_id=conversation_id):
                self._told = None
                self._move(conversation_id, waits=True)
            case Assigned() | WaitExpired() | Closed() as over:
                self._move(over.conversation_id, waits=False)

    async def begin(self, stream_id: str) -> None:
        """The socket goes on with a conversation that began before."""
        conversation_id = id_of(stream_id)
        if conversation_id in self._waits or not await self._is_shown(stream_id):
            return
        may_wait = await queries.may_wait(self._reader, self._workspace_id, conversation_id)
        self._shown.add(conversation_id)
        # What was heard meanwhile is newer.
        self._move(conversation_id, waits=self._waits.get(conversation_id, may_wait))

    def leave(self) -> None:
        """The socket is over."""
        for conversation_id in self._shown:
            self._queues.leave(self._workspace_id, conversation_id, self)

    async def _is_shown(self, stream_id: str) -> bool:
        first = await queries.entries(self._reader, self._workspace_id, stream_id, 0, 1, for_visitor=False)
        return any(bool(event and event.get("show_queue_position")) for _, event in first)

    def _move(self, conversation_id: str, waits: bool) -> None:
        self._waits[conversation_id] = waits
        if conversation_id in self._shown:
            move = self._queues.join if waits else self._queues.leave
            move(self._workspace_id, conversation_id, self)
