"""How much a client may ask of one process: so many sockets at once, and so many frames in a while on each."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from services.gateway.sockets.frames import too_fast, too_many_sockets

FRAMES_MAX = 200
FRAMES_WINDOW_S = 10.0


class Places:
    """The sockets of one process, counted by who holds them; for one event loop."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    @contextmanager
    def held(self, who: str, most: int) -> Iterator[None]:
        """A place of theirs, until the context ends. Raises Ended where they hold as many as they may."""
        if self._held[who] >= most:
            raise too_many_sockets()
        self._held[who] += 1
        try:
            yield
        finally:
            self._held[who] -= 1
            if not self._held[who]:
                del self._held[who]

    def __len__(self) -> int:
        return len(self._held)


class Pace:
    """How fast one socket's client sends. Pings, typing and what a screen follows need far less."""

    def __init__(self) -> None:
        self._until_s, self._frames = 0.0, 0

    def step(self, now_s: float) -> None:
        """A frame has come. Raises Ended where there were too many in FRAMES_WINDOW_S."""
        if now_s >= self._until_s:
            self._until_s, self._frames = now_s + FRAMES_WINDOW_S, 0
        self._frames += 1
        if self._frames > FRAMES_MAX:
            raise too_fast()
