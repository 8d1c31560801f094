"""Taking, assigning and closing: one holder at most, and whoever comes second is told who was first."""

from collections.abc import Sequence
from typing import Any

import pytest

from contracts.envelope import Event
from services.chassis.decider import NotFound, Refused
from services.conversation.decider import DECIDER
from tests.spec import given
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    answer_card,
    ask,
    assign,
    assigned,
    close,
    closed,
    end_missed,
    missed,
    offline_told,
    reassigned,
    released,
    say,
    show_card,
    start,
    started,
    take,
)


def refusal(history: Sequence[Event], command: Any) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as refused:
        given(DECIDER, *history).when(command)
    return refused.value.code, refused.value.facts


ADA_HOLDS = {"holder_id": ADA, "holder_name": "Ada"}
BOB_HOLDS = {"holder_id": BOB, "holder_name": "Bob"}
NOBODY_HOLDS = {"holder_id": None, "holder_name": None}


def test_an_agent_takes_a_waiting_conversation() -> None:
    assert given(DECIDER, started).when(take()) == [assigned()]


def test_a_second_taker_is_told_who_was_first() -> None:
    assert refusal((started, assigned()), take(BOB)) == ("already_assigned", ADA_HOLDS)


def test_taking_what_one_holds_changes_nothing() -> None:
    assert given(DECIDER, started, assigned()).when(take()) == []


def test_taking_what_was_passed_on_names_the_holder_of_now() -> None:
    history = (started, assigned(), reassigned(BOB, ADA, by=ADA))

    assert refusal(history, take(ADA)) == ("already_assigned", BOB_HOLDS)


def test_a_taker_who_saw_a_holder_is_told_that_there_is_none() -> None:
    assert refusal((started,), take(expected=BOB)) == ("held_by_another", NOBODY_HOLDS)


def test_an_agent_who_is_offline_cannot_take() -> None:
    assert refusal((started,), take(online=False))[0] == "agent_offline"


def test_what_its_holder_lost_can_be_taken_again() -> None:
    assert given(DECIDER, started, assigned(), released()).when(take(BOB)) == [assigned(BOB)]


@pytest.mark.parametrize("command", [take(), assign(BOB), say(), ask(), close(), show_card, answer_card])
def test_there_is_nothing_to_do_in_a_conversation_that_is_not_there(command: object) -> None:
    with pytest.raises(NotFound):
        given(DECIDER).when(command)


def test_an_agent_assigns_a_waiting_conversation_to_another() -> None:
    assert given(DECIDER, started).when(assign(BOB, by=ADA)) == [assigned(BOB, by=ADA)]


def test_assigning_a_missed_conversation_is_late() -> None:
    history = (started, missed, offline_told)

    assert given(DECIDER, *history).when(assign(BOB, by=ADA)) == [assigned(BOB, by=ADA, late=True)]


def test_any_agent_passes_a_conversation_on() -> None:
    history = (started, assigned(ADA))

    assert given(DECIDER, *history).when(assign(BOB, by=BOB, expected=ADA)) == [reassigned(BOB, ADA, by=BOB)]


def test_assigning_to_the_holder_changes_nothing() -> None:
    assert given(DECIDER, started, assigned(BOB)).when(assign(BOB, expected=None)) == []


@pytest.mark.parametrize("expected", [None, BOB])
def test_assigning_from_another_holder_than_seen_is_refused_by_name(expected: str | None) -> None:
    assert refusal((started, assigned(ADA)), assign(BOB, expected=expected)) == ("held_by_another", ADA_HOLDS)


def test_assigning_from_a_holder_who_is_gone_is_refused() -> None:
    history = (started, assigned(ADA), released())

    assert refusal(history, assign(BOB, expected=ADA)) == ("held_by_another", NOBODY_HOLDS)


@pytest.mark.parametrize(("history", "expected"), [((started,), None), ((started, assigned(ADA)), ADA)])
def test_nobody_is_assigned_who_is_offline(history: tuple[Event, ...], expected: str | None) -> None:
    assert refusal(history, assign(BOB, expected=expected, online=False))[0] == "agent_offline"


def test_the_holder_closes() -> None:
    assert given(DECIDER, started, assigned()).when(close(expected=ADA)) == [closed]


@pytest.mark.parametrize("history", [(started,), (started, missed, offline_told)])
def test_any_agent_closes_what_nobody_holds(history: tuple[Event, ...]) -> None:
    assert given(DECIDER, *history).when(close()) == [closed]


@pytest.mark.parametrize(("by", "expected"), [(BOB, ADA), (BOB, None), (BOB, BOB), (ADA, None), (ADA, BOB)])
def test_closing_what_another_holds_or_held_is_refused_by_name(by: str, expected: str | None) -> None:
    assert refusal((started, assigned(ADA)), close(by, expected=expected)) == ("held_by_another", ADA_HOLDS)


@pytest.mark.parametrize(
    "command",
    [
        start(),
        take(),
        take(BOB),
        assign(BOB, expected=ADA),
        say(),
        ask(),
        show_card,
        answer_card,
        end_missed,
        close(),
        close(expected=ADA),
    ],
)
def test_a_closed_conversation_refuses_everything(command: object) -> None:
    assert refusal((started, assigned(), closed), command)[0] == "closed"
