"""What runs are judged by finds what was forged about canned replies, and whatever is acknowledged about them."""

from typing import Any

import pytest

from contracts.conversation import Assigned, CannedReplyRemoved, CannedReplySaved
from tests.simulation.forging import SOMEBODY, CannotForge, Forger, Forging, found
from tests.simulation.replies import replies


def is_changed(one: Any) -> bool:
    return bool(one.version > 1)


def changed_by_somebody(forger: Forger) -> None:
    forger.change(forger.find(CannedReplySaved, is_changed), by=SOMEBODY)


def removed_by_somebody(forger: Forger) -> None:
    forger.change(forger.find(CannedReplyRemoved), by=SOMEBODY)


def goes_on(forger: Forger) -> None:
    gone = forger.find(CannedReplyRemoved)
    forger.append(forger.find(CannedReplySaved, lambda one: one.stream == gone.stream))


def tells_of_something_else(forger: Forger) -> None:
    saved, taken = forger.find(CannedReplySaved), forger.find(Assigned)
    forger.history.streams[saved.stream].append(taken)


def two_of_one_name(forger: Forger) -> None:
    left = forger.all(CannedReplySaved, forger.is_last)
    pairs = [
        (one, other)
        for one in left
        for other in left
        if one.stream != other.stream and one.metadata.workspace_id == other.metadata.workspace_id
    ]
    if not pairs:
        raise CannotForge
    one, other = pairs[0]
    forger.change(other, shortcut=one.event.shortcut)


def keeps_what_it_gives_up(forger: Forger) -> None:
    renamed = forger.find(CannedReplySaved, lambda one: one.event.previous_shortcut is not None)
    forger.change(renamed, previous_shortcut=None)


def frees_anothers(forger: Forger) -> None:
    forger.change(forger.find(CannedReplyRemoved), shortcut="anothers")


CASES: list[tuple[Forging, str]] = [
    (changed_by_somebody, "who did not make it"),
    (removed_by_somebody, "who did not make it"),
    (goes_on, "goes on after it was removed"),
    (tells_of_something_else, "tells of something else"),
    (two_of_one_name, "2 replies are called"),
    (keeps_what_it_gives_up, "gives up the shortcut None"),
    (frees_anothers, "gives up the shortcut anothers"),
]


@pytest.mark.parametrize(("forge", "told"), CASES)
def test_the_fact_finds_what_was_forged_against_it(forge: Forging, told: str) -> None:
    wrong = found(replies, forge)

    assert [line for line in wrong if told in line], wrong
