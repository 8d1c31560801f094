"""For how long records have been waiting follows from what was seen of each partition's end, not from its size."""

from services.chassis.progress import ENDS_KEPT_MAX, Behind


def test_who_is_at_the_end_is_not_behind() -> None:
    behind = Behind()

    assert behind.measured({}, 0.0) == 0.0
    assert behind.measured({0: (7, 7), 1: (0, 0)}, 1.0) == 0.0


def test_the_wait_begins_when_the_end_was_first_seen_beyond_the_position() -> None:
    behind = Behind()
    behind.measured({0: (5, 5)}, 10.0)

    assert behind.measured({0: (5, 6)}, 11.0) == 0.0
    assert behind.measured({0: (5, 9)}, 14.0) == 3.0
    assert behind.measured({0: (6, 9)}, 15.0) == 1.0, "what waits now was first seen at 14"
    assert behind.measured({0: (9, 9)}, 16.0) == 0.0


def test_records_that_keep_coming_and_are_handled_are_no_long_wait() -> None:
    behind = Behind()

    for second in range(600):
        waited_s = behind.measured({0: (100 * second, 100 * (second + 1))}, float(second))
        assert waited_s <= 1.0


def test_one_partition_that_stands_still_counts_however_the_others_flow() -> None:
    behind = Behind()

    flowing = [{0: (10 * second, 10 * second), 1: (3, 4)} for second in range(61)]
    waits_s = [behind.measured(places, float(second)) for second, places in enumerate(flowing)]
    assert waits_s[-1] == 60.0


def test_a_partition_that_another_replica_has_is_forgotten() -> None:
    behind = Behind()
    behind.measured({0: (0, 4)}, 0.0)
    behind.measured({}, 5.0)

    assert behind.measured({0: (0, 4)}, 9.0) == 0.0


def test_what_is_remembered_has_an_end_and_the_oldest_stays() -> None:
    behind = Behind()

    seconds = range(3 * ENDS_KEPT_MAX)
    waits_s = [behind.measured({0: (0, second + 1)}, float(second)) for second in seconds]
    assert waits_s[-1] == 3 * ENDS_KEPT_MAX - 1
    assert len(behind._ends[0]) <= ENDS_KEPT_MAX
