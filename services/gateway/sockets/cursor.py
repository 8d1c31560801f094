"""The order of one stream on one socket: each version exactly once, whatever arrives, in whatever way."""

from collections.abc import Iterable
from typing import Generic, TypeVar

BUFFERED_MAX = 256

T = TypeVar("T")


class Cursor(Generic[T]):
    """Where a reader of a stream is. Pure: what its methods return is to be sent, in that order.

    While `reading`, the history above `last` is wanted, and live items wait. They may be thrown away when there are too
    many: what was heard of is remembered by its version, and `reading` ends only when nothing of it is missing.
    """

    def __init__(self, after: int) -> None:
        self.last = after
        self.reading = True
        self._heard = after
        self._buffer: dict[int, T] = {}

    def live(self, version: int, item: T) -> list[tuple[int, T]]:
        """An item from the live end; a jump in its version begins the reading anew."""
        if version <= self.last:
            return []
        if not self.reading and version == self.last + 1:
            self.last = self._heard = version
            return [(version, item)]
        self.reading = True
        self._heard = max(self._heard, version)
        if len(self._buffer) < BUFFERED_MAX:
            self._buffer[version] = item
        return []

    def history(self, page: Iterable[tuple[int, T]]) -> list[tuple[int, T | None]]:
        """A page from the read model, in order; it may overlap with what was sent.

        A version that is missing below another one is of a type unknown here: it is sent as None.
        """
        ready: list[tuple[int, T | None]] = []
        for version, item in page:
            if version > self.last:
                ready += [(skipped, None) for skipped in range(self.last + 1, version)]
                ready.append((version, item))
                self.last = version
        return ready

    def drain(self) -> list[tuple[int, T]]:
        """What waited and comes next. Call it until it returns nothing; if `reading` stays, history is wanted again."""
        ready: list[tuple[int, T]] = []
        while (version := self.last + 1) in self._buffer:
            ready.append((version, self._buffer.pop(version)))
            self.last = version
        self._buffer = {version: item for version, item in self._buffer.items() if version > self.last}
        if not ready and self._heard <= self.last:
            self.reading = False
        return ready

    def is_stuck(self, since: int) -> bool:
        """Whether reading again from this version on brought nothing, and something is still missing."""
        return self.reading and self.last == since
