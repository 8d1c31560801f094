"""Sockets under test: an application served as in every process, to a real client, or over the simulation's wire."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from random import Random
from typing import Any, Protocol

import uvloop
from fastapi import WebSocket
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import ConnectionClosed, InvalidStatus

from services.chassis.process import Server, served_as
from services.chassis.settings import ProcessSettings
from services.chassis.tokens import new_private_key, public_key_of
from tests.proof import count
from tests.simulation.chance import Chance
from tests.simulation.loop import OUTSIDE, Loop
from tests.simulation.wire import ACCEPTED, Arrived, Closed, Wire
from tests.waiting import eventually

WITHIN_S = 20.0
BUFFER_BYTES = 8_192
"""What the network holds for a client that takes nothing: little, so that it is soon full."""
_KEYS = json.dumps({"k1": public_key_of(new_private_key())})


class Over(Exception):
    """The socket has ended, or was refused with this status."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code, self.reason = code, reason


class Client(Protocol):
    """The other end of a socket. It takes nothing but what it is asked for."""

    async def send(self, frame: str | bytes) -> None: ...

    async def next(self) -> str | bytes:
        """The next frame. Raises Over."""
        ...

    async def close(self, code: int, reason: str) -> None: ...

    def vanish(self) -> None:
        """Is gone without a goodbye."""


Connect = Callable[..., Awaitable[Client]]
"""Called with the origin that the client names, if it does. Raises Over where the server accepts no socket."""
Serving = Callable[[ASGIApp], AbstractAsyncContextManager[Connect]]
Promise = Callable[[Serving], Coroutine[Any, Any, None]]


class Held:
    """One socket of an application, in the hands of a test."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket, self._over = websocket, asyncio.Event()
        self.task = asyncio.current_task()

    def end(self) -> None:
        """The application ends."""
        self._over.set()

    async def ended(self) -> None:
        await self._over.wait()


class Probe:
    """An application that does nothing with its sockets but `play`; what it raises is kept."""

    def __init__(self, play: Callable[[Held], Awaitable[None]] = Held.ended) -> None:
        self._play, self._held = play, asyncio.Queue[Held]()
        self._all: list[Held] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        held = Held(WebSocket(scope, receive, send))
        self._all.append(held)
        self._held.put_nowait(held)
        await self._play(held)

    async def held(self) -> Held:
        """The next socket that somebody asks for."""
        return await self._held.get()

    def end(self) -> None:
        """None of them waits any more."""
        for held in self._all:
            held.end()


class Watched:
    """An application, and what it failed with: a server only logs that."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.failures: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            if not isinstance(error, OSError):
                self.failures.append(repr(error))
            raise


class WebClient:
    """A WebSocket client as others have it."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, frame: str | bytes) -> None:
        with suppress(ConnectionClosed):
            await self._connection.send(frame)

    async def next(self) -> str | bytes:
        try:
            async with asyncio.timeout(WITHIN_S):
                return await self._connection.recv()
        except ConnectionClosed as closed:
            told = closed.rcvd
            raise Over(told.code, told.reason) if told else Over(1006) from None

    async def close(self, code: int, reason: str) -> None:
        await self._connection.close(code, reason)

    def vanish(self) -> None:
        self._connection.transport.abort()


@asynccontextmanager
async def over_uvicorn(app: ASGIApp) -> AsyncIterator[Connect]:
    """Served as in every process; clients connect through the network."""
    clients: list[WebClient] = []
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    port, ready = listening.getsockname()[1], asyncio.Event()
    settings = ProcessSettings(port=port, drain_s=1, token_public_keys=_KEYS)
    server = Server(served_as(app, settings), lambda _: ready.set())
    serving = asyncio.create_task(server.serve(sockets=[listening]))

    async def connect(origin: Any = None) -> Client:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        line.connect(("127.0.0.1", port))
        line.setblocking(False)
        try:
            connection = await open_websocket(
                f"ws://127.0.0.1:{port}/socket",
                origin=origin,
                sock=line,
                proxy=None,
                compression=None,
                ping_interval=None,
                max_size=None,
                max_queue=1,
            )
        except InvalidStatus as refused:
            raise Over(refused.response.status_code) from None
        clients.append(WebClient(connection))
        return clients[-1]

    await ready.wait()
    try:
        yield connect
    finally:
        for client in clients:
            client.vanish()
        if isinstance(app, Probe):
            app.end()
        server.should_exit = True
        await serving


class WireClient:
    """The client's end of the simulation's wire, served by a task of its own."""

    def __init__(self, app: ASGIApp, chance: Chance, origin: str | None) -> None:
        self._news = asyncio.Event()
        self._wire = Wire(chance, self._news.set)
        headers = [(b"origin", origin.encode())] if origin else []
        scope = self._wire.scope(None, "192.0.2.1", headers)
        self._serving = asyncio.create_task(self._serve(app, scope))

    async def _serve(self, app: ASGIApp, scope: Scope) -> None:
        try:
            with suppress(Exception):  # As a server does: what is wrong shows at the client.
                await app(scope, self._wire.receive, self._wire.send)
        finally:
            self._wire.over()

    async def opened(self) -> None:
        """Returns when the socket is accepted. Raises Over."""
        try:
            assert await self.next() == ACCEPTED
        except asyncio.CancelledError:
            self.vanish()
            raise

    async def send(self, frame: str | bytes) -> None:
        self._wire.say(frame)

    async def next(self) -> str | bytes:
        async with asyncio.timeout(WITHIN_S):
            arrived = await self._arrived()
        if isinstance(arrived, Closed):
            raise Over(arrived.code, arrived.reason)
        return arrived

    async def _arrived(self) -> Arrived:
        while (arrived := self._wire.take()) is None:
            self._news.clear()
            await self._news.wait()
        return arrived

    async def close(self, code: int, reason: str) -> None:
        self._wire.close(code, reason)

    def vanish(self) -> None:
        self._wire.vanish()

    async def ended(self) -> None:
        """Returns when its server let go of it."""
        await asyncio.wait([self._serving])


def over_the_wire(chance: Chance) -> Serving:
    """As the simulation has it, in the moods of this chance."""

    @asynccontextmanager
    async def serving(app: ASGIApp) -> AsyncIterator[Connect]:
        clients: list[WireClient] = []

        async def connect(origin: Any = None) -> Client:
            clients.append(WireClient(app, chance, origin))
            await clients[-1].opened()
            return clients[-1]

        try:
            yield connect
        finally:
            for client in clients:
                client.vanish()

    return serving


def keep_over_uvicorn(promise: Promise) -> None:
    """Plays the promise on the event loop that every process runs."""
    uvloop.run(promise(over_uvicorn))


def keep_over_the_wire(promise: Promise) -> None:
    """Plays the promise in the moods of many seeds; calm at the first."""
    for seed in range(count(400)):
        loop, chance = Loop(Random(seed)), Chance(Random(seed))  # type: ignore[abstract]
        if seed == 0:
            chance.calm()
        try:
            loop.play(promise(over_the_wire(chance)))
        finally:
            OUTSIDE.end()
        assert not loop.failures, f"seed {seed}"


async def stalled(sent: Callable[[], int]) -> None:
    """Returns when whoever sends waits for room: in some looks nothing more was sent."""
    looks: list[int] = []

    async def same() -> bool:
        looks.append(sent())
        return looks[-1] > 0 and len(looks) >= 4 and len(set(looks[-4:])) == 1

    await eventually(same, what="sending waits for room")
