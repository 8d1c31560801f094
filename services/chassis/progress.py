"""How a consumer fares: its pace, and what readiness, liveness and metrics are told of its loop."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from prometheus_client import Counter, Gauge
from psycopg import AsyncConnection

from services.chassis.batches import Superseded

STUCK_AFTER_S = 60.0
MEASURED_WITHIN_S = 15.0
READY_LAG_MAX = 50_000
FAILURES_COUNTED = 10
AGES_LOOKED_AT = timedelta(seconds=60)
AHEAD_S_MAX, LATE_S_MAX, APART_S_MAX = 1.0, 5.0, 5.0
"""How far the youngest event may seem to come from the future, how old it may be, and how far two may differ."""
BEHIND_MIN = 200
"""So many waiting records explain that events are late; fewer are the batch that is under way."""

EVERY_S_MIN, EVERY_S_MAX, AT_REST_S = 0.1, 0.25, 0.02
CROWD, CROWDED_EVERY_S_MAX = 30, 0.5
"""Records of one batch from which on it may pause longest."""

ENDS_KEPT_MAX = 600
"""Ends of a partition that are remembered, of which a new one is seen each second at most."""

_LABELS = ["service", "consumer"]
LAG = Gauge("livechat_consumer_lag_records", "Records behind the end of the topic.", _LABELS)
LAG_S = Gauge(
    "livechat_consumer_lag_seconds",
    "For how long the oldest record that waits has been seen waiting.",
    _LABELS,
)
PARKED_NOW = Gauge("livechat_parked_events", "Records that are parked now, counted up to 100 000.", _LABELS)
RETRIES = Counter("livechat_consumer_retries", "Batches that are tried again.", _LABELS)
HANDLED = Counter("livechat_events_handled", "Records that a consumer is done with.", _LABELS)
PARKED = Counter("livechat_events_parked", "Records that were parked.", _LABELS)
GAPS = Counter("livechat_stream_gaps", "Events that came without the one before.", _LABELS)
YOUNGEST = Gauge(
    "livechat_youngest_event_age_seconds",
    "Age of the youngest event that was reacted to of late; below 0, or far above it at all times: clocks differ.",
    _LABELS,
)
UNKNOWN = Counter("livechat_events_unknown", "Events of types unknown to this reader.", _LABELS)


log = structlog.get_logger()


class Ages:
    """How old the youngest event is that a consumer takes within AGES_LOOKED_AT, by its own clock.

    Delays make events older and none younger: where even the youngest is from the future, or late at all times, the
    clock here and that of whoever recorded them differ. One gauge tells the last two such times. A warning tells when
    they agree, and the consumer was not behind in either: what waited for somebody is late by any clock.
    """

    def __init__(self, service: str, consumer: str, progress: "Progress") -> None:
        self._consumer, self._gauge, self._progress = consumer, YOUNGEST.labels(service, consumer), progress
        self._until: datetime | None = None
        self._youngest_s = self._before_s = math.inf
        self._waited = self._waited_before = True

    def took(self, recorded_at: datetime, now: datetime) -> None:
        """An event of that time is taken now."""
        if self._until is None or now >= self._until:
            self._turn(now)
        self._waited = self._waited or self._progress.is_behind()
        self._youngest_s = min(self._youngest_s, (now - recorded_at).total_seconds())
        self._gauge.set(min(self._youngest_s, self._before_s))

    def _turn(self, now: datetime) -> None:
        if self._clocks_may_differ():
            log.warning("clocks_may_differ", consumer=self._consumer, youngest_age_s=self._youngest_s)
        self._before_s, self._youngest_s = self._youngest_s, math.inf
        self._waited_before, self._waited = self._waited, False
        self._until = now + AGES_LOOKED_AT

    def _clocks_may_differ(self) -> bool:
        both = self._before_s, self._youngest_s
        agree = abs(self._before_s - self._youngest_s) <= APART_S_MAX
        differ = max(both) < -AHEAD_S_MAX or min(both) > LATE_S_MAX
        return agree and differ and not (self._waited or self._waited_before)


@cache
def counters(service: str, consumer: str) -> tuple[Counter, Counter, Counter]:
    """Of unknown types, of gaps, and of what was parked: looking them up each time costs more than counting."""
    labels = service, consumer
    return UNKNOWN.labels(*labels), GAPS.labels(*labels), PARKED.labels(*labels)


_PARKED_NOW = """SELECT consumer, count(*) FROM (SELECT consumer FROM log.parked LIMIT 100000) AS parked
    GROUP BY consumer"""


async def count_parked(connection: AsyncConnection[Any], service: str, consumers: Sequence[str]) -> None:
    """Tells the metric how many records each of the service's consumers has parked now. Needs the workers' role."""
    found = dict(await (await connection.execute(_PARKED_NOW)).fetchall())
    for consumer in {*consumers, *found}:
        PARKED_NOW.labels(service, consumer).set(found.get(consumer, 0))


@dataclass
class Progress:
    """How a loop fares. `alarms`: partitions that were stopped, and why; `retrying`: the last failure; `failures`: how
    many there were in a row, up to FAILURES_COUNTED; `superseded`: the last one is a newer version's read model, which
    is left alone until it is made again as this version has it.
    """

    assigned: frozenset[int] | None = None
    moved_at_s: float = 0.0
    retrying: str | None = None
    failures: int = 0
    superseded: bool = False
    alarms: dict[int, str] = field(default_factory=dict)
    lag: int = 0
    measured_at_s: float = 0.0

    def measured(self, records: int) -> None:
        """So many records lie behind the end of the topic, as Kafka tells it now."""
        if not records or not self._is_measured():  # Kafka was away: only from now on can anything move.
            self.moved()
        self.lag, self.measured_at_s = records, time.monotonic()

    def _is_measured(self) -> bool:
        return time.monotonic() - self.measured_at_s < MEASURED_WITHIN_S

    def is_behind(self) -> bool:
        """Whether records wait for their turn here, as far as anybody knows."""
        return self.lag >= BEHIND_MIN or not self._is_measured()

    def fails(self, error: Exception | None) -> None:
        """The last batch failed like this, and is tried again; None: it did not."""
        self.retrying = f"{type(error).__name__}: {error}" if error else None
        self.failures = min(self.failures + 1, FAILURES_COUNTED) if error else 0
        self.superseded = isinstance(error, Superseded) and error.by_newer

    def begins_anew(self) -> None:
        """With other partitions. Whose the model is, only the next batch can tell."""
        self.alarms, self.retrying, self.failures = {}, None, 0

    def moved(self) -> None:
        """Something was handled, or there was nothing to handle."""
        self.moved_at_s = time.monotonic()

    def not_ready(self) -> str | None:
        """Why nothing should depend on this consumer now; None when all is well.

        A newer version's read model is no reason: who goes back to this version has to get all its processes into
        service before the model can be made again, and what waits for that is not work that another process would do.
        """
        if self.alarms:
            return "; ".join(self.alarms.values())
        if self.assigned is None:
            return "no partitions assigned yet"
        if self.superseded:
            return None
        return self.retrying or (f"{self.lag} records behind" if self.lag > READY_LAG_MAX else None)

    def not_alive(self) -> str | None:
        """Why only a new process helps: records wait, nothing says why, and nothing moves.

        Where Kafka does not tell the end of the topic, nobody knows what waits, and a new process would not either.
        """
        silent_s = time.monotonic() - self.moved_at_s
        explained = self.alarms or self.retrying or not self._is_measured()
        if explained or not self.lag or silent_s < STUCK_AFTER_S:
            return None
        return f"{self.lag} records wait, and none was handled for {silent_s:.0f} s"


class Behind:
    """For how long records have been waiting: how long ago the end of a partition was first seen beyond its position.

    Positions and ends are offsets, times are seconds of one monotonic clock.
    """

    def __init__(self) -> None:
        self._ends: dict[int, list[tuple[float, int]]] = {}

    def measured(self, places: Mapping[int, tuple[int, int]], now_s: float) -> float:
        """Position and end of each partition that is ours are known now; answers the longest wait among them."""
        self._ends = {number: self._ends.get(number, []) for number in places}
        return max((self._waited_s(number, *place, now_s) for number, place in places.items()), default=0.0)

    def _waited_s(self, number: int, position: int, end: int, now_s: float) -> float:
        seen = [(at_s, was) for at_s, was in self._ends[number] if was > position]
        if end > position and (not seen or seen[-1][1] < end):
            seen.append((now_s, end))
        if len(seen) > ENDS_KEPT_MAX:  # The oldest is what counts; of the others every second one will do.
            seen = [seen[0], *seen[1::2]]
        self._ends[number] = seen
        return now_s - seen[0][0] if seen else 0.0


class Pace:
    """How long a consumer pauses after a batch: longer while records keep coming, as one transaction for many costs
    little more than one for one. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._every_s, self._next_at_s = EVERY_S_MIN, 0.0

    def pause_s(self, now_s: float) -> float:
        """How long to wait before asking for the next batch."""
        return max(0.0, self._next_at_s - now_s)

    def took(self, records: int, asked_s: float, now_s: float, backlog: bool) -> None:
        """A batch was asked for and came now. What had to be waited for came after a rest; a backlog behind it is not
        to wait."""
        longest_s = EVERY_S_MAX if records < CROWD else CROWDED_EVERY_S_MAX
        at_rest = now_s - asked_s > AT_REST_S
        self._every_s = EVERY_S_MIN if at_rest else min(1.5 * self._every_s, longest_s)
        self._next_at_s = now_s + self._every_s if records and not backlog else 0.0


class Pulse:
    """Progress of a loop: beaten at each turn, it tells for how long it was not."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._beaten_at_s = time.monotonic()

    def beat(self) -> None:
        """The loop goes on."""
        self._beaten_at_s = time.monotonic()

    def check(self) -> str | None:
        """A reason once the loop has not turned for longer than its limit."""
        silent_s = time.monotonic() - self._beaten_at_s
        return None if silent_s <= self._limit_s else f"no progress for {silent_s:.0f} s"
