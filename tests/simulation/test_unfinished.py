"""What runs are judged by finds what was forged about unfinished chats."""

import pytest

from contracts.playbook import AnswerGiven, DetailCaptured, FollowUpRequested, VisitTakenOver
from tests.simulation.forging import Forger, Forging, found
from tests.simulation.unfinished import unfinished


def is_one(one: object) -> bool:
    return bool(one.event.cause == "unfinished")  # type: ignore[attr-defined]


def twice(forger: Forger) -> None:
    forger.append(forger.find(FollowUpRequested, is_one))


def too_early(forger: Forger) -> None:
    lead = forger.find(FollowUpRequested, is_one)
    forger.change(lead, at=forger.history.streams[lead.stream][0].event.at)


def never(forger: Forger) -> None:
    forger.drop(FollowUpRequested, lambda one: is_one(one) and forger.is_last(one))


def though_taken(forger: Forger) -> None:
    lead = forger.find(FollowUpRequested, is_one)
    taken = forger.find(VisitTakenOver)
    forger.history.streams[lead.stream].insert(1, taken)


def unasked(forger: Forger) -> None:
    lead = forger.find(FollowUpRequested, is_one)
    for one in forger.all((AnswerGiven, DetailCaptured), lambda one: one.stream == lead.stream):
        forger.change(one, unfinished_at=None)


CASES: list[tuple[Forging, str]] = [
    (twice, "as unfinished 2 times"),
    (too_early, "although it was waited for"),
    (never, "became no lead"),
    (though_taken, "although it was taken"),
    (unasked, "although it was waited for"),
]


@pytest.mark.parametrize(("forge", "told"), CASES)
def test_the_fact_finds_what_was_forged_against_it(forge: Forging, told: str) -> None:
    wrong = found(unfinished, forge)

    assert [line for line in wrong if told in line], wrong
