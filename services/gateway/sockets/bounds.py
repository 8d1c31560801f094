"""How much a client may ask of one socket: so many frames in a while."""

from services.gateway.sockets.frames import too_fast

FRAMES_MAX = 200
FRAMES_WINDOW_S = 10.0


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
