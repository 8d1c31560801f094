"""Where consumers go on in a log that is published anew: nothing is passed over, and little is handled again."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kafka import partition_of
from services.cli.republish.order import OVERLAP_S, Order

STREAM = "thing-1"
HERE = partition_of(STREAM)
LATER_S = OVERLAP_S + 1


def order(events: int, acknowledged: int, waits: tuple[int, ...] = (), apart_s: float = LATER_S) -> Order:
    """Of one stream's events, so far apart."""
    made = Order({HERE: acknowledged}, {f"{STREAM}/{number}" for number in range(events)})
    for number in range(events):
        made.add(f"{STREAM}/{number}", STREAM, number * apart_s, number in waits)
    return made


def test_who_has_handled_all_goes_on_after_the_last_that_is_older_than_the_overlap() -> None:
    assert order(5, 5).after(HERE, 5) == 2
    assert order(5, 5, apart_s=1).after(HERE, 5) == 0
    assert order(1_000, 1_000, apart_s=OVERLAP_S / 10).after(HERE, 1_000) == 987


def test_who_was_behind_goes_on_where_they_were() -> None:
    assert order(9, 9).after(HERE, 6) == 3


def test_a_partition_of_which_nothing_was_handled_is_begun() -> None:
    assert order(5, 5).after(HERE, 0) == 0
    assert Order({}).after(HERE, 3) == 0


def test_what_the_topic_held_twice_may_have_been_before() -> None:
    assert order(9, 11).after(HERE, 11) == 6
    assert order(9, 11).after(HERE, 9) == 4
    assert order(9, 11).after(HERE, 1) == 0


def test_nobody_goes_past_an_event_that_was_never_acknowledged() -> None:
    assert order(9, 7, waits=(5, 8)).after(HERE, 7) == 2
    assert order(9, 8, waits=(8,)).after(HERE, 9) == 5


@pytest.mark.parametrize(("wrong", "by_s"), [(8, -3_600), (9, 1_000), (9, -3_600), (7, 1_000), (0, 5_000)])
def test_one_clock_that_is_wrong_makes_nobody_handle_less_again(wrong: int, by_s: float) -> None:
    made = Order({HERE: 10})
    for number in range(10):
        made.add(str(number), STREAM, number + by_s * (number == wrong), False)

    assert made.after(HERE, 10) == 0


def test_it_is_known_up_to_where_the_lost_topic_may_have_reached() -> None:
    assert order(5, 7).reach(HERE) == 7
    assert order(5, 3, waits=(3, 4)).reach(HERE) == 7
    assert Order({}).reach(HERE) == 0


def test_the_places_of_wanted_events_are_known() -> None:
    made = Order({}, {"b"})
    made.add("a", STREAM, 0.0, False)
    made.add("other", _stream_elsewhere(), 0.0, False)
    made.add("b", STREAM, 0.0, False)

    assert made.places == {"b": (HERE, 1)}


def _stream_elsewhere() -> str:
    return next(name for name in map(str, range(100)) if partition_of(name) != HERE)


@given(st.randoms(use_true_random=False))
def test_whatever_was_repeated_and_whatever_waits_nothing_is_passed_over(chance: random.Random) -> None:
    events = chance.randrange(1, 40)
    waiting = {number for number in range(events) if chance.random() < 0.1}
    # How Kafka had them: in order, some of them twice, with records of others; of some the acknowledgement was lost.
    held: list[int | None] = []
    for number in _nearly(chance, events):
        if number not in waiting or chance.random() < 0.5:
            held += [number] * chance.choice([1, 1, 1, 2, 3])
        held += [None] * (chance.random() < 0.05)
    acknowledged = max((at + 1 for at, one in enumerate(held) if one not in waiting), default=0)
    before = chance.randint(0, len(held))

    made = Order({HERE: acknowledged})
    for number in range(events):
        made.add(str(number), STREAM, number * LATER_S, number in waiting)

    assert before <= made.reach(HERE) or waiting
    handled = {one for one in held[:before] if one is not None}
    assert set(range(made.after(HERE, before))) <= handled


def _nearly(chance: random.Random, events: int) -> list[int]:
    """In order, but for neighbours that were committed at the same time."""
    numbers = list(range(events))
    for at in range(events - 1):
        if chance.random() < 0.2:
            numbers[at], numbers[at + 1] = numbers[at + 1], numbers[at]
    return numbers
