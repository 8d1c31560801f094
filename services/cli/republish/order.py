"""Where consumers go on in a topic that is published anew: after what they have handled of the one before."""

from array import array
from collections.abc import Collection, Mapping

from contracts.topics import PARTITIONS
from services.chassis.kafka import partition_of
from services.cli.restore.places import OVERLAP

OVERLAP_S, NEIGHBOURS = OVERLAP.total_seconds(), 3
"""So much is handled once more: what happened at one time went out in no order. No single clock decides how much: of so
many neighbours the earliest time counts, and so many in a row have to be older."""

Place = tuple[int, int]
"""A partition and an offset in it."""


class Order:
    """The events of one topic, added in the order of the store, which is the one in which they are published anew.

    `acknowledged`: up to where each partition of the topic that is lost was known to reach. `wanted`: ids of events
    whose places are to be found.
    """

    def __init__(self, acknowledged: Mapping[int, int], wanted: Collection[str] = ()) -> None:
        self._acknowledged = acknowledged
        self._wanted, self.places = frozenset(wanted), dict[str, Place]()
        self._at_s = [array("d") for _ in range(PARTITIONS)]
        self._waits = [bytearray() for _ in range(PARTITIONS)]

    def add(self, event_id: str, stream: str, at_s: float, waits: bool) -> None:
        """The next event; `waits`: Kafka has not acknowledged it yet."""
        partition = partition_of(stream)
        if event_id in self._wanted:
            self.places[event_id] = partition, len(self._at_s[partition])
        self._at_s[partition].append(at_s)
        self._waits[partition].append(waits)

    def reach(self, partition: int) -> int:
        """Up to where the partition of the lost topic may have reached: what was acknowledged, and each event that was
        not, once or, where an attempt failed, twice."""
        return self._acknowledged.get(partition, 0) + 2 * self._waits[partition].count(1)

    def after(self, partition: int, before: int) -> int:
        """The offset from which one goes on who was at `before` in the topic that is lost.

        What that held more than there are events, repetitions and records of others, may all have lain before: so many
        fewer events count as handled.
        """
        waits, at_s = self._waits[partition], self._at_s[partition]
        handled = before - max(0, self._acknowledged.get(partition, 0) - waits.count(0))
        first_waiting = waits.find(1)
        place = max(0, min(handled, len(waits) if first_waiting < 0 else first_waiting))
        since_s = min(at_s[max(0, place - NEIGHBOURS) : place], default=0.0) - OVERLAP_S
        at = place
        while at > max(0, place - NEIGHBOURS):
            at -= 1
            if at_s[at] >= since_s:
                place = at
        return place
