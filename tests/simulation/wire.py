"""A WebSocket without a network: to the application what a server shows of one, to the client what would arrive."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from services.chassis.process import SOCKET_FRAME_BYTES_MAX
from tests.simulation.chance import Chance

WINDOW_CHARS, RESUMED_BELOW_CHARS = 65_536, 16_384
"""How much is under way to a client who takes nothing before the next send waits, and until how much is left."""
LATE_S_MAX = 0.9
"""A run comes to rest only when everything under way has arrived."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of a socket as its client sees it; before it was accepted, an answer with this status."""

    code: int
    reason: str = ""


Arrived = str | bytes | Closed
ACCEPTED = ""
"""What arrives first; no frame of ours is empty."""


class Wire:
    """One socket. An application gets its `scope`, `receive` and `send`, and tells when it is `over`; the rest is the
    client's. `told` is called when there is something to `take`."""

    def __init__(self, chance: Chance, told: Callable[[], None]) -> None:
        self._chance, self._told = chance, told
        self._to_server: asyncio.Queue[Message] = asyncio.Queue()
        self._to_server.put_nowait({"type": "websocket.connect"})
        self._to_client: deque[Arrived] = deque()
        self._chars, self._late = 0, False
        self._room = asyncio.Event()
        self._room.set()
        self._is_accepted = self._is_closed = self._is_cut = False

    def scope(self, app: Any, address: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> Message:
        """What the application is told of the socket."""
        return {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "scheme": "ws",
            "path": "/socket",
            "raw_path": b"/socket",
            "root_path": "",
            "query_string": b"",
            "headers": headers,
            "subprotocols": [],
            "client": (address, 1),
            "app": app,
        }

    async def receive(self) -> Message:
        return await self._to_server.get()

    async def send(self, message: Any) -> None:
        """Waits while too much is under way. Raises OSError where the client is gone."""
        await self._room.wait()
        if self._is_cut:
            raise ConnectionError("the client is gone")
        if self._is_closed:
            raise RuntimeError(f"{message['type']} after the close")
        match message["type"]:
            case "websocket.accept" if not self._is_accepted:
                self._is_accepted = True
                self._put(ACCEPTED)
            case "websocket.close" if not self._is_accepted:
                self._end(Closed(403), 1006)
            case "websocket.close":
                self._end(Closed(message.get("code", 1000), message.get("reason") or ""))
            case "websocket.send" if self._is_accepted:
                text = message.get("text")
                self._put(message["bytes"] if text is None else text)
            case unexpected:
                raise RuntimeError(f"{unexpected} is not expected now")

    def over(self) -> None:
        """The application has ended. Where it said no goodbye, the line breaks after all that it sent."""
        if not self._is_closed and not self._is_cut:
            self._end(Closed(1006 if self._is_accepted else 500))
        self._cut()

    def say(self, data: str | bytes) -> None:
        """A frame of the client's; one that is too large ends the socket."""
        if self._is_closed or self._is_cut:
            return
        if len(data if isinstance(data, bytes) else data.encode()) > SOCKET_FRAME_BYTES_MAX:
            self._end(Closed(1009, "too large"))
            return
        kind = "text" if isinstance(data, str) else "bytes"
        self._to_server.put_nowait({"type": "websocket.receive", kind: data})

    def close(self, code: int = 1000, reason: str = "") -> None:
        """The client says goodbye, and hears of nothing that is still under way."""
        self._leave(code, reason, Closed(code, reason))

    def vanish(self) -> None:
        """The client is gone without a goodbye."""
        self._leave(1005 if self._is_accepted else 1006, "", Closed(1006))

    def take(self) -> Arrived | None:
        """What has arrived next, if there is anything."""
        if self._late or not self._to_client:
            return None
        arrived = self._to_client.popleft()
        if not isinstance(arrived, Closed):
            self._chars -= len(arrived)
        if self._chars < RESUMED_BELOW_CHARS:
            self._room.set()
        return arrived

    def _put(self, arrived: Arrived) -> None:
        self._to_client.append(arrived)
        if not isinstance(arrived, Closed):
            self._chars += len(arrived)
        if self._chars > WINDOW_CHARS and not self._is_cut:
            self._room.clear()
        if self._late:
            return
        if not self._chance.is_calm and self._chance.rng.random() < 0.03:
            self._late = True
            late_s = self._chance.rng.random() * LATE_S_MAX
            asyncio.get_running_loop().call_later(late_s, self._arrive, context=Context())
            return
        self._told()

    def _arrive(self) -> None:
        self._late = False
        self._told()

    def _end(self, closed: Closed, told: int | None = None) -> None:
        """The server's end of it: nothing more is heard of the client."""
        self._is_closed = True
        code = closed.code if told is None else told
        self._to_server.put_nowait({"type": "websocket.disconnect", "code": code, "reason": closed.reason})
        self._put(closed)

    def _leave(self, code: int, reason: str, closed: Closed) -> None:
        if not self._is_closed and not self._is_cut:
            self._to_server.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self._cut()
        self._to_client.clear()
        self._to_client.append(closed)
        self._late = False
        self._told()

    def _cut(self) -> None:
        self._is_cut = True
        self._room.set()
