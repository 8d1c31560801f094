"""Row patches waiting for one socket: of each key only the newest."""

from collections.abc import Sequence

ROWS_IN_FRAME_MAX = 200


class Patches:
    """Pure: what is put and not taken yet, in the order of each key's first arrival."""

    def __init__(self) -> None:
        self._newest: dict[str, str] = {}

    def put(self, key: str, row: str) -> None:
        """A row, encoded; of the same key it replaces the one that waits."""
        self._newest[key] = row

    def take(self) -> Sequence[str]:
        """At most one frame's worth of rows."""
        keys = list(self._newest)[:ROWS_IN_FRAME_MAX]
        return [self._newest.pop(key) for key in keys]

    def __bool__(self) -> bool:
        return bool(self._newest)
