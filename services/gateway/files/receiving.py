"""A file on its way in: streamed to one that no name leads to and that ends with the process, counted and hashed."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from fastapi import Request

from services.chassis.decider import Refused
from services.gateway.accounts.throttle import Places

FILE_BYTES_MAX = 10 * 1024 * 1024
RECEIVE_LIMIT_S = 120
UPLOADS_AT_ONCE_MAX, UPLOADS_OF_ONE_MAX, UPLOADS_OF_VISITORS_AT_AN_ADDRESS_MAX = 16, 3, 4
UPLOAD_AGAIN_S = 5
"""By then a place is mostly free: most files take less."""


class FileRefused(Refused):
    """A file that is not taken, as an answer of this status."""

    def __init__(self, status: int, code: str, detail: str, **facts: Any) -> None:
        super().__init__(code, detail, **facts)
        self.status = status


def too_large() -> FileRefused:
    """The answer to more bytes than there may be."""
    return FileRefused(413, "file_too_large", f"A file has at most {FILE_BYTES_MAX} bytes.")


def too_many_uploads() -> FileRefused:
    """The answer where there is no place, in all or for this sender."""
    return FileRefused(
        429,
        "too_many_uploads",
        "Too many files are being received: try again in a moment.",
        retry_after_s=UPLOAD_AGAIN_S,
    )


@dataclass(frozen=True, slots=True)
class Received:
    """A whole file; `content` is open as long as the context that gave it. `sha256` is in hexadecimal."""

    content: IO[bytes]
    size_bytes: int
    sha256: str


class Receiving:
    """The uploads of one process: so many at once, of one sender fewer, each so long."""

    def __init__(self) -> None:
        self._places = Places(too_many_uploads)

    @asynccontextmanager
    async def receive(
        self, request: Request, sender: str, visitors_at: str | None = None
    ) -> AsyncIterator[Received]:
        """The request's body. Raises FileRefused: too large, too slow, empty, or too many at once.

        `visitors_at`: a visitor's address. Whoever opens chat after chat is still one; agents share an office's.
        """
        told = request.headers.get("content-length", "")
        if told.isdecimal() and int(told[:12]) > FILE_BYTES_MAX:
            raise too_large()
        with ExitStack() as held:
            held.enter_context(self._places.held("all", UPLOADS_AT_ONCE_MAX))
            held.enter_context(self._places.held(f"sender {sender}", UPLOADS_OF_ONE_MAX))
            if visitors_at is not None:
                address = f"address {visitors_at}"
                held.enter_context(self._places.held(address, UPLOADS_OF_VISITORS_AT_AN_ADDRESS_MAX))
            content = held.enter_context(await asyncio.to_thread(TemporaryFile))
            try:
                async with asyncio.timeout(RECEIVE_LIMIT_S):
                    received = await _written(request, content)
            except TimeoutError:
                raise FileRefused(
                    408, "too_slow", f"A file is received within {RECEIVE_LIMIT_S} s."
                ) from None
            yield received


async def _written(request: Request, content: IO[bytes]) -> Received:
    size, digest = 0, hashlib.sha256()
    async for chunk in request.stream():
        size += len(chunk)
        if size > FILE_BYTES_MAX:
            raise too_large()
        digest.update(chunk)
        await asyncio.to_thread(content.write, chunk)
    if not size:
        raise FileRefused(422, "empty_file", "The file is empty.")
    return Received(content, size, digest.hexdigest())
