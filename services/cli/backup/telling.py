"""What is told while it goes on: how far it is, every few seconds."""

import time
from collections.abc import Callable

TELL_EVERY_S = 5.0

Tell = Callable[[str], None]


class Seldom:
    """Tells what is asked for once in TELL_EVERY_S at most; what is begun and ends at once is not told of."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._told_at_s = tell, time.monotonic()

    def __call__(self, line: Callable[[], str]) -> None:
        """Something moved: `line` makes what is told of it."""
        now_s = time.monotonic()
        if now_s - self._told_at_s >= TELL_EVERY_S:
            self._told_at_s = now_s
            self._tell(line())
