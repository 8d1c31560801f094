"""Watches over open conversations: whose visitor is gone or back, and whose holder is no agent any more."""

from datetime import datetime, timedelta
from functools import partial

import structlog

from contracts.envelope import Fact, Metadata
from contracts.ids import derived_id, stream
from contracts.signals import Beacon, VisitorPresence
from services.chassis.decider import Refused
from services.chassis.execution import execute
from services.chassis.ports import Ports
from services.chassis.timers import Silence, keep_sweeping
from services.conversation import queries
from services.conversation.commands import ReleaseConversation, VisitorAway, VisitorBack
from services.conversation.decider import DECIDER
from services.conversation.queries import OpenConversation

ALIVE_EVERY_S = 60
SWEEP_S = 2

_ALIVE = timedelta(seconds=ALIVE_EVERY_S)

Watching = VisitorAway | VisitorBack | ReleaseConversation

log = structlog.get_logger()


class Visitors:
    """Which visits have a socket, by the clock of the one who listens, and since when others have none.

    An open socket says once a minute that it is there; one that is silent for longer is lost, and was there until then.
    As with agents, signals count when they arrive, and silence means nothing before all sockets had the time to say
    that they are there: since the start, or since beacons came again after a gap.
    """

    def __init__(self, started_at: datetime, left_after_s: int = 120) -> None:
        self._left_after = timedelta(seconds=left_after_s)
        self._silence = Silence(started_at)
        self._sockets: dict[tuple[str, str], dict[str, datetime]] = {}
        self._gone_at: dict[tuple[str, str], datetime] = {}

    def heard(self, signal: Fact, now: datetime) -> None:
        """A signal has arrived."""
        match signal:
            case VisitorPresence():
                self._hear(signal, now)
            case Beacon():
                self._silence.beacon(now)

    def is_here(self, workspace_id: str, visit_id: str, now: datetime) -> bool:
        """Whether a socket of this visit is known to be there."""
        heard = self._sockets.get((workspace_id, visit_id), {})
        return any(now - at <= _ALIVE + self._left_after for at in heard.values())

    def is_gone(self, workspace_id: str, visit_id: str, since: datetime, now: datetime) -> bool:
        """Whether the visit has had no socket for as long as counts. At `since` the visitor was there in any case."""
        since = max(since, self._silence.trusted_since(now))
        if self.is_here(workspace_id, visit_id, now):
            return False
        gone_at = self._gone_at.get((workspace_id, visit_id))
        if gone_at is not None:
            return now - max(gone_at, since) >= self._left_after
        return now - since >= _ALIVE + self._left_after

    def forget(self, now: datetime) -> None:
        """Lets go of sockets that are lost and of visits that are long gone."""
        lost, old = now - _ALIVE - self._left_after, now - 10 * self._left_after
        for visit, heard in list(self._sockets.items()):
            alive = {socket: at for socket, at in heard.items() if at > lost}
            if alive:
                self._sockets[visit] = alive
            else:
                del self._sockets[visit]
        self._gone_at = {visit: at for visit, at in self._gone_at.items() if at > old}

    def _hear(self, signal: VisitorPresence, now: datetime) -> None:
        visit = signal.workspace_id, signal.visit_id
        heard = self._sockets.setdefault(visit, {})
        if signal.state != "closed":
            heard[signal.socket] = now
            self._gone_at.pop(visit, None)
            return
        heard.pop(signal.socket, None)
        if not heard:
            del self._sockets[visit]
            self._gone_at[visit] = now


async def sweep(ports: Ports, visitors: Visitors, now: datetime) -> int:
    """Tells open conversations what became of their visitors and holders; answers how many were told.

    Both read models may be behind, and in any order: a later sweep finds what this one does not see yet.
    """
    removed, told = await queries.removed_everywhere(ports.reader), 0
    async for page in queries.open_everywhere(ports.reader):
        for conversation in page:
            for command in _due(conversation, visitors, removed, now):
                await _tell(ports, conversation, command)
                told += 1
    visitors.forget(now)
    return told


def _due(
    conversation: OpenConversation, visitors: Visitors, removed: set[tuple[str, str]], now: datetime
) -> list[Watching]:
    workspace_id, visit_id, holder_id = (
        conversation.workspace_id,
        conversation.visit_id,
        conversation.holder_id,
    )
    due: list[Watching] = []
    if holder_id is not None and (workspace_id, holder_id) in removed:
        due.append(ReleaseConversation(agent_id=holder_id, at=now))
    if conversation.visitor_left and visitors.is_here(workspace_id, visit_id, now):
        due.append(VisitorBack(at=now))
    elif not conversation.visitor_left and visitors.is_gone(
        workspace_id, visit_id, conversation.started_at, now
    ):
        due.append(VisitorAway(at=now))
    return due


async def _tell(ports: Ports, conversation: OpenConversation, command: Watching) -> None:
    """The command's id follows from the version, so replicas and repeats that know the same tell it once."""
    of = stream("conversation", conversation.conversation_id)
    command_id = derived_id("watch", of, type(command).__name__, conversation.version)
    metadata = Metadata(conversation.workspace_id, command_id, command_id, command_id, "service:conversation")
    try:
        await execute(ports, DECIDER, of, command, metadata)
    except Refused as refused:  # Closed meanwhile, or by contention: the next sweep comes soon.
        log.info("watch_refused", stream=of, code=refused.code)


async def watch(ports: Ports) -> None:
    """Listens and sweeps until cancelled."""
    visitors = Visitors(ports.clock.now(), ports.own["settings"].visitor_left_s)
    await keep_sweeping(ports, visitors.heard, partial(sweep, ports, visitors), SWEEP_S)
