"""Which tokens count no more though their time is not over: the ends of agents' sessions, as every process hears them.

A token says up to which version of its account's stream it was issued; one that is older than an end of all sessions is
refused. It also says of which session it was made, whose own end refuses it as well.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

import structlog
from prometheus_client import Gauge

from contracts.envelope import Recorded
from contracts.gateway import AgentRemoved, AgentRoleChanged, SessionEnded, SessionsEnded
from contracts.topics import GATEWAY_EVENTS
from services.chassis.ports import Clock, Tail
from services.chassis.tokens import LEEWAY_S, LIFETIME_S

SINCE_S = 360
"""How far back the ends are read at a start: longer than any token lives."""
KEPT_S = 2 * SINCE_S
KEPT_MAX = 100_000

KEPT = Gauge(
    "livechat_revocations", "Agents whose older tokens are refused, and ended sessions.", ["service"]
)

assert LIFETIME_S + LEEWAY_S < SINCE_S < KEPT_S

log = structlog.get_logger()


class Revocations:
    """The ends that were heard of late. For one event loop; bounded by time, and by KEPT_MAX of them."""

    def __init__(self, service: str, tail: Tail, clock: Clock) -> None:
        self._clock = clock
        self._ends: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        self._kept = KEPT.labels(service)
        tail.listen(GATEWAY_EVENTS, self.heard)

    def heard(self, recorded: Recorded) -> None:
        """An event of the gateway."""
        match recorded.event:
            case AgentRemoved(agent_id=agent_id) | AgentRoleChanged(agent_id=agent_id):
                self._end(agent_id, recorded.version)
            case SessionsEnded(agent_id=agent_id):
                self._end(agent_id, recorded.version)
            case SessionEnded(session_id=session_id):
                self._end(session_id, recorded.version)
            case _:
                pass

    def refuses(self, agent_id: str, account_version: int, session_id: str | None = None) -> bool:
        """Whether a token of this agent, issued at this version of the account, is older than an end, or its session
        was ended."""
        end = self._ends.get(agent_id)
        return session_id in self._ends or (end is not None and account_version < end[0])

    def _end(self, whose: str, version: int) -> None:
        now = self._clock.now()
        known = self._ends.pop(whose, (0, now))
        self._ends[whose] = (max(version, known[0]), now)
        oldest = now - timedelta(seconds=KEPT_S)
        while self._ends and next(iter(self._ends.values()))[1] < oldest:
            self._ends.popitem(last=False)
        if len(self._ends) > KEPT_MAX:
            log.error("revocations_full", kept=KEPT_MAX)
            self._ends.popitem(last=False)
        self._kept.set(len(self._ends))
