"""What one replica hears, handed to the sockets that it is for: by workspace and stream, and by workspace for rows."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Protocol

import structlog

from contracts.conversation import ConversationStarted
from contracts.envelope import Fact, Recorded
from contracts.gateway import AgentRemoved, AgentRoleChanged, SessionEnded, SessionsEnded
from contracts.ids import stream
from contracts.signals import Typing, Viewing
from contracts.states import StateRow
from contracts.topics import (
    AGENTS_STATE,
    CONVERSATION_EVENTS,
    GATEWAY_EVENTS,
    INBOX_STATE,
    PARTITIONS,
    PLAYBOOK_EVENTS,
    Topic,
)
from services.chassis.models import Changed
from services.chassis.ports import Ports
from services.gateway import queries
from services.gateway.projections.views import row_view
from services.gateway.sockets.frames import Ended, over, row_json
from services.gateway.sockets.notices import Notices
from services.gateway.sockets.viewing import Place, Seen, Viewers
from services.gateway.sockets.waiting import Queues

PROBES_MAX = 400
GONE_LOOKS_MAX = 30  # Of 2 s each.
TYPING_COUNTS = timedelta(seconds=6)

log = structlog.get_logger()


class Listening(Protocol):
    """A socket, as the hub knows it. Its functions neither wait nor raise."""

    def heard(self, recorded: Recorded) -> None: ...

    def patched(self, key: str, row: str) -> None: ...

    def signalled(self, typing: Typing) -> None: ...

    def viewed(self, conversation_id: str, agents: Mapping[str, str]) -> None: ...

    def edited(self, playbook_id: str, agents: Mapping[str, Seen]) -> None: ...

    def end_if_refused(self, why: Ended) -> None: ...


class Hub:
    """One for each application: it hears the live end of the topics once and serves all sockets with it."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._streams: dict[tuple[str, str], set[Listening]] = defaultdict(set)
        self._folders: dict[str, set[Listening]] = defaultdict(set)
        self._agents: dict[str, set[Listening]] = defaultdict(set)
        self._editors: dict[Place, set[Listening]] = defaultdict(set)
        self._gone: set[asyncio.Task[None]] = set()
        self._last_gone: dict[str, asyncio.Task[None]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._viewers = Viewers()
        self.notices = Notices(ports.tail, ports.clock)
        self.queues = Queues(ports.reader, self._inbox_passed)
        ports.tail.listen(CONVERSATION_EVENTS, self._event)
        ports.tail.listen(PLAYBOOK_EVENTS, self._event)
        ports.tail.listen(GATEWAY_EVENTS, self._ended)
        ports.tail.listen(INBOX_STATE, lambda changed: self._row("conversation", changed))
        ports.tail.listen(INBOX_STATE, self.queues.heard)
        ports.tail.listen(AGENTS_STATE, lambda changed: self._row("agent", changed))
        ports.signals.listen(self._signal)

    def follow(self, workspace_id: str, stream_id: str, socket: Listening) -> None:
        """From now on the socket hears this stream, if it is of this workspace."""
        self._streams[workspace_id, stream_id].add(socket)

    def unfollow(self, workspace_id: str, stream_id: str, socket: Listening) -> None:
        """The socket hears this stream no more."""
        followers = self._streams.get((workspace_id, stream_id), set())
        followers.discard(socket)
        if not followers:
            self._streams.pop((workspace_id, stream_id), None)

    def show_folders(self, workspace_id: str, socket: Listening) -> None:
        """From now on the socket hears of every changed row of the workspace."""
        self._folders[workspace_id].add(socket)

    def hide_folders(self, workspace_id: str, socket: Listening) -> None:
        """The socket hears of rows no more."""
        screens = self._folders.get(workspace_id, set())
        screens.discard(socket)
        if not screens:
            self._folders.pop(workspace_id, None)

    def admit(self, agent_id: str, socket: Listening) -> None:
        """The socket is this agent's: it ends when their sessions do."""
        self._agents[agent_id].add(socket)

    def dismiss(self, agent_id: str, socket: Listening) -> None:
        """The socket is over."""
        sockets = self._agents.get(agent_id, set())
        sockets.discard(socket)
        if not sockets:
            self._agents.pop(agent_id, None)

    def viewers_of(self, workspace_id: str, conversation_id: str) -> Mapping[str, str]:
        """The names of the agents who look at the conversation now, by their ids."""
        return self._viewers.of((workspace_id, conversation_id))

    def edit(self, workspace_id: str, playbook_id: str, socket: Listening) -> Mapping[str, Seen]:
        """From now on the socket hears who edits the playbook; answers who does now."""
        self._editors[workspace_id, playbook_id].add(socket)
        return self._viewers.seen((workspace_id, playbook_id))

    def leave(self, workspace_id: str, playbook_id: str, socket: Listening) -> None:
        """The socket hears of its editors no more."""
        editors = self._editors.get((workspace_id, playbook_id), set())
        editors.discard(socket)
        if not editors:
            self._editors.pop((workspace_id, playbook_id), None)

    def sweep_viewers(self) -> None:
        """Tells of those who were not heard of for too long; whoever serves a socket calls it now and then."""
        self._tell_viewers(self._viewers.sweep(self._ports.clock.now()))

    async def caught_up(self, stream_id: str) -> bool:
        """Whether the read model has passed all that was heard of the stream before this call, within a moment."""
        topic = PLAYBOOK_EVENTS if queries.model_of(stream_id) == "walks" else CONVERSATION_EVENTS
        partition, end = await self._ports.tail.end(topic, stream_id)
        return await self._passed(queries.model_of(stream_id), {partition: end})

    async def folders_caught_up(self) -> bool:
        """Whether lists that are read from now on hold every row that was heard of before this call."""
        inbox_ends, agent_ends = await self._ends(INBOX_STATE), await self._ends(AGENTS_STATE)
        return await self._passed("inbox", inbox_ends) and await self._passed("agents", agent_ends)

    async def _inbox_passed(self, conversation_ids: Collection[str] | None) -> bool:
        if conversation_ids is None:
            return await self._passed("inbox", await self._ends(INBOX_STATE))
        ends = [await self._ports.tail.end(INBOX_STATE, one) for one in conversation_ids]
        return await self._passed("inbox", dict(ends))

    async def _passed(self, model: str, ends: dict[int, int]) -> bool:
        async def passed() -> bool:
            for partition, end in list(ends.items()):
                if await self._ports.reader.reached(model, partition) < end:
                    return False
                del ends[partition]
            return True

        return await queries.comes_true(passed)

    async def _ends(self, topic: Topic) -> dict[int, int]:
        """The end of every partition: each is named by keys that lie in it."""
        ends: dict[int, int] = {}
        for probe in range(PROBES_MAX):
            partition, end = await self._ports.tail.end(topic, str(probe))
            ends.setdefault(partition, end)
            if len(ends) == PARTITIONS:
                break
        return ends

    def _event(self, recorded: Recorded) -> None:
        workspace_id, event = recorded.metadata.workspace_id, recorded.event
        listening = set(self._streams.get((workspace_id, recorded.stream), ()))
        if isinstance(event, ConversationStarted):
            # Its visit's socket may hear of the conversation here first: topics have no order among each other.
            listening |= self._streams.get((workspace_id, stream("visit", event.visit_id)), set())
        for socket in listening:
            socket.heard(recorded)

    def _signal(self, signal: Fact) -> None:
        now = self._ports.clock.now()
        match signal:
            case Typing() if now - signal.at < TYPING_COUNTS:
                for socket in self._followers(signal.workspace_id, signal.conversation_id):
                    socket.signalled(signal)
            case Viewing():
                self._tell_viewers(self._viewers.hear(signal, now))

    def _tell_viewers(self, places: Collection[Place]) -> None:
        for place in places:
            agents = self._viewers.of(place)
            for socket in self._followers(*place):
                socket.viewed(place[1], agents)
            for socket in list(self._editors.get(place, ())):
                socket.edited(place[1], self._viewers.seen(place))

    def _followers(self, workspace_id: str, conversation_id: str) -> Collection[Listening]:
        return list(self._streams.get((workspace_id, stream("conversation", conversation_id)), ()))

    def _ended(self, recorded: Recorded) -> None:
        match recorded.event:
            case SessionsEnded(agent_id=agent_id, reason=reason):
                why = over(reason)
            case SessionEnded(agent_id=agent_id):
                why = over("session_ended")
            case AgentRemoved(agent_id=agent_id):
                why = over("removed")
            case AgentRoleChanged(agent_id=agent_id):
                why = over("role_changed")
            case _:
                return
        for socket in tuple(self._agents.get(agent_id, ())):
            socket.end_if_refused(why)

    def _row(self, kind: str, changed: Changed) -> None:
        name = f"{kind}-{changed.key}"
        if isinstance(changed.row, StateRow):
            self._last_gone.pop(name, None)
            self._patch(changed.row.workspace_id, name, row_json(row_view(changed.row)))
        elif self._folders:
            task = asyncio.get_running_loop().create_task(self._tell_gone(kind, changed.key))
            self._last_gone[name] = task
            self._gone.add(task)
            task.add_done_callback(self._gone.discard)

    async def _tell_gone(self, kind: str, key: str) -> None:
        name = f"{kind}-{key}"
        async with self._one_at_a_time:
            workspace_id = await self._workspace_of(kind, key)
        # Unless a row came after it meanwhile, which was told at once.
        if self._last_gone.get(name) is asyncio.current_task():
            del self._last_gone[name]
            if workspace_id is not None:
                self._patch(workspace_id, name, row_json({"kind": kind, f"{kind}_id": key, "gone": True}))

    async def _workspace_of(self, kind: str, key: str) -> str | None:
        """Where a row that is gone was: the read model knows once it has passed what was heard, the row and its end."""
        model, topic = ("inbox", INBOX_STATE) if kind == "conversation" else ("agents", AGENTS_STATE)
        partition, end = await self._ports.tail.end(topic, key)
        for _ in range(GONE_LOOKS_MAX):
            # Looked up also where it lags: most rows are older than that.
            found = await queries.workspace_of(self._ports.reader, kind, key)
            if found is not None:
                return found
            if await self._passed(model, {partition: end}):
                return await queries.workspace_of(self._ports.reader, kind, key)
        log.warning("gone_row_not_told", kind=kind, key=key)
        return None

    def _patch(self, workspace_id: str, key: str, row: str) -> None:
        for socket in list(self._folders.get(workspace_id, ())):
            socket.patched(key, row)
