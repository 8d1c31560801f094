"""A WebSocket client that speaks ASGI to the application in the same event loop."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.chassis.tokens import Caller
from tests.unit.gateway.replica import Replica

WAIT_S = 5.0


class Closed(Exception):
    """The server ended the socket: before the accept (a 403 for browsers), or with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Client:
    """One socket. While `taking` is not set, it takes nothing of what the server sends."""

    def __init__(self) -> None:
        self.taking = asyncio.Event()
        self.taking.set()
        self._to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to_client: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(self, **frame: Any) -> None:
        await self.send_text(json.dumps(frame))

    async def send_text(self, text: str) -> None:
        await self._to_server.put({"type": "websocket.receive", "text": text})

    async def next(self) -> dict[str, Any]:
        """The next frame. Raises Closed."""
        async with asyncio.timeout(WAIT_S):
            message = await self._to_client.get()
        if message["type"] == "websocket.close":
            raise Closed(message.get("code", 1000), message.get("reason") or "")
        found: dict[str, Any] = json.loads(message["text"])
        return found

    async def until(self, type_: str) -> list[dict[str, Any]]:
        """All frames up to the first of this type, which is left out."""
        frames = []
        while (frame := await self.next())["type"] != type_:
            frames.append(frame)
        return frames

    async def receive_from_client(self) -> dict[str, Any]:
        return await self._to_server.get()

    async def send_to_client(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await self.taking.wait()
        if message["type"] != "websocket.accept":
            await self._to_client.put(message)

    async def go(self) -> None:
        """The client is gone."""
        await self._to_server.put({"type": "websocket.disconnect", "code": 1001})


@asynccontextmanager
async def socket(
    app: FastAPI, origin: str | None = None, address: str = "192.0.2.1"
) -> AsyncIterator[Client]:
    """A socket to the application; at the end the client goes, and the server must have let go of it."""
    client = Client()
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "scheme": "ws",
        "path": "/socket",
        "raw_path": b"/socket",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"origin", origin.encode())] if origin else [],
        "subprotocols": [],
        "client": (address, 1),
    }
    await client._to_server.put({"type": "websocket.connect"})
    serving = asyncio.create_task(app(scope, client.receive_from_client, client.send_to_client))  # type: ignore[arg-type]
    try:
        yield client
    finally:
        await client.go()
        async with asyncio.timeout(WAIT_S):
            await serving


async def authorise(client: Client, replica: Replica, caller: Caller, **more: Any) -> list[dict[str, Any]]:
    """What comes before the screen is ready."""
    await client.send(type="authorise", token=replica.token(caller), **more)
    return await client.until("ready")


def versions(frames: list[dict[str, Any]], of: str) -> list[int]:
    """The versions of one stream, in the order in which they came."""
    return [frame["version"] for frame in frames if frame["type"] == "event" and frame["stream"] == of]


@asynccontextmanager
async def screens(
    apps: tuple[FastAPI, FastAPI],
    begin: Callable[[Client, Replica, Caller], Awaitable[object]],
    *at: tuple[int, Replica, Caller],
) -> AsyncIterator[list[Client]]:
    """Screens at either replica, all connected before the first of them begins."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(socket(apps[place])) for place, _, _ in at]
        for client, (_, replica, caller) in zip(clients, at, strict=True):
            await begin(client, replica, caller)
        yield clients
