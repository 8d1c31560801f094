"""The lease: an agent of whom nothing is heard for its length goes offline, unless we ourselves hear nothing.

A tab in which the agent switched on, and whose connection was lost, brings them back by being heard again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog

from contracts.envelope import Fact, Metadata
from contracts.ids import derived_id, stream
from contracts.signals import Beacon, Heartbeat
from services.chassis.decider import Refused
from services.chassis.execution import execute
from services.chassis.ports import Ports
from services.chassis.timers import Silence, keep_sweeping
from services.presence import queries
from services.presence.commands import Command, GoOffline, Revive
from services.presence.decider import DECIDER, REVIVED_WITHIN_S
from services.presence.queries import LostAgent, OnlineAgent

LEASE_S = 25
SWEEP_S = 1

_LEASE = timedelta(seconds=LEASE_S)

log = structlog.get_logger()


class Leases:
    """Who was heard when, by the clock of the one who listens, and whether silence means anything.

    Signals count when they arrive: clocks of gateways may differ, and what Kafka held back arrives late for everybody.
    Nobody expires before a full lease has passed since the start, or since beacons came again after a gap.
    """

    def __init__(self, started_at: datetime) -> None:
        self._silence = Silence(started_at)
        self._heard_at: dict[tuple[str, str], datetime] = {}
        self._tab_heard_at: dict[tuple[str, str, str], datetime] = {}

    def heard(self, signal: Fact, now: datetime) -> None:
        """A signal has arrived."""
        match signal:
            case Heartbeat():
                self._heard_at[signal.workspace_id, signal.agent_id] = now
                self._tab_heard_at[signal.workspace_id, signal.agent_id, signal.tab] = now
            case Beacon():
                self._silence.beacon(now)

    def expired(self, now: datetime, online: Iterable[OnlineAgent]) -> list[OnlineAgent]:
        """Those of the online agents whose lease is over. Whoever just went online counts as heard at that moment."""
        oldest = now - _LEASE
        if self._silence.trusted_since(now) > oldest:
            return []
        self._heard_at = {agent: at for agent, at in self._heard_at.items() if at > oldest}
        return [
            agent
            for agent in online
            if agent.since <= oldest and (agent.workspace_id, agent.agent_id) not in self._heard_at
        ]

    def back(self, now: datetime, lost: Iterable[LostAgent]) -> list[tuple[LostAgent, str]]:
        """Those of the lost agents of whom a tab that switched on was heard since, and lately, and that tab."""
        oldest = now - _LEASE
        self._tab_heard_at = {tab: at for tab, at in self._tab_heard_at.items() if at > oldest}
        heard = ((agent, self._heard_of(agent)) for agent in lost)
        return [(agent, tab) for agent, tab in heard if tab is not None]

    def _heard_of(self, agent: LostAgent) -> str | None:
        for tab in agent.tabs:
            at = self._tab_heard_at.get((agent.workspace_id, agent.agent_id, tab))
            if at is not None and at > agent.since:
                return tab
        return None


async def sweep(ports: Ports, leases: Leases, now: datetime) -> int:
    """Takes those offline whose lease is over, and those online whose tab is back; answers how many."""
    expired = leases.expired(now, await queries.online_everywhere(ports.reader))
    for agent in expired:
        await _tell(ports, agent, GoOffline(reason="connection_lost", at=now, online_since=agent.since))
    not_before = now - timedelta(seconds=REVIVED_WITHIN_S)
    back = leases.back(now, await queries.lost_everywhere(ports.reader, not_before))
    for lost, tab in back:
        await _tell(ports, lost, Revive(tab=tab, at=now))
    return len(expired) + len(back)


async def _tell(ports: Ports, agent: OnlineAgent | LostAgent, command: Command) -> None:
    """The command's id follows from the version, so replicas and repeats change an agent's presence once."""
    agent_stream = stream("agent", agent.agent_id)
    command_id = derived_id("lease", agent_stream, agent.version)
    metadata = Metadata(agent.workspace_id, command_id, command_id, command_id, "service:presence")
    try:
        await execute(ports, DECIDER, agent_stream, command, metadata)
    except Refused as refused:  # By contention alone; the next sweep comes soon.
        log.info("lease_refused", stream=agent_stream, code=refused.code)


async def run_lease(ports: Ports) -> None:
    """Listens and sweeps until cancelled."""
    leases = Leases(ports.clock.now())
    await keep_sweeping(ports, leases.heard, partial(sweep, ports, leases), SWEEP_S)
