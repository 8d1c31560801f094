"""Who looks at which conversation or playbook, on all replicas; told by signals, recorded nowhere, gone when unsaid."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from contracts.signals import Viewing
from services.chassis.ports import Ports
from services.chassis.tokens import Caller

VIEW_EVERY_S = 1.0
VIEW_AGAIN_EVERY_S = 10.0
VIEWING_COUNTS = timedelta(seconds=30)
SWEEP_EVERY = timedelta(seconds=2)
AGENTS_TOLD_MAX = 20

Place = tuple[str, str]
"""A workspace, and a conversation or a playbook of it."""
Seen = tuple[str, str | None]
"""An agent's name, and which card of a playbook they have selected."""
Socket = tuple[str, str, str]
"""A workspace, an agent of it, and one of their sockets."""


T = TypeVar("T")


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
        return self._changed({*_places(known), *_places(signal)}, [known], [signal])

    def sweep(self, now: datetime) -> Collection[Place]:
        """Forgets what counts no longer, seldom enough to be called at any time; answers as `hear` does."""
        if self._next_sweep and now < self._next_sweep:
            return ()
        self._next_sweep = now + SWEEP_EVERY
        over = [known for known in self._newest.values() if now - known.at >= VIEWING_COUNTS]
        return self._changed({place for known in over for place in _places(known)}, over, [])

    def of(self, place: Place) -> Mapping[str, str]:
        """The names of the agents who look at it, by their ids; each once, with however many sockets."""
        return {agent_id: name for agent_id, (name, _) in self.seen(place).items()}

    def seen(self, place: Place) -> Mapping[str, Seen]:
        """The same with the card that each has selected, by what was said last."""
        heard = sorted(self._sockets.get(place, {}).values(), key=lambda one: one.at)
        return dict(sorted({one.agent_id: (one.agent_name, one.card_id) for one in heard}.items()))

    def _changed(
        self, places: set[Place], gone: Collection[Viewing | None], news: Collection[Viewing]
    ) -> Collection[Place]:
        before = {place: self.seen(place) for place in sorted(places)}
        for old in gone:
            if old is not None:
                self._forget(old)
        for new in news:
            # Where nothing is shown, this is kept too: an older signal that comes late shall not undo it.
            self._newest[_socket(new)] = new
            for place in _places(new):
                self._sockets[place][_socket(new)] = new
        return [place for place, agents in before.items() if self.seen(place) != agents]

    def _forget(self, known: Viewing) -> None:
        del self._newest[_socket(known)]
        for place in _places(known):
            del self._sockets[place][_socket(known)]
            if not self._sockets[place]:
                del self._sockets[place]


def _socket(signal: Viewing) -> Socket:
    return signal.workspace_id, signal.agent_id, signal.socket


def _places(signal: Viewing | None) -> Collection[Place]:
    shown = (signal.conversation_id, signal.playbook_id) if signal else ()
    return [(signal.workspace_id, one) for one in shown if signal and one is not None]


class Told(Generic[T]):
    """Pure: which other agents one agent's screen was told of, for each conversation or playbook that it follows."""

    def __init__(self, agent_id: str, frame: Callable[[str, Mapping[str, T]], str]) -> None:
        self._agent_id, self._frame = agent_id, frame
        self._others: dict[str, Mapping[str, T]] = {}

    def news(self, place_id: str, agents: Mapping[str, T]) -> str | None:
        """The frame that tells who looks at it now; None where that is known."""
        others = {one: told for one, told in agents.items() if one != self._agent_id}
        shown = dict(list(others.items())[:AGENTS_TOLD_MAX])
        if shown == self._others.get(place_id, {}):
            return None
        self._others[place_id] = shown
        return self._frame(place_id, shown)

    def forget(self, place_id: str) -> None:
        """It is followed no more: whoever follows it again begins with nobody."""
        self._others.pop(place_id, None)


@dataclass(frozen=True)
class Shown:
    """What a socket shows."""

    conversation_id: str | None = None
    playbook_id: str | None = None
    card_id: str | None = None


NOTHING = Shown()


class View:
    """What one agent's socket shows: told at once, not more often than VIEW_EVERY_S, and again while it goes on."""

    def __init__(self, ports: Ports, caller: Caller, socket: str) -> None:
        self._ports, self._caller, self._socket = ports, caller, socket
        self._shown = NOTHING
        self._moved = asyncio.Event()

    def show(self, **changes: str | None) -> None:
        """The socket shows this from now on, of a conversation or of a playbook; None for none."""
        shown = replace(self._shown, **changes)
        if shown != self._shown:
            self._shown = shown
            self._moved.set()

    async def attend(self) -> None:
        """Tells it until cancelled, and then that it is over."""
        told = NOTHING
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(VIEW_AGAIN_EVERY_S if told != NOTHING else None):
                        await self._moved.wait()
                self._moved.clear()
                if (self._shown, told) != (NOTHING, NOTHING):
                    told = self._shown
                    await self._tell(told)
                    await asyncio.sleep(VIEW_EVERY_S)
        finally:
            if told != NOTHING:
                await self._tell(NOTHING)

    async def _tell(self, shown: Shown) -> None:
        who = self._caller
        viewing = Viewing(
            workspace_id=who.workspace_id,
            agent_id=who.id,
            agent_name=who.name,
            socket=self._socket,
            conversation_id=shown.conversation_id,
            playbook_id=shown.playbook_id,
            card_id=shown.card_id,
            at=self._ports.clock.now(),
        )
        await self._ports.signals.send(who.id, viewing)
