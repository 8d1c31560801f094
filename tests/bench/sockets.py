"""Thousands of sockets on one gateway process: the memory of each, and how soon they are back after a restart."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx

from contracts.topics import TOPICS
from services.chassis.execution import execute
from services.chassis.kafka import ensure_topics
from services.chassis.migrate import urls_of
from services.conversation.decider import DECIDER
from tests.bench.command import token_of
from tests.bench.conversations import Talk, begin, new_talk, opened, say, told
from tests.bench.figures import Figure, benchmark
from tests.bench.lab import Lab
from tests.bench.processes import Keys, free_port, running, service_variables

SOCKETS, TALKS = 5_000, 500
KILOBYTES_MAX = 80
BACK_SHARE, BACK_S_MAX = 0.99, 40.0
CONNECTED_WITHIN_S = 180.0
ASK_EVERY_S = 0.25
LINE_BYTES_MAX = 2**26
BEGUN, POSTED = 3, 4
"""Versions of a conversation that has begun and is taken, and of one in which something was said."""


@benchmark("sockets")
async def measure(lab: Lab) -> list[Figure]:
    """Visitors' sockets, ten to a conversation; while the gateway is away one message is posted in each."""
    keys, port = Keys(), free_port()
    talks = [new_talk() for _ in range(lab.count(TALKS, 10))]
    each = lab.count(SOCKETS, 50) // len(talks)
    await ensure_topics(lab.kafka, TOPICS)
    conversation = await service_variables(lab, keys, "conversation")
    gateway = {**await service_variables(lab, keys, "gateway"), "LIVECHAT_PORT": str(port)}
    relay_port = free_port()
    relay = {**conversation, "LIVECHAT_PORT": str(relay_port)}
    members = [(token_of(talk, keys, visitor=True), talk.stream) for talk in talks for _ in range(each)]
    async with running(["-m", "services.conversation", "relay", "projectors"], relay, relay_port, "/readyz"):
        await _write(lab, talks, begin_too=True)
        async with AsyncExitStack() as stack:
            async with running(["-m", "services.gateway"], gateway, port, "/readyz") as process:
                await _known(talks, keys, port)
                before = process.memory_info().rss
                swarm = await stack.enter_async_context(_swarm(port, members))
                await _until(swarm, len(members), least=BEGUN)
                kilobytes = (process.memory_info().rss - before) / len(members) / 1e3
            await _write(lab, talks, begin_too=False)
            async with running(["-m", "services.gateway"], gateway, port, "/livez"):
                began_s = (await swarm.report())["now_s"]
                most = round(len(members) * BACK_SHARE)
                back_s = (await _until(swarm, most, least=None))["ready_at_s"][most - 1] - began_s
                whole = await _until(swarm, len(members), least=POSTED)
    lost = [stream for stream, version in whole["least"].items() if version < POSTED] + whole["wrong"]
    count = f"{len(members):,} sockets"
    return [
        Figure(
            f"memory of a socket, {count} on one process", round(kilobytes, 1), "kB",
            round(kilobytes / KILOBYTES_MAX, 2), "", f"≤ {KILOBYTES_MAX} kB", kilobytes <= KILOBYTES_MAX,
        ),
        Figure(
            f"99 % of {count} back after a restart", round(back_s, 1), "s", round(back_s / BACK_S_MAX, 2),
            "", f"≤ {BACK_S_MAX:g} s, nothing lost", back_s <= BACK_S_MAX and not lost,
            f"lost or doubled: {lost[:3]}" if lost else f"each read the message posted meanwhile; the generator took "
            f"{whole['cpu_s']:.0f} s of CPU time in all",
        ),
    ]  # fmt: skip


async def _write(lab: Lab, talks: Sequence[Talk], *, begin_too: bool) -> None:
    """The conversations' beginnings , or one more message in each."""
    async with opened(urls_of(lab.servers.postgres, "conversation", lab.names)) as service:
        for talk in talks:
            if begin_too:
                await begin(service.ports, talk)
            else:
                await execute(
                    service.ports, DECIDER, talk.stream, say(talk, service.ports.clock.now()), told(talk)
                )


class Swarm:
    """The other process: asked for a report, it answers with one."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def report(self) -> dict[str, Any]:
        """How many are ready, and what each stream's sockets have."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()
        found: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return found


@asynccontextmanager
async def _swarm(port: int, members: Sequence[tuple[str, str]]) -> AsyncIterator[Swarm]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.swarm",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE_BYTES_MAX,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(json.dumps({"port": port, "members": members}).encode() + b"\n")
    await process.stdin.drain()
    try:
        yield Swarm(process)
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _known(talks: Sequence[Talk], keys: Keys, port: int) -> None:
    """Returns when the gateway can tell every conversation from its beginning on."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/gateway") as client:
        for talk in talks:
            path, headers = f"/conversations/{talk.conversation_id}/transcript", {}
            headers["authorization"] = f"Bearer {token_of(talk, keys)}"
            for _ in range(round(CONNECTED_WITHIN_S / ASK_EVERY_S)):
                answer = await client.get(path, headers=headers)
                if answer.is_success and len(answer.json()["items"]) >= BEGUN:
                    break
                await asyncio.sleep(ASK_EVERY_S)


async def _until(swarm: Swarm, ready: int, least: int | None) -> dict[str, Any]:
    """The first report with so many ready, and every stream at this version at least."""
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + CONNECTED_WITHIN_S
    while True:
        found = await swarm.report()
        versions = min(found["least"].values())
        if found["ready"] >= ready and (least is None or versions >= least):
            return found
        if loop.time() > deadline_s:
            raise RuntimeError(
                f"{found['ready']} of {ready} sockets are ready, the least has version {versions}"
            )
        await asyncio.sleep(ASK_EVERY_S)
