"""Processes of the system and of its peers, started for a benchmark and ended with it."""

import asyncio
import json
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import httpx
import psutil

from services.chassis.tokens import new_private_key, public_key_of
from tests.bench.lab import Lab
from tests.roomy import ROOMY

READY_WITHIN_S = 60.0
END_WITHIN_S = 20.0
LOG_CHARS_SHOWN = 3_000
KID = "bench"


class Keys:
    """The key pair of a run: what signs tokens, and the variables that services need."""

    def __init__(self, private: str | None = None) -> None:
        self.private = private or new_private_key()

    def variables(self) -> dict[str, str]:
        """As the environment of a service."""
        return {
            "LIVECHAT_TOKEN_SIGNING_KEY": self.private,
            "LIVECHAT_TOKEN_KID": KID,
            "LIVECHAT_TOKEN_PUBLIC_KEYS": json.dumps({KID: public_key_of(self.private)}),
            "LIVECHAT_GATEWAY_EMAIL_SECRET": "b" * 32,
            "LIVECHAT_ORIGINS": "http://127.0.0.1",
            **ROOMY,
        }


def system_variables(lab: Lab, keys: Keys) -> dict[str, str]:
    """What `livechat serve` needs to run on the lab's servers with names of its own."""
    return {
        **keys.variables(),
        "LIVECHAT_KAFKA": lab.servers.kafka,
        "LIVECHAT_POSTGRES": lab.servers.postgres,
        "LIVECHAT_INFRA": "external",
        "LIVECHAT_TOPIC_PREFIX": lab.names,
        "LIVECHAT_DATABASE_PREFIX": lab.names,
        "LIVECHAT_LOG_LEVEL": "WARNING",
    }


async def service_variables(lab: Lab, keys: Keys, service: str) -> dict[str, str]:
    """What `python -m services.<name>` needs: its own database alone."""
    urls = await lab.database(service)
    return {
        **system_variables(lab, keys),
        f"LIVECHAT_{service.upper()}_DATABASE": urls.app,
        f"LIVECHAT_{service.upper()}_WORKER_DATABASE": urls.worker,
    }


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(
    arguments: Sequence[str], variables: Mapping[str, str], port: int, path: str
) -> AsyncIterator[psutil.Process]:
    """The process, from when it answers at this path; its log is shown where it does not."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        kept = {"LIVECHAT_DATA": folder, "LIVECHAT_GATEWAY_FILES": (Path(folder) / "files").as_uri()}
        environment = {**os.environ, **kept, **variables}
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=environment, stdout=log, stderr=log
        )
        try:
            await _answers(process, f"http://127.0.0.1:{port}{path}", log)
            yield psutil.Process(process.pid)
        finally:
            await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _answers(process: asyncio.subprocess.Process, url: str, log: IO[bytes]) -> None:
    loop = asyncio.get_running_loop()
    deadline, last = loop.time() + READY_WITHIN_S, ""
    async with httpx.AsyncClient() as client:
        while process.returncode is None and loop.time() < deadline:
            try:
                answer = await client.get(url)
            except httpx.TransportError as away:
                last = repr(away)
            else:
                if answer.status_code < 500:
                    return
                last = answer.text
            await asyncio.sleep(0.1)
    log.seek(0)
    told = log.read().decode(errors="replace")[-LOG_CHARS_SHOWN:]
    raise RuntimeError(f"no good answer from {url} (last: {last}); the log ends with:\n{told}")
