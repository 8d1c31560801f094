"""What runs are judged by finds what was forged about texts for outside the business hours."""

import pytest

from contracts.hours import HoursSeen
from contracts.playbook import CardShown, LiveChatRequested, OfflineFlowStarted
from tests.simulation.flows import ONLINE_MESSAGE, OUTSIDE
from tests.simulation.forging import Forger, Forging, found
from tests.simulation.outside_hours import outside_hours


def is_late(one: object) -> bool:
    hours = one.event.hours  # type: ignore[attr-defined]
    return hours is not None and not hours.open


def is_early(one: object) -> bool:
    return not is_late(one)


def is_note(one: object) -> bool:
    return bool(one.event.text == OUTSIDE.note)  # type: ignore[attr-defined]


def is_second(one: object) -> bool:
    return bool(one.event.text == OUTSIDE.offline_message)  # type: ignore[attr-defined]


def usual_though_late(forger: Forger) -> None:
    forger.change(forger.find(LiveChatRequested, is_late), online_message=ONLINE_MESSAGE)


def late_though_open(forger: Forger) -> None:
    forger.change(forger.find(LiveChatRequested, is_early), offline_message=OUTSIDE.offline_message)


def by_no_hours(forger: Forger) -> None:
    forger.change(forger.find(LiveChatRequested), hours=None)


def noted_though_open(forger: Forger) -> None:
    forger.change(forger.find(CardShown, is_note), hours=HoursSeen(open=True, revision=1))


def noted_after_the_wait(forger: Forger) -> None:
    note = forger.find(CardShown, is_note)
    begun = forger.find(OfflineFlowStarted, lambda one: one.stream == note.stream)
    forger.change(begun, reason="wait_expired")


def noted_elsewhere(forger: Forger) -> None:
    note = forger.find(CardShown, is_note)
    forger.history.streams[note.stream].append(note)


def late_again_though_open(forger: Forger) -> None:
    forger.change(forger.find(CardShown, is_second), hours=None)


CASES: list[tuple[Forging, str]] = [
    (usual_though_late, "with the messages"),
    (late_though_open, "with the messages"),
    (by_no_hours, "by None"),
    (noted_though_open, "as a note by open=True"),
    (noted_after_the_wait, "shows its note after wait_expired"),
    (late_again_though_open, "after its wait by None"),
    (noted_elsewhere, "shows its note after"),
]


@pytest.mark.parametrize(("forge", "told"), CASES)
def test_the_fact_finds_what_was_forged_against_it(forge: Forging, told: str) -> None:
    wrong = found(outside_hours, forge)

    assert [line for line in wrong if told in line], wrong
