"""What becomes of a notice, told in events: it is reached, tried again within its time, or given up, once each."""

from typing import Any

import pytest
from hypothesis import given as prop
from hypothesis import strategies as st

from contracts.ids import derived_id
from contracts.notifier import (
    NoticeDelayed,
    NoticeFailed,
    NoticeHandedOver,
    NoticeRetried,
    NoticesDecided,
    Recipient,
)
from services.chassis.decider import CancelTimer, SetTimer
from services.notifier.commands import Attempt, NoteAttempts, NoticeCommand, TryAgain
from services.notifier.decider.notice import ATTEMPTS_MAX, DECIDER, parts_of, timers, wait_s
from tests.spec import given
from tests.unit.notifier.examples import CONVERSATION, LAPTOP, NOTICE, PHONE, VISITOR, after, decide


def about(attempts: int = 1, at: float = 1, device: str = PHONE, **more: Any) -> dict[str, Any]:
    """The fields of an event about a device."""
    told = {"notice_id": NOTICE, "conversation_id": CONVERSATION, "visitor_id": VISITOR}
    return {**told, "device_id": device, "attempts": attempts, "at": after(at), **more}


(decided,) = DECIDER.decide(decide(), DECIDER.initial)
slow = NoticeDelayed(**about(reason="slow", retry_at=after(16)))
delayed = NoticeDelayed(**about(reason="503", retry_at=after(3)))
retried = NoticeRetried(**about(at=3))
handed_over = NoticeHandedOver(**about(at=2))


def note(outcome: Any, number: int = 1, at: float = 1, **more: Any) -> NoteAttempts:
    """What came of a try to reach the phone."""
    return NoteAttempts((Attempt(PHONE, number, outcome, **more),), after(at))


def test_a_notice_is_decided_once_whatever_is_known_later() -> None:
    assert isinstance(decided, NoticesDecided)
    assert given(DECIDER, decided).when(decide(recipients=())) == []


def test_of_a_device_that_is_reached_at_once_the_verdict_tells_enough() -> None:
    assert given(DECIDER, decided).when(note("handed_over")) == []


def test_a_busy_push_service_is_tried_again_after_a_while_or_when_it_says() -> None:
    assert given(DECIDER, decided).when(note("again", reason="503")) == [delayed]
    asked = given(DECIDER, decided).when(note("again", reason="429", wait_s=20.0))
    assert asked == [NoticeDelayed(**about(reason="429", retry_at=after(21)))]
    assert timers(delayed) == [SetTimer(PHONE, after(3))]


def test_a_delayed_notice_is_tried_again_until_its_time_is_over() -> None:
    assert given(DECIDER, decided, delayed).when(TryAgain(PHONE, after(3))) == [retried]
    assert given(DECIDER, decided, delayed).when(TryAgain(PHONE, after(60))) == [
        NoticeFailed(**about(at=60, reason="time_over"))
    ]
    assert given(DECIDER, decided, delayed, retried).when(note("again", 2, 58, reason="503")) == [
        NoticeFailed(**about(2, 58, reason="503"))
    ]


def test_a_slow_try_ends_by_its_own_answer_or_by_the_timer() -> None:
    assert given(DECIDER, decided).when(note("slow", reason="slow")) == [slow]
    assert given(DECIDER, decided, slow).when(note("handed_over", at=2)) == [handed_over]
    assert given(DECIDER, decided, slow).when(note("again", at=9, reason="timeout")) == [
        NoticeDelayed(**about(at=9, reason="timeout", retry_at=after(11)))
    ]
    assert given(DECIDER, decided, slow).when(note("slow", at=2, reason="slow")) == []
    assert timers(handed_over) == [CancelTimer(PHONE)]


def test_a_late_failure_of_an_older_try_changes_nothing_and_a_late_success_counts() -> None:
    again = given(DECIDER, decided, slow, NoticeRetried(**about(at=16)))
    assert again.when(note("again", 1, 17, reason="timeout")) == []
    assert again.when(note("handed_over", 1, 17)) == [NoticeHandedOver(**about(at=17))]


def test_what_is_settled_stays_settled() -> None:
    for settled in (handed_over, NoticeFailed(**about(reason="gone"))):
        after_it = given(DECIDER, decided, slow, settled)
        assert after_it.when(note("again", 2, 5, reason="503")) == []
        assert after_it.when(TryAgain(PHONE, after(16))) == []


def test_a_refused_notice_fails_at_once() -> None:
    assert given(DECIDER, decided).when(note("refused", reason="410")) == [
        NoticeFailed(**about(reason="410"))
    ]


@pytest.mark.parametrize(("number", "wanted_s"), [(1, 2), (2, 8), (3, 32), (4, 128), (5, 512), (6, 600)])
def test_each_wait_is_longer_than_the_one_before(number: int, wanted_s: float) -> None:
    assert wait_s(Attempt(PHONE, number, "again")) == wanted_s


def test_a_notice_to_very_many_devices_is_told_in_parts() -> None:
    everyone = tuple(
        Recipient(agent_id=derived_id(n), outcome="sent", devices=tuple(derived_id(n, d) for d in range(10)))
        for n in range(500)
    )
    parts = DECIDER.decide(decide(recipients=everyone), DECIDER.initial)

    assert [len(event.model_dump_json()) < 65_000 for event in parts] == [True] * len(parts)
    assert tuple(one for part in parts_of(everyone) for one in part) == everyone
    assert [(event.part, event.parts) for event in parts if isinstance(event, NoticesDecided)] == [
        (number, len(parts)) for number in range(1, len(parts) + 1)
    ]


ATTEMPTS = st.builds(
    Attempt,
    st.sampled_from([PHONE, LAPTOP]),
    st.integers(1, ATTEMPTS_MAX + 1),
    st.sampled_from(["handed_over", "slow", "again", "refused"]),
    st.sampled_from(["503", "timeout"]),
)
COMMANDS = st.lists(
    st.one_of(
        st.builds(lambda attempt, s: NoteAttempts((attempt,), after(s)), ATTEMPTS, st.integers(1, 90)),
        st.builds(
            lambda device, s: TryAgain(device, after(s)), st.sampled_from([PHONE, LAPTOP]), st.integers(1, 90)
        ),
    )
)


@prop(COMMANDS)
def test_each_device_is_settled_once_and_waits_with_a_timer_until_then(commands: list[NoticeCommand]) -> None:
    state, told, due = DECIDER.evolve(DECIDER.initial, decided), list[Any](), set[str]()
    for command in commands:
        if isinstance(command, TryAgain):
            due.discard(command.device_id)
        for event in DECIDER.decide(command, state):
            state = DECIDER.evolve(state, event)
            told.append(event)
            for change in timers(event):
                (due.add if isinstance(change, SetTimer) else due.discard)(change.name)

    for device in (PHONE, LAPTOP):
        ends = [e for e in told if e.device_id == device and isinstance(e, NoticeHandedOver | NoticeFailed)]
        assert len(ends) <= 1
        last = next((e for e in reversed(told) if e.device_id == device), None)
        assert not (ends and last is not ends[0])
        assert not ends or device not in due
