"""Notices for open tabs: each goes to the sockets of the agents who are told, with the id of its push."""

from collections import defaultdict
from datetime import timedelta
from typing import Protocol

from contracts.envelope import Recorded
from contracts.notifier import NoticesDecided
from contracts.topics import NOTIFIER_EVENTS
from services.chassis.ports import Clock, Tail
from services.gateway.sockets.frames import notice_frame

OVER_FOR = timedelta(minutes=10)
"""More than clocks differ."""


class Noticed(Protocol):
    """A socket of an agent. Its function neither waits nor raises."""

    def noticed(self, frame: str) -> None: ...


class Notices:
    """Which agents' sockets are open at this replica, and the notices handed to them as they are decided."""

    def __init__(self, tail: Tail, clock: Clock) -> None:
        self._clock = clock
        self._sockets: dict[tuple[str, str], set[Noticed]] = defaultdict(set)
        tail.listen(NOTIFIER_EVENTS, self._decided)

    def tell(self, workspace_id: str, agent_id: str, socket: Noticed) -> None:
        """From now on the socket hears of what its agent is told."""
        self._sockets[workspace_id, agent_id].add(socket)

    def untell(self, workspace_id: str, agent_id: str, socket: Noticed) -> None:
        """The socket is over."""
        sockets = self._sockets.get((workspace_id, agent_id), set())
        sockets.discard(socket)
        if not sockets:
            self._sockets.pop((workspace_id, agent_id), None)

    def _decided(self, recorded: Recorded) -> None:
        event, workspace_id = recorded.event, recorded.metadata.workspace_id
        # One that is over for long comes again with a log that is published anew. Screens judge the others.
        if not isinstance(event, NoticesDecided) or self._clock.now() - event.expires_at > OVER_FOR:
            return
        for recipient in event.recipients:
            sockets = self._sockets.get((workspace_id, recipient.agent_id))
            if sockets and recipient.outcome != "suppressed":
                frame = notice_frame(event, collapsed=recipient.outcome == "collapsed")
                for socket in tuple(sockets):
                    socket.noticed(frame)
