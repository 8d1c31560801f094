"""A socket as a test holds it: what it sends, every frame that comes, and why it was closed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.e2e.stage import Stage

HEARD_WITHIN_S = 15.0


class Socket:
    """A socket, its frames, and why it was closed."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.frames: list[dict[str, Any]] = []

    def send(self, **frame: Any) -> None:
        """Sends a frame."""
        self.send_raw(json.dumps(frame))

    def send_raw(self, content: str | bytes) -> None:
        """Sends a text or, as bytes, a binary frame."""
        self._connection.send(content)

    def next(self) -> dict[str, Any]:
        """The next frame; all that came are kept."""
        self.frames.append(json.loads(self._connection.recv(HEARD_WITHIN_S)))
        return self.frames[-1]

    def until(self, type_: str, text: str = "") -> dict[str, Any]:
        """The next frame of this type that holds this text."""
        while True:
            frame = self.next()
            if frame["type"] == type_ and text in json.dumps(frame):
                return frame

    def closed(self) -> int:
        """The code with which the server ends the socket."""
        with pytest.raises(ConnectionClosed) as closed:
            self._rest()
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code

    def answered(self) -> str | int:
        """What comes of a ping: its answer, or the code with which the socket ended, perhaps before it was sent."""
        try:
            self.send(type="ping")
            self.until("pong")
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0
        return "pong"

    def _rest(self) -> None:
        while True:
            self.next()

    def told(self) -> str:
        """Everything that came, as text."""
        return json.dumps(self.frames)


@contextmanager
def socket(stage: Stage, origin: str | None = None) -> Iterator[Socket]:
    """An open socket that has not said who it is."""
    url = f"{stage.system.bases['gateway'].replace('http', 'ws', 1)}/api/gateway/socket"
    with connect(url, origin=origin, max_size=2**20) as connection:  # type: ignore[arg-type]
        yield Socket(connection)


@contextmanager
def screen(stage: Stage, who: str, **more: Any) -> Iterator[Socket]:
    """A socket of this caller, up to date."""
    with socket(stage) as opened:
        opened.send(type="authorise", token=stage.token(who), **more)
        opened.until("ready")
        yield opened
