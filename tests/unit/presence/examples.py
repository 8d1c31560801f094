"""Agents going online and offline, by name."""

from datetime import UTC, datetime, timedelta

from contracts.envelope import Event, Metadata, Recorded
from contracts.ids import derived_id, stream
from contracts.presence import AgentWentOffline, AgentWentOnline
from contracts.signals import Beacon, Heartbeat
from services.presence.commands import GoOffline, GoOnline

T0 = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
WORKSPACE, ELSEWHERE = derived_id("workspace"), derived_id("another workspace")
ADA, BOB = derived_id("ada"), derived_id("bob")
NAMES = {ADA: "Ada", BOB: "Bob"}


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def online(agent_id: str = ADA, *, at: float = 0, tab: str = "tab-1") -> AgentWentOnline:
    return AgentWentOnline(at=after(at), agent_id=agent_id, name=NAMES[agent_id], tab=tab)


def offline(agent_id: str = ADA, *, at: float = 1) -> AgentWentOffline:
    return AgentWentOffline(at=after(at), agent_id=agent_id, reason="switched")


def go_online(agent_id: str = ADA, *, at: float = 0, tab: str = "tab-1") -> GoOnline:
    return GoOnline(agent_id=agent_id, name=NAMES[agent_id], tab=tab, at=after(at))


def go_offline(*, at: float = 1, since: float | None = None) -> GoOffline:
    return GoOffline(reason="switched", at=after(at), online_since=None if since is None else after(since))


def heartbeat(agent_id: str = ADA, *, workspace_id: str = WORKSPACE, at: float = 0) -> Heartbeat:
    return Heartbeat(workspace_id=workspace_id, agent_id=agent_id, tab="tab-1", at=after(at))


def beacon(at: float = 0) -> Beacon:
    return Beacon(gateway="gateway-1", at=after(at))


def recorded(event: Event, version: int = 1, *, of: str = ADA, workspace_id: str = WORKSPACE) -> Recorded:
    """The event as it is read back from its topic."""
    metadata = Metadata(workspace_id, f"command-{version}", "correlation", "cause", "service:test")
    agent_stream = stream("agent", of)
    return Recorded(event, derived_id(agent_stream, version), event.TYPE, agent_stream, version, metadata)
