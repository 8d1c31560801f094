"""One suite for all stores of files: a folder, a real S3-compatible server, and the twin in memory."""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.chassis.tokens import new_private_key
from services.gateway.outbound import (
    CHUNK_BYTES,
    FileStore,
    FolderFiles,
    Missing,
    S3Files,
    StoreAway,
    file_store,
    place_of,
)
from services.gateway.settings import GatewaySettings
from tests.conftest import DATA
from tests.integration.s3_server import S3Server, s3_server
from tests.memory_files import MemoryFiles

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
PLACE = place_of("workspace", "file")
KILLED_HALFWAY = """
import asyncio, io, sys
from pathlib import Path
from services.gateway.outbound import CHUNK_BYTES, FolderFiles

class Slow(io.BytesIO):
    def read(self, size=-1):
        if self.tell():
            print("half", flush=True)
            sys.stdin.read()
        return super().read(size)

asyncio.run(FolderFiles(Path(sys.argv[1])).keep(sys.argv[2], Slow(bytes(2 * CHUNK_BYTES))))
"""
LARGEST = 10 * 1024 * 1024
SIGNING_KEY = new_private_key()


def settings(files: str, **more: str) -> GatewaySettings:
    """The gateway's settings with this store of files."""
    told = {
        "token_signing_key": SecretStr(SIGNING_KEY),
        "token_kid": "1",
        "gateway_email_secret": SecretStr("s" * 32),
        "origins": "http://localhost",
        "gateway_files": files,
    }
    return GatewaySettings.model_validate(
        told | {f"gateway_files_{name}": value for name, value in more.items()}
    )


def on_s3(server: S3Server, **more: str) -> GatewaySettings:
    """The settings for the server's bucket, below a prefix."""
    told = {"endpoint": server.endpoint, "key_id": server.key_id, "secret": server.secret}
    return settings("s3://livechat/files/here", **(told | more))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(DATA, tmp_path_factory.mktemp("s3")) as found:
        yield found


@pytest.fixture(params=["folder", "s3", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    match request.param:
        case "folder":
            return file_store(lambda: settings((tmp_path / "new" / "files").as_uri()))
        case "s3":
            return file_store(partial(on_s3, request.getfixturevalue("server")))
        case _:
            return MemoryFiles()


async def bytes_of(store: FileStore, place: str) -> bytes:
    return b"".join([chunk async for chunk in await store.read(place)])


async def test_what_is_kept_is_read_as_it_was(store: FileStore) -> None:
    content = os.urandom(LARGEST)
    await store.keep(PLACE, BytesIO(content))

    read = await bytes_of(store, PLACE)

    assert hashlib.sha256(read).digest() == hashlib.sha256(content).digest()
    await store.keep(PLACE, BytesIO(b"a"))
    assert await bytes_of(store, PLACE) == b"a"
    read_before = BytesIO(b"whole")
    read_before.read(3)
    await store.keep(PLACE, read_before)
    assert await bytes_of(store, PLACE) == b"whole"
    await store.remove(PLACE)


async def test_places_are_apart(store: FileStore) -> None:
    places = [place_of(workspace, name) for workspace in ("one", "two") for name in ("a", "ab")]
    for place in places:
        await store.keep(place, BytesIO(place.encode()))

    await store.remove(places[0])

    with pytest.raises(Missing):
        await store.read(places[0])
    assert [await bytes_of(store, place) for place in places[1:]] == [place.encode() for place in places[1:]]


async def test_nothing_is_missing_once_it_is_removed_however_often(store: FileStore) -> None:
    with pytest.raises(Missing):
        await store.read(PLACE)
    await store.remove(PLACE)
    await store.keep(PLACE, BytesIO(b"a"))
    for _ in range(2):
        await store.remove(PLACE)

    with pytest.raises(Missing):
        await store.read(PLACE)


async def test_every_place_is_told_and_no_half_of_an_attempt(store: FileStore, tmp_path: Path) -> None:
    await store.keep(PLACE, BytesIO(b"a"))
    before = {place async for place in store.places()}
    kept = {place_of(f"workspace-{number % 2}", f"file-{number}") for number in range(60)}
    for place in kept:
        await store.keep(place, BytesIO(b"a"))
    if isinstance(store, FolderFiles):
        (tmp_path / "new" / "files" / f"{min(kept)}.0badf00d.part").write_bytes(b"half")

    found = [place async for place in store.places()]

    assert (len(found), {*found} - before) == (60 + len(before), kept)
    for place in kept | {PLACE}:
        await store.remove(place)


async def test_a_folder_that_is_not_mounted_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(StoreAway, match="is not there"):
        _ = [place async for place in FolderFiles(tmp_path / "files").places()]


async def test_an_s3_store_that_refuses_or_is_away_can_be_tried_again(server: S3Server) -> None:
    refused = S3Files(lambda: on_s3(server, secret="another"))
    away = S3Files(lambda: on_s3(server, endpoint="http://127.0.0.1:1"))
    nowhere = S3Files(
        lambda: settings("s3://nothing", endpoint=server.endpoint, key_id=server.key_id, secret=server.secret)
    )
    content = BytesIO(b"a")

    for store in (refused, away):
        for failing in (store.keep(PLACE, content), store.read(PLACE), store.remove(PLACE)):
            with pytest.raises(StoreAway):
                await failing
        with pytest.raises(StoreAway):
            _ = [place async for place in store.places()]
    with pytest.raises((StoreAway, Missing)):
        await nowhere.keep(PLACE, content)


async def test_an_s3_store_that_is_lost_amid_an_object_can_be_tried_again() -> None:
    answers = iter([b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nETag: \"a\"\r\n"
                    b"Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n" + bytes(100_000)])  # fmt: skip

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(answers, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
        await writer.drain()
        writer.close()

    breaking = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with breaking:
        endpoint = f"http://127.0.0.1:{breaking.sockets[0].getsockname()[1]}"
        store = S3Files(lambda: settings("s3://some", endpoint=endpoint, key_id="some", secret="some"))
        chunks = await store.read(PLACE)
        with pytest.raises(StoreAway):
            _ = [chunk async for chunk in chunks]


async def test_objects_lie_below_the_prefix(server: S3Server) -> None:
    await S3Files(lambda: on_s3(server)).keep(PLACE, BytesIO(b"a"))

    assert (server.bucket / "files" / "here" / PLACE).read_bytes() == b"a"


async def test_a_folder_syncs_the_file_its_name_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def spy(name: str, real: Callable[..., None]) -> Callable[..., None]:
        def step(first: int | Path, *others: Path) -> None:
            kind = "folder" if isinstance(first, int) and os.path.isdir(f"/proc/self/fd/{first}") else "file"
            steps.append(f"{name} {kind}")
            real(first, *others)

        return step

    monkeypatch.setattr(os, "fsync", spy("sync", os.fsync))
    monkeypatch.setattr(Path, "replace", spy("name", Path.replace))

    await FolderFiles(tmp_path / "files").keep(PLACE, BytesIO(b"a"))

    assert steps == ["sync file", "name file", *["sync folder"] * 3]


def killed_halfway(files: Path) -> None:
    """A process that keeps a file is killed when half of it is written."""
    program = [sys.executable, "-c", KILLED_HALFWAY, str(files), PLACE]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stdin=subprocess.PIPE, cwd=ROOT) as attempt:
        assert attempt.stdout is not None
        assert attempt.stdout.readline() == b"half\n"
        attempt.kill()


async def test_tidying_up_leaves_what_is_kept_there_and_elsewhere(store: FileStore) -> None:
    for place in (PLACE, f"{PLACE}2"):
        await store.keep(place, BytesIO(b"a"))

    await store.tidy(PLACE)

    assert [await bytes_of(store, place) for place in (PLACE, f"{PLACE}2")] == [b"a", b"a"]
    await store.tidy(place_of("nowhere", "nothing"))
    for place in (PLACE, f"{PLACE}2"):
        await store.remove(place)


async def test_what_an_attempt_left_that_was_killed_before_its_repeat_goes_and_the_file_stays(
    tmp_path: Path,
) -> None:
    files, content = tmp_path / "files", os.urandom(2 * CHUNK_BYTES)
    await asyncio.to_thread(killed_halfway, files)
    store = FolderFiles(files)
    await store.keep(PLACE, BytesIO(content))
    kept, [left] = files / PLACE, [*files.rglob("*.part")]

    await store.tidy(PLACE)

    assert not left.exists()
    assert (await bytes_of(store, PLACE), [*kept.parent.iterdir()]) == (content, [kept])


async def test_what_a_killed_attempt_left_goes_with_the_file(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path / "files")
    await store.keep(PLACE, BytesIO(b"a"))
    left = tmp_path / "files" / f"{PLACE}.0badf00d.part"
    left.write_bytes(b"half")

    assert await bytes_of(store, PLACE) == b"a"
    await store.remove(PLACE)

    assert [path.name for path in (tmp_path / "files").rglob("*")] == ["workspace"]


@pytest.mark.parametrize("files", ["", "files", "file:", "http://x/y", "s3:///x"])
def test_a_setting_that_names_no_store_is_told_at_the_start(files: str) -> None:
    with pytest.raises(ValueError, match="LIVECHAT_GATEWAY_FILES"):
        file_store(lambda: settings(files))
