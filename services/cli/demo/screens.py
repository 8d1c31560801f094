"""A screen's socket: what it showed, in order, whatever the network did to it."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

import httpx
import websockets

PING_EVERY_S = 8


class Known(Protocol):
    """Somebody whom the gateway knows."""

    async def token(self) -> str:
        """A token that is good for a while."""
        ...


class Screen:
    """What a socket showed: each stream's events in order, the newest rows, notices, who typed.

    A socket that is cut is opened again and says what it has. Raises AssertionError for a version that is missing,
    doubled, or out of order. `have` is the last version of each stream that the screen has from before.
    """

    def __init__(
        self,
        client: Known,
        url: str,
        *,
        folders: bool = False,
        tab: str = "demo",
        have: Mapping[str, int] | None = None,
    ) -> None:
        self._client, self._url, self._folders, self._tab = client, url, folders, tab
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.told: dict[str, list[dict[str, Any] | None]] = {}
        """Each stream's versions; None where one is not for this screen."""
        self.rows: dict[str, dict[str, Any]] = {}
        self.gone: set[str] = set()
        """The ids of rows that are no more; a list that was read before holds them still."""
        self.errors, self.typing = list[dict[str, Any]](), list[dict[str, Any]]()
        self.places: dict[str, list[int]] = {}
        """Where a visitor was told that they stand in line, one number after the other, by conversation."""
        self.viewing: dict[str, list[str]] = {}
        self.editing: dict[str, list[tuple[str, str | None]]] = {}
        """Who else looks at each conversation, by their names."""
        self.notices: list[dict[str, Any]] = []
        self.ready = False
        self.connected = 0
        self.line = asyncio.Event()
        """Set while the network carries anything: without it a screen that is cut stays so."""
        self.line.set()
        self._have = dict(have or {})
        self._socket: websockets.ClientConnection | None = None
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Screen":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """The screen is shut: nothing new is shown."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def closed(self) -> bool:
        """Whether the screen was shut."""
        return self._task is None or self._task.cancelled()

    async def follow(self, stream: str) -> None:
        """An agent opens a conversation."""
        await self.send(type="follow", stream=stream, after=self._have.setdefault(stream, 0))

    async def unfollow(self, stream: str) -> None:
        """An agent shuts a conversation; a socket follows no more than 50."""
        self._have.pop(stream, None)
        await self.send(type="unfollow", stream=stream)

    async def send(self, **frame: Any) -> None:
        """A frame; none where the socket is cut just now."""
        with suppress(websockets.ConnectionClosed):
            if self._socket is not None:
                await self._socket.send(json.dumps(frame))

    async def cut(self) -> None:
        """The network breaks: no closing handshake."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def until(self, seen: Any, within_s: float = 30.0, what: str = "") -> Any:
        """Waits until `seen(screen)` is true and answers that; AssertionError when it is not in time."""
        try:
            async with asyncio.timeout(within_s), self._changed:
                while True:
                    self._check()
                    value = seen(self)
                    if value:
                        return value
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"not seen within {within_s} s: {what}; rows {self.rows}, events {self.events}"
            ) from None

    def of(self, stream: str, type_: str) -> list[dict[str, Any]]:
        """The events of a type in a stream, e.g. "message_posted"."""
        return [event for event in self.events.get(stream, []) if event["type"].split(".")[1] == type_]

    def _check(self) -> None:
        if self._task is not None and self._task.done():
            self._task.result()

    async def _run(self) -> None:
        while True:
            await self.line.wait()
            with suppress(websockets.WebSocketException, OSError, httpx.TransportError):
                async with websockets.connect(self._url, max_size=2**20, open_timeout=5) as socket:
                    await self._converse(socket)
            self._socket = None
            await asyncio.sleep(0.1)

    async def _converse(self, socket: websockets.ClientConnection) -> None:
        first = {"type": "authorise", "token": await self._client.token(), "have": dict(self._have)}
        await socket.send(json.dumps({**first, "folders": self._folders, "tab": self._tab}))
        self._socket = socket
        self.connected += 1
        pinging = asyncio.create_task(self._ping(socket))
        try:
            async for text in socket:
                async with self._changed:
                    self._shown(json.loads(text))
                    self._changed.notify_all()
        finally:
            pinging.cancel()

    async def _ping(self, socket: websockets.ClientConnection) -> None:
        with suppress(websockets.ConnectionClosed):
            while True:
                await asyncio.sleep(PING_EVERY_S)
                await socket.send(json.dumps({"type": "renew", "token": await self._client.token()}))

    def _shown(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "event":
                stream, version = frame["stream"], frame["version"]
                last = self._have.get(stream, 0)
                assert version == last + 1, f"{stream}: version {version} after {last}"
                self._have[stream] = version
                self.told.setdefault(stream, []).append(frame["event"])
                if frame["event"] is not None:
                    self.events.setdefault(stream, []).append(frame["event"])
            case "rows":
                for row in frame["rows"]:
                    self._put(row)
            case "ready":
                self.ready = True
            case "notice":
                self.notices.append(frame)
            case "typing":
                self.typing.append(frame)
            case "queue":
                self.places.setdefault(frame["conversation_id"], []).append(frame["position"])
            case "viewing":
                self.viewing[frame["conversation_id"]] = [agent["name"] for agent in frame["agents"]]
            case "editing":
                told = [(agent["name"], agent["card_id"]) for agent in frame["agents"]]
                self.editing[frame["playbook_id"]] = told
            case "error":
                self.errors.append(frame)

    def _put(self, row: dict[str, Any]) -> None:
        key = row.get("conversation_id") or row["agent_id"]
        if row.get("gone"):
            self.rows.pop(key, None)
            self.gone.add(key)
        else:
            self.rows[key] = row
            self.gone.discard(key)


def socket_url(bases: Mapping[str, str]) -> str:
    """The address of every screen's socket."""
    return f"{bases['gateway'].replace('http', 'ws', 1)}/api/gateway/socket"
