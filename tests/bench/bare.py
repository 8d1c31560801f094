"""The peer of a whole command: a FastAPI handler that does one durable INSERT, served as our services are."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from services.chassis.pool import open_pool
from services.chassis.process import PING_EVERY_S, SOCKET_FRAME_BYTES_MAX

_INSERT = "INSERT INTO messages VALUES (%s, %s, %s, %s)"
pool = open_pool(os.environ["BENCH_DATABASE"], name="bare")


@asynccontextmanager
async def _pooled(_: FastAPI) -> AsyncIterator[None]:
    async with pool:
        yield


app = FastAPI(lifespan=_pooled)


class Message(BaseModel):
    """What is posted."""

    text: str


class Posted(BaseModel):
    """What is answered."""

    id: str


@app.post("/conversations/{conversation_id}/messages")
async def post(conversation_id: str, message: Message) -> Posted:
    """One durable INSERT."""
    id_ = str(uuid4())
    async with pool.connection() as connection:
        await connection.execute(_INSERT, (id_, conversation_id, message.text, datetime.now(UTC)))
    return Posted(id=id_)


if __name__ == "__main__":
    config = uvicorn.Config(
        app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), log_config=None, access_log=False,
        ws_max_size=SOCKET_FRAME_BYTES_MAX, ws_ping_interval=PING_EVERY_S, ws_ping_timeout=PING_EVERY_S,
        server_header=False,
    )  # fmt: skip
    asyncio.run(uvicorn.Server(config).serve())
