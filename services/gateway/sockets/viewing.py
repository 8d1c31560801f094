"""Who looks at which conversation, on all replicas; told by signals, recorded nowhere, and gone when nobody says it."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from contracts.signals import Viewing
from services.chassis.ports import Ports
from services.chassis.tokens import Caller
from services.gateway.sockets.frames import viewing_frame

VIEW_EVERY_S = 1.0
VIEW_AGAIN_EVERY_S = 10.0
VIEWING_COUNTS = timedelta(seconds=30)
SWEEP_EVERY = timedelta(seconds=2)
AGENTS_TOLD_MAX = 20

Place = tuple[str, str]
"""A workspace and a conversation of it."""
Socket = tuple[str, str, str]
"""A workspace, an agent of it, and one of their sockets."""


class Viewers:
    """Pure: what was heard of the agents' sockets of all replicas, as long as it counts."""

    def __init__(self) -> None:
        self._newest: dict[Socket, Viewing] = {}
        self._sockets: dict[Place, dict[Socket, Viewing]] = defaultdict(dict)
        self._next_sweep: datetime | None = None

    def hear(self, signal: Viewing, now: datetime) -> Collection[Place]:
        """What a socket shows now; answers the places at which other agents look than before."""
        known = self._newest.get(_socket(signal))
        if now - signal.at >= VIEWING_COUNTS or (known and known.at > signal.at):
            return ()
        return self._changed({place for place in (_place(known), _place(signal)) if place}, [known], [signal])

    def sweep(self, now: datetime) -> Collection[Place]:
        """Forgets what counts no longer, seldom enough to be called at any time; answers as `hear` does."""
        if self._next_sweep and now < self._next_sweep:
            return ()
        self._next_sweep = now + SWEEP_EVERY
        over = [known for known in self._newest.values() if now - known.at >= VIEWING_COUNTS]
        return self._changed({place for known in over if (place := _place(known))}, over, [])

    def of(self, place: Place) -> Mapping[str, str]:
        """The names of the agents who look at it, by their ids; each once, with however many sockets."""
        found = {one.agent_id: one.agent_name for one in self._sockets.get(place, {}).values()}
        return dict(sorted(found.items()))

    def _changed(
        self, places: set[Place], gone: Collection[Viewing | None], news: Collection[Viewing]
    ) -> Collection[Place]:
        before = {place: self.of(place) for place in sorted(places)}
        for old in gone:
            if old is not None:
                self._forget(old)
        for new in news:
            # Where nothing is shown, this is kept too: an older signal that comes late shall not undo it.
            self._newest[_socket(new)] = new
            if place := _place(new):
                self._sockets[place][_socket(new)] = new
        return [place for place, agents in before.items() if self.of(place) != agents]

    def _forget(self, known: Viewing) -> None:
        del self._newest[_socket(known)]
        if place := _place(known):
            del self._sockets[place][_socket(known)]
            if not self._sockets[place]:
                del self._sockets[place]


def _socket(signal: Viewing) -> Socket:
    return signal.workspace_id, signal.agent_id, signal.socket


def _place(signal: Viewing | None) -> Place | None:
    if signal is None or signal.conversation_id is None:
        return None
    return signal.workspace_id, signal.conversation_id


class Told:
    """Pure: which other agents one agent's screen was told of, for each conversation that it follows."""

    def __init__(self, agent_id: str) -> None:
        self._agent_id = agent_id
        self._others: dict[str, Mapping[str, str]] = {}

    def news(self, conversation_id: str, agents: Mapping[str, str]) -> str | None:
        """The frame that tells who looks at it now; None where that is known."""
        others = {one: name for one, name in agents.items() if one != self._agent_id}
        shown = dict(list(others.items())[:AGENTS_TOLD_MAX])
        if shown == self._others.get(conversation_id, {}):
            return None
        self._others[conversation_id] = shown
        return viewing_frame(conversation_id, shown)

    def forget(self, conversation_id: str) -> None:
        """It is followed no more: whoever follows it again begins with nobody."""
        self._others.pop(conversation_id, None)


class View:
    """What one agent's socket shows: told at once, not more often than VIEW_EVERY_S, and again while it goes on."""

    def __init__(self, ports: Ports, caller: Caller, socket: str) -> None:
        self._ports, self._caller, self._socket = ports, caller, socket
        self._shown: str | None = None
        self._moved = asyncio.Event()

    def show(self, conversation_id: str | None) -> None:
        """The socket shows this conversation from now on; None for none."""
        if conversation_id != self._shown:
            self._shown = conversation_id
            self._moved.set()

    async def attend(self) -> None:
        """Tells it until cancelled, and then that it is over."""
        told: str | None = None
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(VIEW_AGAIN_EVERY_S if told else None):
                        await self._moved.wait()
                self._moved.clear()
                if self._shown or told:
                    told = self._shown
                    await self._tell(told)
                    await asyncio.sleep(VIEW_EVERY_S)
        finally:
            if told:
                await self._tell(None)

    async def _tell(self, conversation_id: str | None) -> None:
        who = self._caller
        viewing = Viewing(
            workspace_id=who.workspace_id,
            agent_id=who.id,
            agent_name=who.name,
            socket=self._socket,
            conversation_id=conversation_id,
            at=self._ports.clock.now(),
        )
        await self._ports.signals.send(who.id, viewing)
