"""A push service of our own: it opens what it is given as the device would, and answers as each device was told to."""

import asyncio
import base64
import json
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import http_ece
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.waiting import eventually_sync

HANG = 0
"""The status of a device whose push service takes the request and never answers."""


@dataclass(frozen=True)
class Pushed:
    """A message as its device reads it, and the headers that the push service was told."""

    device: str
    told: dict[str, Any]
    headers: dict[str, str]
    at: datetime


class PushService:
    """The service and its devices; `statuses` are the next answers for a device, 201 where none is left."""

    def __init__(self) -> None:
        self.pushed: list[Pushed] = []
        self.statuses: dict[str, list[int]] = defaultdict(list)
        self.port = 0
        self._keys: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes]] = {}
        self._ended = asyncio.Event()

    def subscription(self, device: str) -> dict[str, Any]:
        """What the device's browser would tell us."""
        key, auth = self._keys.setdefault(device, (ec.generate_private_key(ec.SECP256R1()), os.urandom(16)))
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        endpoint = f"http://127.0.0.1:{self.port}/{device}"
        return {"endpoint": endpoint, "keys": {"p256dh": _text(point), "auth": _text(auth)}}

    def of(self, device: str) -> list[Pushed]:
        """What reached the device, also where the answer said something else."""
        return [pushed for pushed in self.pushed if pushed.device == device]

    async def take(self, request: Request) -> Response:
        """One push."""
        device = request.path_params["device"]
        key, auth = self._keys[device]
        sealed = await request.body()
        opened = http_ece.decrypt(sealed, private_key=key, auth_secret=auth, version="aes128gcm")
        headers = dict(request.headers)
        assert Vapid02.verify(headers["authorization"])
        self.pushed.append(Pushed(device, json.loads(opened), headers, datetime.now(UTC)))
        waiting = self.statuses[device]
        status = (waiting[0] if waiting[0] == HANG else waiting.pop(0)) if waiting else 201
        if status == HANG:
            await self._ended.wait()
        return Response(status_code=status or 201)

    def end(self) -> None:
        """Lets go of those that hang."""
        self._ended.set()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@contextmanager
def push_service() -> Iterator[PushService]:
    """A push service at a port of its own, in a thread, until the context ends."""
    service = PushService()
    app = Starlette(routes=[Route("/{device}", service.take, methods=["POST"])])
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    loop = asyncio.new_event_loop()

    def run() -> None:
        loop.run_until_complete(server.serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    eventually_sync(lambda: server.started, what="the push service")
    service.port = int(server.servers[0].sockets[0].getsockname()[1])
    try:
        yield service
    finally:
        loop.call_soon_threadsafe(service.end)
        server.should_exit = True
        thread.join(10)
        loop.close()
