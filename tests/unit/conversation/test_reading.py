"""How far participants have seen the conversation: told when it is more than before, by those it concerns."""

from typing import Any

import pytest
from hypothesis import given as for_all

from contracts.conversation import Assigned, MessagesRead, Reassigned, Released
from contracts.envelope import Event, Unknown
from services.chassis.decider import NotFound, Refused
from services.conversation.decider import DECIDER
from services.conversation.decider.state import Open
from tests.spec import given
from tests.unit.conversation.examples import (
    ADA,
    BOB,
    T0,
    VISITOR,
    assigned,
    closed,
    hello,
    read,
    reassigned,
    released,
    started,
    was_read,
)
from tests.unit.conversation.histories import Step, events_of, steps, unhurried

held = (started, assigned(), hello)


def refusal(history: tuple[Event, ...], command: Any) -> str:
    with pytest.raises(Refused) as refused:
        given(DECIDER, *history).when(command)
    return refused.value.code


def test_the_holder_and_the_visitor_tell_what_they_have_seen() -> None:
    assert given(DECIDER, *held).when(read(3)) == [was_read(3)]
    assert given(DECIDER, *held).when(read(2, by=None)) == [was_read(2, by=None)]


@pytest.mark.parametrize("up_to", [1, 2, 3])
def test_what_was_seen_before_is_not_told_again(up_to: int) -> None:
    assert given(DECIDER, *held, was_read(3)).when(read(up_to)) == []
    assert given(DECIDER, *held, was_read(3, by=None)).when(read(up_to, by=None)) == []


def test_each_has_seen_for_themselves() -> None:
    assert given(DECIDER, *held, was_read(3, by=None)).when(read(3)) == [was_read(3)]


def test_a_new_holder_has_seen_nothing_yet() -> None:
    passed_on = (*held, was_read(3), reassigned(BOB, ADA, by=ADA))
    again = (*held, was_read(3), released(), assigned(ADA))

    assert given(DECIDER, *passed_on).when(read(3, by=BOB)) == [was_read(3, by=BOB)]
    assert given(DECIDER, *again).when(read(3)) == [was_read(3)]


def test_nobody_has_seen_what_is_not_there() -> None:
    assert refusal(held, read(4)) == "not_there_yet"
    assert given(DECIDER, *held, was_read(3)).when(read(4)) == [was_read(4)]


def test_an_event_of_an_unknown_type_is_a_version_too() -> None:
    tomorrow = Unknown(at=T0, type="conversation.noted.v1", data=b"{}")

    assert given(DECIDER, *held, tomorrow).when(read(4)) == [was_read(4)]


def test_only_the_holder_and_the_visitor_read() -> None:
    assert refusal(held, read(3, by=BOB)) == "not_holder"
    assert refusal((started,), read(1)) == "not_holder"
    assert refusal((*held, closed), read(3)) == "closed"
    with pytest.raises(NotFound):
        given(DECIDER, *held).when(read(3, by=None, visit_id=VISITOR))


@unhurried
@for_all(steps)
def test_the_state_knows_the_streams_version_and_what_was_seen_only_grows(history: list[Step]) -> None:
    events = events_of(history)
    seen: dict[str, int] = {}
    for version, event in enumerate(events, 1):
        match event:
            case MessagesRead():
                assert seen.get(event.reader, 0) < event.up_to < version
                seen[event.reader] = event.up_to
            case Assigned() | Reassigned() | Released():
                seen.pop("agent", None)
    state = given(DECIDER, *events).state
    assert not isinstance(state, Open) or state.version == len(events)
