"""Where the bytes of files are kept: a folder or an S3-compatible store; whole and durable before it is answered."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from services.chassis.settings import BadSettings, Fresh
from services.gateway.settings import GatewaySettings

CHUNK_BYTES = 65_536
LIMIT_S = 60
_RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=LIMIT_S)}


class StoreAway(OSError):
    """The store cannot be reached, or refuses us: trying again later can help."""


class Missing(Exception):
    """There is nothing at this place."""


class FileStore(Protocol):
    """Bytes by place. A place is written again with the same bytes only."""

    async def keep(self, place: str, content: IO[bytes]) -> None:
        """Copies the file, from its beginning; when this returns, it survives the loss of power. Raises StoreAway."""
        ...

    async def read(self, place: str) -> AsyncIterator[bytes]:
        """The bytes, in chunks; bounded memory. Raises Missing or StoreAway, the latter amid the chunks as well."""
        ...

    async def remove(self, place: str) -> None:
        """Removes what is there; nothing there is right as well. Raises StoreAway."""
        ...

    async def tidy(self, place: str) -> None:
        """Removes what attempts that were killed have left beside it, for which none may be under way."""
        ...

    def places(self) -> AsyncIterator[str]:
        """Every place at which something is kept; what is kept meanwhile may be among them.

        Raises StoreAway, also where there is no store: a folder that is not mounted is no empty one.
        """
        ...


def place_of(workspace_id: str, file_id: str) -> str:
    """Where a file lies in its store."""
    return f"{workspace_id}/{file_id}"


def file_store(settings: Callable[[], GatewaySettings]) -> FileStore:
    """The store that LIVECHAT_GATEWAY_FILES names. Raises BadSettings where it names none.

    `settings` are read again where the keys of the store may be others.
    """
    url = urlsplit(settings().gateway_files)
    if url.scheme == "file" and url.path:
        return FolderFiles(Path(unquote(url.path)))
    if url.scheme == "s3" and url.netloc:
        return S3Files(settings)
    raise BadSettings("LIVECHAT_GATEWAY_FILES is file:///a/folder or s3://bucket/prefix")


class FolderFiles:
    """Files in a folder, which all replicas of the gateway share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, place: str, content: IO[bytes]) -> None:
        await asyncio.to_thread(self._keep, self._folder / place, content)

    def _keep(self, path: Path, content: IO[bytes]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Its own name for each attempt, for two may run at once; what a killed one left goes a day later.
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        content.seek(0)
        with part.open("wb") as target:
            while chunk := content.read(CHUNK_BYTES):
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        part.replace(path)
        for folder in (path.parent, self._folder, self._folder.parent):
            _sync_folder(folder)

    async def read(self, place: str) -> AsyncIterator[bytes]:
        try:
            source = await asyncio.to_thread((self._folder / place).open, "rb")
        except FileNotFoundError:
            raise Missing(place) from None

        async def chunks() -> AsyncIterator[bytes]:
            try:
                while chunk := await asyncio.to_thread(source.read, CHUNK_BYTES):
                    yield chunk
            finally:
                source.close()

        return chunks()

    async def remove(self, place: str) -> None:
        await asyncio.to_thread(self._remove, self._folder / place)

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._tidy(path)
        if path.parent.exists():
            _sync_folder(path.parent)

    async def tidy(self, place: str) -> None:
        await asyncio.to_thread(self._tidy, self._folder / place)

    def _tidy(self, path: Path) -> None:
        for part in path.parent.glob(f"{path.name}.*.part"):
            part.unlink(missing_ok=True)

    async def places(self) -> AsyncIterator[str]:
        if not await asyncio.to_thread(self._folder.is_dir):
            raise StoreAway(f"{self._folder}, which LIVECHAT_GATEWAY_FILES names, is not there.")
        for folder in await asyncio.to_thread(_names_in, self._folder):
            for name in await asyncio.to_thread(_names_in, self._folder / folder):
                if not name.endswith(".part"):
                    yield f"{folder}/{name}"


def _names_in(folder: Path) -> list[str]:
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _whole(content: IO[bytes]) -> bytes:
    content.seek(0)
    return content.read()


def _bucket(settings: GatewaySettings) -> S3Store:
    url = urlsplit(settings.gateway_files)
    told: dict[str, Any] = {
        "endpoint": settings.gateway_files_endpoint,
        "access_key_id": settings.gateway_files_key_id,
        "secret_access_key": settings.gateway_files_secret.get_secret_value(),
    }
    plain = (settings.gateway_files_endpoint or "").startswith("http://")
    return S3Store(
        url.netloc,
        prefix=url.path.strip("/") or None,
        region=settings.gateway_files_region,
        client_options={"allow_http": plain, "timeout": f"{LIMIT_S}s", "connect_timeout": "5s"},
        retry_config=_RETRIES,
        **{name: value for name, value in told.items() if value},
    )


class S3Files:
    """Files as objects of a bucket, below a prefix."""

    def __init__(self, settings: Callable[[], GatewaySettings]) -> None:
        self._store = Fresh(lambda: _bucket(settings()))

    async def keep(self, place: str, content: IO[bytes]) -> None:
        try:
            # One request: an object of several parts, cut off, would leave parts that nobody finds.
            whole = await asyncio.to_thread(_whole, content)
            await obstore.put_async(self._store(), place, whole, use_multipart=False)
        except (BaseError, OSError) as error:
            raise StoreAway(type(error).__name__) from error

    async def read(self, place: str) -> AsyncIterator[bytes]:
        try:
            found = await obstore.get_async(self._store(), place)
        except FileNotFoundError:  # The library's own error for it is never raised.
            raise Missing(place) from None
        except (BaseError, OSError) as error:
            raise StoreAway(type(error).__name__) from error

        async def chunks() -> AsyncIterator[bytes]:
            try:
                async for chunk in found.stream(CHUNK_BYTES):
                    yield bytes(chunk)
            except (BaseError, OSError) as error:
                raise StoreAway(type(error).__name__) from error

        return chunks()

    async def remove(self, place: str) -> None:
        try:
            await obstore.delete_async(self._store(), place)
        except FileNotFoundError:
            pass
        except (BaseError, OSError) as error:
            raise StoreAway(type(error).__name__) from error

    async def tidy(self, place: str) -> None:
        """One request leaves an object whole or none."""

    async def places(self) -> AsyncIterator[str]:
        # In a thread: iterated over asynchronously, the library aborts the process at its end.
        pages = iter(obstore.list(self._store()))
        try:
            while page := await asyncio.to_thread(next, pages, None):
                for found in page:
                    yield found["path"]
        except (BaseError, OSError) as error:
            raise StoreAway(type(error).__name__) from error
