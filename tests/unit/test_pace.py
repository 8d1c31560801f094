"""Consumers pause longer while records keep coming, longest in a crowd, and not at all where there is a backlog."""

from services.chassis.progress import CROWD, CROWDED_EVERY_S_MAX, EVERY_S_MAX, EVERY_S_MIN, Pace


def _pauses(*batches: int, waited_s: float = 0.0, backlog: bool = False) -> list[float]:
    """The pause after each of these batches, which come one after the other as soon as they are asked for, or so long
    after that."""
    pace, now_s, pauses = Pace(), 100.0, []
    for records in batches:
        asked_s, now_s = now_s, now_s + waited_s
        pace.took(records, asked_s, now_s, backlog)
        pauses.append(round(pace.pause_s(now_s), 6))
        now_s += pauses[-1]
    return pauses


def test_the_first_batch_waits_for_nothing() -> None:
    assert Pace().pause_s(100.0) == 0


def test_pauses_grow_while_records_keep_coming() -> None:
    pauses = _pauses(*[5] * 6)

    assert pauses == sorted(pauses)
    assert EVERY_S_MIN < pauses[0] < pauses[1] < pauses[-1] == EVERY_S_MAX


def test_pauses_are_longest_in_a_crowd_and_shorter_again_after_it() -> None:
    *_, crowded, after = _pauses(*[CROWD] * 6, CROWD - 1)

    assert (crowded, after) == (CROWDED_EVERY_S_MAX, EVERY_S_MAX)


def test_after_a_rest_pauses_are_short() -> None:
    assert _pauses(5, 5, 5, waited_s=0.5) == [EVERY_S_MIN] * 3


def test_neither_a_backlog_nor_an_empty_answer_is_waited_after() -> None:
    assert _pauses(CROWD, 5, backlog=True) == [0, 0]
    assert _pauses(0) == [0]
