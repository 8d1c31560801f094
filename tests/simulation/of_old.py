"""What was so for so long that whoever decides on a notice knows it, whatever crashes."""

from datetime import datetime, timedelta

from contracts.gateway import AgentRemoved
from contracts.ids import id_of, stream
from contracts.notifier import DeviceAllowed
from contracts.presence import AgentWentOffline, AgentWentOnline
from tests.simulation.history import History

LONG = timedelta(seconds=20)
A_MOMENT = timedelta(seconds=1)
"""A decision bears the time at which it began; what it goes by may be read, and have changed, a little later."""


def online(history: History, workspace_id: str, since: datetime, until: datetime) -> set[str]:
    """The agents of the workspace who were online long before `since`, and did not leave before `until`."""
    found = set()
    for name, recorded in history.of("agent"):
        if recorded[0].metadata.workspace_id != workspace_id:
            continue
        told = [one.event for one in recorded if isinstance(one.event, AgentWentOnline | AgentWentOffline)]
        known = [event for event in told if event.at <= since - LONG]
        since_then = [event for event in told if since - LONG < event.at <= until]
        if known and isinstance(known[-1], AgentWentOnline) and not since_then:
            found.add(id_of(name))
    return {one for one in found if not _is_removed(history, one, until)}


def _is_removed(history: History, agent_id: str, until: datetime) -> bool:
    account = history.events(stream("account", agent_id))
    return any(isinstance(event, AgentRemoved) and event.at <= until for event in account)


def devices(history: History, agent_id: str, until: datetime) -> set[str]:
    """The agent's devices that were allowed long before `until`, and nothing happened to them since."""
    found = set()
    for name, recorded in history.of("device"):
        told = [one.event for one in recorded if one.event.at <= until + A_MOMENT]
        if not told or told[-1].at > until - LONG:
            continue
        if isinstance(told[-1], DeviceAllowed) and told[-1].agent_id == agent_id:
            found.add(id_of(name))
    return found
