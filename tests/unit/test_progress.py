"""A consumer's loop is not ready for a reason that it can name, and not alive only where nothing names one."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from psycopg import OperationalError
from structlog.testing import capture_logs

from services.chassis.batches import Superseded
from services.chassis.progress import (
    AGES_LOOKED_AT,
    BEHIND_MIN,
    FAILURES_COUNTED,
    MEASURED_WITHIN_S,
    READY_LAG_MAX,
    STUCK_AFTER_S,
    Ages,
    Progress,
)

TOPIC = "conversation.events.v1[3]"


def loop(*, lag: int = 0, silent_s: float = 0.0) -> Progress:
    """A loop that has its partitions, so many records wait for, and that last moved so long ago."""
    progress = Progress(assigned=frozenset({0, 3}))
    progress.measured(lag)
    progress.moved_at_s = time.monotonic() - silent_s
    return progress


def test_a_loop_without_partitions_is_not_ready_and_alive() -> None:
    progress = Progress()

    assert progress.not_ready() == "no partitions assigned yet"
    assert progress.not_alive() is None


def test_a_replica_that_no_partition_is_left_for_is_ready() -> None:
    assert Progress(assigned=frozenset()).not_ready() is None


@pytest.mark.parametrize("lag", [0, 1, READY_LAG_MAX])
def test_a_loop_that_is_not_far_behind_is_ready(lag: int) -> None:
    assert loop(lag=lag).not_ready() is None


def test_a_loop_that_is_far_behind_is_not_ready_and_says_how_far() -> None:
    assert loop(lag=READY_LAG_MAX + 1).not_ready() == f"{READY_LAG_MAX + 1} records behind"


def test_a_loop_that_tries_again_is_not_ready_until_it_is_through() -> None:
    progress = loop(lag=1)
    progress.fails(OperationalError("the connection is lost"))
    assert progress.not_ready() == "OperationalError: the connection is lost"

    progress.fails(None)
    assert progress.not_ready() is None


def test_failures_are_counted_in_a_row() -> None:
    progress = loop(lag=1)

    for _ in range(2 * FAILURES_COUNTED):
        progress.fails(OperationalError("the connection is lost"))
    assert progress.failures == FAILURES_COUNTED

    progress.fails(None)
    progress.fails(OperationalError("the connection is lost"))
    assert progress.failures == 1


@pytest.mark.parametrize("lag", [1, READY_LAG_MAX + 1])
def test_a_loop_whose_model_is_of_a_newer_version_is_ready_and_alive(lag: int) -> None:
    progress = loop(lag=lag, silent_s=STUCK_AFTER_S + 1)
    progress.fails(Superseded("folders", 3, 2))

    assert progress.retrying == "Superseded: folders has schema 3 in the database; this process has schema 2"
    assert progress.not_ready() is None
    assert progress.not_alive() is None

    progress.alarms = {0: "one"}
    assert progress.not_ready() == "one"

    progress.begins_anew()
    assert progress.not_ready() is None


@pytest.mark.parametrize("there", [1, None])
def test_a_loop_whose_model_is_still_to_be_made_is_not_ready(there: int | None) -> None:
    progress = loop(lag=1)
    progress.fails(Superseded("folders", there, 2))

    assert progress.not_ready() == progress.retrying


def test_every_partition_that_was_stopped_is_named_first() -> None:
    progress = loop(lag=READY_LAG_MAX + 1)
    progress.retrying = "OperationalError: the connection is lost"
    progress.alarms = {0: "one", 3: f"{TOPIC}: the stored offset 9 is beyond the topic's end 4"}

    assert progress.not_ready() == f"one; {progress.alarms[3]}"


def test_a_loop_that_says_nothing_while_records_wait_is_not_alive() -> None:
    told = loop(lag=7, silent_s=STUCK_AFTER_S + 1).not_alive()

    assert told is not None
    assert told.startswith("7 records wait")


def test_a_loop_that_has_moved_lately_is_alive() -> None:
    progress = loop(lag=7, silent_s=STUCK_AFTER_S + 1)
    progress.moved()

    assert progress.not_alive() is None
    assert loop(lag=7, silent_s=STUCK_AFTER_S / 2).not_alive() is None


def test_a_loop_for_which_nothing_waits_is_alive_however_long_it_is_silent() -> None:
    assert loop(silent_s=10 * STUCK_AFTER_S).not_alive() is None


def test_a_loop_that_says_why_is_not_helped_by_a_new_process() -> None:
    failing, stopped = (loop(lag=7, silent_s=STUCK_AFTER_S + 1) for _ in range(2))
    failing.retrying = "OperationalError: the connection is lost"
    stopped.alarms = {3: f"{TOPIC}: the stored offset 9 is beyond the topic's end 4"}

    assert failing.not_alive() is None
    assert stopped.not_alive() is None


def test_a_loop_is_alive_while_kafka_does_not_tell_what_waits_and_has_its_time_again_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = 1_000.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    progress = loop(lag=7)

    now_s += max(MEASURED_WITHIN_S, STUCK_AFTER_S) + 1
    assert progress.not_alive() is None

    progress.measured(7)
    assert progress.not_alive() is None

    for _ in range(int(STUCK_AFTER_S)):
        assert progress.not_alive() is None
        now_s += 1
        progress.measured(7)
    assert progress.not_alive() is not None


class Taking:
    """A consumer that takes an event a second, and what is told of their ages."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.labels = {"service": "test", "consumer": str(uuid4())}
        self.progress, self.now = progress or loop(), datetime(2026, 3, 2, tzinfo=UTC)
        self.ages = Ages("test", self.labels["consumer"], self.progress)

    def takes(self, *ages_s: float) -> None:
        for age_s in ages_s:
            self.ages.took(self.now - timedelta(seconds=age_s), self.now)
            self.now += timedelta(seconds=1)

    def later(self) -> None:
        self.now += AGES_LOOKED_AT

    @property
    def youngest_s(self) -> float | None:
        return REGISTRY.get_sample_value("livechat_youngest_event_age_seconds", self.labels)


def test_the_youngest_event_of_late_is_told_and_an_older_one_hides_it_not() -> None:
    taking = Taking()

    taking.takes(0.4, 0.2, 30)
    assert taking.youngest_s == 0.2

    taking.later()
    taking.takes(7)
    assert taking.youngest_s == 0.2
    taking.later()
    taking.takes(8)
    assert taking.youngest_s == 7


def told(taking: Taking, *windows: tuple[float, ...]) -> list[float]:
    """What the warnings name once events of these ages came, each of the tuples within its minute."""
    with capture_logs() as logs:
        for ages_s in windows:
            taking.takes(*ages_s)
            taking.later()
        taking.takes(0.1)
    assert {(line["event"], line["log_level"]) for line in logs} <= {("clocks_may_differ", "warning")}
    return [line["youngest_age_s"] for line in logs]


@pytest.mark.parametrize(
    ("windows", "told_s"),
    [
        ([(12, 11.5), (12.5, 14)], [12.5]),
        ([(12, 11.5), (12.5, 14), (11,)], [12.5, 11]),
        ([(-3, 0.1), (-2.5,)], [-2.5]),
        ([(12, 0.1), (12, 0.1)], []),
        ([(-0.5, 0.1), (-0.5, 0.1)], []),
    ],
)
def test_clocks_that_may_differ_are_told_where_two_minutes_agree(
    windows: list[tuple[float, ...]], told_s: list[float]
) -> None:
    assert told(Taking(), *windows) == told_s


@pytest.mark.parametrize(
    "windows",
    [[(0.1,), (30,)], [(30,), (0.1,)], [(90,), (20,)], [(-3,), (12,)]],
    ids=["one late event", "and the next in time", "two outages", "neither way"],
)
def test_what_came_late_once_or_for_another_time_is_no_matter_of_clocks(
    windows: list[tuple[float, ...]],
) -> None:
    assert told(Taking(), *windows) == []


def test_what_waited_for_a_consumer_that_was_behind_is_no_matter_of_clocks() -> None:
    assert told(Taking(loop(lag=BEHIND_MIN)), (12,), (12,)) == []
    assert told(Taking(loop(lag=BEHIND_MIN - 1)), (12,), (12,)) == [12]


def test_one_minute_in_which_a_consumer_caught_up_is_left_out() -> None:
    taking = Taking(loop(lag=BEHIND_MIN))
    taking.takes(14)
    taking.progress.measured(0)

    assert told(taking, (12,), (13,), (14,)) == [14]


def test_a_consumer_that_begins_is_behind_until_kafka_has_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1_000.0)

    assert told(Taking(Progress()), (12,), (12,)) == []
