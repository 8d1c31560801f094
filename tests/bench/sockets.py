"""Thousands of sockets on one gateway process: the memory of each, and how soon they are back after a restart."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
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
from tests.bench.generator import Generator, allow_many_files, generating
from tests.bench.lab import Lab
from tests.bench.processes import Keys, free_port, running, service_variables

SOCKETS, TALKS = 5_000, 500
KILOBYTES_MAX = 80
BACK_SHARE, BACK_S_MAX = 0.99, 40.0
CONNECTED_WITHIN_S = 180.0
ASK_EVERY_S = 0.25
BEGUN, POSTED = 3, 4
"""Versions of a conversation that has begun and is taken, and of one in which something was said."""


@benchmark("sockets")
async def measure(lab: Lab) -> list[Figure]:
    """Visitors' sockets, ten to a conversation; while the gateway is away one message is posted in each."""
    allow_many_files()
    keys, port = Keys(), free_port()
    talks = [new_talk() for _ in range(lab.count(TALKS, 10))]
    each = lab.count(SOCKETS, 50) // len(talks)
    await ensure_topics(lab.kafka, TOPICS)
    conversation = await service_variables(lab, keys, "conversation")
    gateway = {**await service_variables(lab, keys, "gateway"), "LIVECHAT_PORT": str(port)}
    relay_port = free_port()
    relay = {**conversation, "LIVECHAT_PORT": str(relay_port)}
    async with running(["-m", "services.conversation", "relay", "projectors"], relay, relay_port, "/readyz"):
        await _write(lab, talks, begin_too=True)
        async with AsyncExitStack() as stack:
            async with running(["-m", "services.gateway"], gateway, port, "/readyz") as process:
                await _known(talks, keys, port)
                before = process.memory_info().rss
                # Tokens are over in five minutes: they are made when they are needed.
                members = [
                    (token_of(talk, keys, visitor=True), talk.stream) for talk in talks for _ in range(each)
                ]
                swarm = await stack.enter_async_context(
                    generating("tests.bench.swarm", port=port, members=members)
                )
                await _until(swarm, len(members), least=BEGUN)
                kilobytes = (process.memory_info().rss - before) / len(members) / 1e3
            await _write(lab, talks, begin_too=False)
            await swarm.share()
            began_s, most = time.monotonic(), round(len(members) * BACK_SHARE)
            async with running(["-m", "services.gateway"], gateway, port, "/livez"):
                back_s = (await _until(swarm, most, least=None))["ready_at_s"][most - 1] - began_s
                share = await swarm.share()
                whole = await _until(swarm, len(members), least=POSTED, strict=False)
    lost = [name for name, version in whole["least"].items() if version < POSTED] + whole["wrong"]
    count = f"{len(members):,} sockets"
    return [
        Figure(
            f"memory of a socket, {count} on one process", round(kilobytes, 1), "kB",
            round(kilobytes / KILOBYTES_MAX, 2), "", f"≤ {KILOBYTES_MAX} kB", kilobytes <= KILOBYTES_MAX,
        ),
        Figure(
            f"99 % of {count} back after a restart", round(back_s, 1), "s", round(back_s / BACK_S_MAX, 2),
            "", f"≤ {BACK_S_MAX:g} s, nothing lost", back_s <= BACK_S_MAX and not lost,
            f"lost or doubled: {lost[:3]}" if lost else "from the new process's start; each read the message posted "
            f"meanwhile; the generator took {share:.0%} of a core",
        ),
    ]  # fmt: skip


async def _write(lab: Lab, talks: Sequence[Talk], *, begin_too: bool) -> None:
    """The conversations' beginnings, or one more message in each."""
    async with opened(urls_of(lab.servers.postgres, "conversation", lab.names)) as service:
        for talk in talks:
            if begin_too:
                await begin(service.ports, talk)
            else:
                await execute(
                    service.ports, DECIDER, talk.stream, say(talk, service.ports.clock.now()), told(talk)
                )


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


async def _until(swarm: Generator, ready: int, least: int | None, *, strict: bool = True) -> dict[str, Any]:
    """The first report with so many ready, and every stream at this version at least; the last one if not strict."""
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + CONNECTED_WITHIN_S
    while True:
        found: dict[str, Any] = await swarm.ask()
        versions = min(found["least"].values())
        if found["ready"] >= ready and (least is None or versions >= least):
            return found
        if loop.time() > deadline_s and not strict:
            return found
        if loop.time() > deadline_s:
            raise RuntimeError(
                f"{found['ready']} of {ready} sockets are ready, the least has version {versions}"
            )
        await asyncio.sleep(ASK_EVERY_S)
