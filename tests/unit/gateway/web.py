"""Requests to one gateway, as somebody or as nobody, from a browser or from elsewhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
from fastapi import FastAPI

from services.chassis.tokens import Caller
from tests.unit.gateway.replica import Replica


class Web:
    """A client of the gateway; `token` stands for whoever has one."""

    def __init__(self, replica: Replica, client: httpx.AsyncClient) -> None:
        self.replica, self.client = replica, client

    async def get(self, path: str, caller: Caller | str | None = None) -> httpx.Response:
        return await self.client.get(path, headers=self._headers(caller))

    async def post(
        self, path: str, body: Any = None, caller: Caller | str | None = None, **headers: str
    ) -> httpx.Response:
        return await self.client.post(path, json=body or {}, headers=self._headers(caller) | headers)

    def _headers(self, caller: Caller | str | None) -> dict[str, str]:
        match caller:
            case None:
                return {}
            case str():
                return {"authorization": f"Bearer {caller}"}
            case Caller():
                return {"authorization": f"Bearer {self.replica.token(caller)}"}


@asynccontextmanager
async def browsing(replica: Replica, app: FastAPI, address: str = "192.0.2.1") -> AsyncIterator[Web]:
    """A client at this internet address, with a memory for cookies of its own."""
    transport = httpx.ASGITransport(app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://chat.example.org") as client:
        yield Web(replica, client)


def with_settings(replica: Replica, app: FastAPI, **changes: Any) -> None:
    """From now on the gateway has these settings."""
    settings = replica.ports.own["settings"].model_copy(update=changes)
    replica.ports = replace(replica.ports, own={**replica.ports.own, "settings": settings})
    app.state.ports = replica.ports
