"""What is due: timers, which become commands of their streams, and sweeps by roles that listen to signals."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import psycopg
import structlog
from prometheus_client import Counter, Histogram

from contracts.envelope import Fact, Metadata
from contracts.ids import category_of, derived_id
from services.chassis.decider import Refused
from services.chassis.execution import decided
from services.chassis.ports import Append, DueTimer, Fenced, Loaded, Ports
from services.chassis.service import Service

BATCH_MAX = 250
BATCHES_AT_ONCE = 2
SLEEP_S_MAX = 0.25
HELD_S = 0.02
BEACON_GAP_S = 5

FIRED = Counter("livechat_timers_fired", "Timers that were fired.", ["service"])
LATE = Histogram(
    "livechat_timers_late_seconds",
    "How late timers were fired.",
    ["service"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 300),
)

log = structlog.get_logger()


def firing_id(stream: str, name: str, due_at: datetime) -> str:
    """The id of the command that this timer becomes, however often it is fired."""
    return derived_id("timer", stream, name, due_at.isoformat())


class Timers:
    """The timer role of one service; any number of replicas may run it. `rest` waits so many seconds until the clock is
    asked again.
    """

    def __init__(
        self, service: Service, ports: Ports, rest: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._service, self._ports, self._rest = service, ports, rest

    async def run(self) -> None:
        """Until cancelled. Overdue timers (the service was away) fire at once, oldest first."""
        while True:
            try:
                due_in_s = await self._ports.store.next_due()
                if due_in_s is None or due_in_s > 0:
                    await self._rest(min(due_in_s or SLEEP_S_MAX, SLEEP_S_MAX))
                    continue
                # Two batches at a time: one is decided here while PostgreSQL appends the other.
                fired = await asyncio.gather(*(self.fire_due() for _ in range(BATCHES_AT_ONCE)))
                if not any(fired):
                    await asyncio.sleep(HELD_S)  # Another replica has them.
            except (psycopg.OperationalError, psycopg.InterfaceError, Fenced) as lost:
                log.warning("timers_wait", error=str(lost))
                await asyncio.sleep(1)

    async def fire_due(self) -> int:
        """Fires what is due now, at most BATCH_MAX; answers how many there were."""
        return await self._ports.store.fire_due(self._fire, BATCH_MAX)

    async def _fire(self, due: DueTimer, loaded: Loaded) -> Append | None:
        decider = self._service.decider(category_of(due.stream))
        assert decider.elapsed is not None, f"{decider.category} sets timers but has no command for them"
        FIRED.labels(self._service.name).inc()
        LATE.labels(self._service.name).observe(max(0.0, (due.now - due.due_at).total_seconds()))
        command_id = firing_id(due.stream, due.name, due.due_at)
        metadata = Metadata(
            due.workspace_id, command_id, command_id, command_id, f"service:{self._service.name}"
        )
        command = decider.elapsed(due.stream, due.name, due.now)
        try:
            return await decided(self._ports, decider, due.stream, loaded, command, metadata)
        except Refused as refused:
            log.info("timer_refused", stream=due.stream, timer=due.name, code=refused.code)
            return None


class Silence:
    """Since when silence of others means anything: since the start, or since beacons came again after a gap.

    Beacons count when they arrive: what Kafka held back arrives late for everybody.
    """

    def __init__(self, started_at: datetime) -> None:
        self._beacon_at = self._trusted_since = started_at

    def beacon(self, now: datetime) -> None:
        """A beacon has arrived."""
        self.trusted_since(now)
        self._beacon_at = now

    def trusted_since(self, now: datetime) -> datetime:
        """From when on whoever was not heard did say nothing."""
        if now - self._beacon_at > timedelta(seconds=BEACON_GAP_S):
            self._trusted_since = now
        return self._trusted_since


async def keep_sweeping(
    ports: Ports,
    heard: Callable[[Fact, datetime], None],
    sweep: Callable[[datetime], Awaitable[object]],
    every_s: float,
) -> None:
    """Listens to signals and sweeps until cancelled.

    Whatever is in the way of one sweep, the next one tries again and loses nothing.
    """
    stop = ports.signals.listen(lambda signal: heard(signal, ports.clock.now()))
    try:
        while True:
            try:
                await sweep(ports.clock.now())
            except Exception as error:
                log.warning("sweep_failed", service=ports.service, error=repr(error))
            await asyncio.sleep(every_s)
    finally:
        stop()
