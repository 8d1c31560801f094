"""Watches over open conversations: whose visitor is gone or back, and whose holder is no agent any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from prometheus_client import Gauge

from contracts.conversation import Removal
from contracts.envelope import Fact, Metadata
from contracts.ids import derived_id, stream
from contracts.signals import Beacon, VisitorPresence
from services.chassis.decider import Refused
from services.chassis.execution import execute
from services.chassis.ports import Ports
from services.chassis.timers import Silence, keep_sweeping
from services.conversation import queries
from services.conversation.commands.conversation import ReleaseConversation, VisitorAway, VisitorBack
from services.conversation.decider import DECIDER
from services.conversation.queries import OpenConversation

ALIVE_EVERY_S = 60
SWEEP_S = 2
EVERYTHING_S = 60
"""How often all open conversations are looked at; in between only those of which something was heard."""
AGAIN_S = 10
"""For how long something that was heard is looked into: read models may be behind by that much."""

_ALIVE, _AGAIN = timedelta(seconds=ALIVE_EVERY_S), timedelta(seconds=AGAIN_S)

Visit = tuple[str, str]
"""A workspace and a visit of it."""

Watching = VisitorAway | VisitorBack | ReleaseConversation

UNASSIGNED = Gauge("livechat_conversations_unassigned", "Open conversations that no agent has.")
OLDEST_S = Gauge(
    "livechat_conversations_unassigned_oldest_age_seconds", "How long ago the oldest of them began."
)
OVERDUE = Gauge("livechat_conversations_overdue", "Of them, those whose wait time is over.")

log = structlog.get_logger()


class Unassigned:
    """The conversations that no agent has, as metrics: counted anew whenever all open ones are looked at."""

    def __init__(self) -> None:
        self._began, self._answer_by = list[datetime](), list[datetime]()

    def saw(self, conversation: OpenConversation) -> None:
        """One of the open conversations."""
        if conversation.holder_id is None:
            self._began.append(conversation.started_at)
            self._answer_by.append(conversation.answer_by)

    def tell(self, now: datetime) -> None:
        """All were seen."""
        UNASSIGNED.set(len(self._began))
        OLDEST_S.set((now - min(self._began, default=now)).total_seconds())
        OVERDUE.set(sum(by < now for by in self._answer_by))


class Visitors:
    """Which visits have a socket, by the clock of the one who listens, and since when others have none.

    An open socket says once a minute that it is there; one that is silent for longer is lost, and was there until then.
    As with agents, signals count when they arrive, and silence means nothing before all sockets had the time to say
    that they are there: since the start, or since beacons came again after a gap. `conversations` are those of each
    visit that were open when all were looked at.
    """

    def __init__(self, started_at: datetime, left_after_s: int = 120) -> None:
        self._left_after = timedelta(seconds=left_after_s)
        self._silence = Silence(started_at)
        self._sockets: dict[Visit, dict[str, datetime]] = {}
        self._gone_at: dict[Visit, datetime] = {}
        self._turned: dict[Visit, datetime] = {}
        self.conversations: dict[Visit, list[str]] = {}

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

    def silent_since(self, workspace_id: str, visit_id: str, since: datetime, now: datetime) -> datetime:
        """From when on no socket of a visit that is gone was known."""
        since = max(since, self._silence.trusted_since(now))
        return max(since, self._gone_at.get((workspace_id, visit_id), since))

    def heard_at(self, workspace_id: str, visit_id: str) -> datetime | None:
        """When a socket of this visit was heard last."""
        return max(self._sockets.get((workspace_id, visit_id), {}).values(), default=None)

    def turned(self, now: datetime) -> list[Visit]:
        """Visits that have come, fell silent or count as gone since AGAIN_S ago."""
        self._turned = {visit: at for visit, at in self._turned.items() if now - at <= _AGAIN}
        since = self._silence.trusted_since(now)
        left = [
            visit
            for visit, at in self._gone_at.items()
            if self._left_after <= now - max(at, since) <= self._left_after + _AGAIN
        ]
        return [*self._turned, *left]

    def forget(self, now: datetime) -> None:
        """Lets go of sockets that are lost and of visits that are long gone."""
        lost, old = now - _ALIVE - self._left_after, now - 10 * self._left_after
        for visit, heard in list(self._sockets.items()):
            alive = {socket: at for socket, at in heard.items() if at > lost}
            if alive:
                self._sockets[visit] = alive
            else:
                del self._sockets[visit]
                self._turned[visit] = now
        self._gone_at = {visit: at for visit, at in self._gone_at.items() if at > old}

    def _hear(self, signal: VisitorPresence, now: datetime) -> None:
        visit = signal.workspace_id, signal.visit_id
        heard = self._sockets.setdefault(visit, {})
        if signal.state != "closed":
            if not heard:
                self._turned[visit] = now
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
    removed, told = await queries.removed_everywhere(ports.reader, now), 0
    known: dict[Visit, list[str]] = {}
    unassigned = Unassigned()
    async for page in queries.open_everywhere(ports.reader):
        for conversation in page:
            visit = conversation.workspace_id, conversation.visit_id
            known.setdefault(visit, []).append(conversation.conversation_id)
            unassigned.saw(conversation)
            told += await _tell(ports, conversation, _due(conversation, visitors, removed, now))
    unassigned.tell(now)
    visitors.conversations = known
    visitors.forget(now)
    return told


async def look(ports: Ports, visitors: Visitors, now: datetime) -> int:
    """The same for conversations alone of whose visitors something was heard, or in whose workspace an agent was just
    removed; answers how many were told."""
    told = 0
    removed = await queries.removed_since(ports.reader, now - timedelta(seconds=EVERYTHING_S), now)
    for workspace_id in sorted({workspace_id for workspace_id, _ in removed}):
        async for page in queries.open_everywhere(ports.reader, workspace_id):
            for conversation in page:
                told += await _tell(ports, conversation, _due(conversation, visitors, removed, now))
    for visit in visitors.turned(now):
        for conversation_id in visitors.conversations.get(visit, ()):
            found = await queries.if_open(ports.reader, visit[0], conversation_id)
            if found is not None:
                told += await _tell(ports, found, _due(found, visitors, removed, now))
    visitors.forget(now)
    return told


def _due(
    conversation: OpenConversation,
    visitors: Visitors,
    removed: Mapping[tuple[str, str], Removal],
    now: datetime,
) -> list[Watching]:
    workspace_id, visit_id, holder_id = (
        conversation.workspace_id,
        conversation.visit_id,
        conversation.holder_id,
    )
    due: list[Watching] = []
    if holder_id is not None and (workspace_id, holder_id) in removed:
        removal = removed[workspace_id, holder_id]
        due.append(ReleaseConversation(agent_id=holder_id, at=now, removal=removal))
    if conversation.visitor_left and visitors.is_here(workspace_id, visit_id, now):
        due.append(VisitorBack(at=now, heard_at=visitors.heard_at(workspace_id, visit_id)))
    elif not conversation.visitor_left and visitors.is_gone(
        workspace_id, visit_id, conversation.started_at, now
    ):
        silent_since = visitors.silent_since(workspace_id, visit_id, conversation.started_at, now)
        due.append(VisitorAway(at=now, silent_since=silent_since))
    return due


async def _tell(ports: Ports, conversation: OpenConversation, due: Sequence[Watching]) -> int:
    """Each command's id follows from the version, so replicas and repeats that know the same tell it once."""
    of = stream("conversation", conversation.conversation_id)
    for command in due:
        command_id = derived_id("watch", of, type(command).__name__, conversation.version)
        metadata = Metadata(
            conversation.workspace_id, command_id, command_id, command_id, "service:conversation"
        )
        try:
            await execute(ports, DECIDER, of, command, metadata)
        except (
            Refused
        ) as refused:  # Closed meanwhile, or by contention: a later sweep of everything tells it.
            log.info("watch_refused", stream=of, code=refused.code)
    return len(due)


class Watch:
    """Sweeps everything at first, then every EVERYTHING_S, and after a failure; in between it looks at what is news.

    Often enough that every conversation is known before its visitor can have been gone for as long as counts.
    """

    def __init__(self, ports: Ports, left_after_s: int) -> None:
        self._ports, self.visitors = ports, Visitors(ports.clock.now(), left_after_s)
        self._every = timedelta(seconds=max(2 * SWEEP_S, min(EVERYTHING_S, left_after_s / 2)))
        self._everything_at = ports.clock.now()

    async def turn(self, now: datetime) -> None:
        """One sweep."""
        everything_at, self._everything_at = self._everything_at, now
        if now >= everything_at:
            await sweep(self._ports, self.visitors, now)
            everything_at = now + self._every
        else:
            await look(self._ports, self.visitors, now)
        self._everything_at = everything_at


async def watch(ports: Ports) -> None:
    """Listens and sweeps until cancelled."""
    watching = Watch(ports, ports.own["settings"].visitor_left_s)
    await keep_sweeping(ports, watching.visitors.heard, watching.turn, SWEEP_S)
