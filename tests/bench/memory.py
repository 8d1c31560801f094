"""Resident memory of the whole system in one process, and of one service, after some work."""

import psutil

from contracts.topics import TOPICS
from services.chassis.kafka import ensure_topics
from services.chassis.migrate import urls_of
from tests.bench.command import request, token_of
from tests.bench.conversations import begin, new_talk, opened
from tests.bench.figures import Figure, benchmark
from tests.bench.lab import Lab
from tests.bench.load import Load, measured
from tests.bench.processes import Keys, free_port, running, service_variables, system_variables

ALL_MB_MAX, ONE_MB_MAX = 250, 200
REQUESTS = 1_000


@benchmark("memory")
async def measure(lab: Lab) -> list[Figure]:
    """Both take the same messages before they are looked at."""
    keys, port = Keys(), free_port()
    arguments = ["-m", "services.cli", "serve", "all", "--port", str(port)]
    async with running(arguments, system_variables(lab, keys), port, "/readyz") as process:
        await _work(lab, keys, port)
        whole = _megabytes(process)
    one = {**await service_variables(lab, keys, "conversation"), "LIVECHAT_PORT": str(port)}
    await ensure_topics(lab.kafka, TOPICS)
    async with running(["-m", "services.conversation"], one, port, "/readyz") as process:
        await _work(lab, keys, port)
        single = _megabytes(process)
    return [
        _figure("memory of all services in one process", whole, ALL_MB_MAX),
        _figure("memory of one service (conversation)", single, ONE_MB_MAX),
    ]


def _figure(name: str, megabytes: float, limit: int) -> Figure:
    return Figure(
        name, round(megabytes), "MB", round(megabytes / limit, 2), "", f"≤ {limit} MB", megabytes <= limit
    )


async def _work(lab: Lab, keys: Keys, port: int) -> None:
    talks = [new_talk() for _ in range(8)]
    async with opened(urls_of(lab.servers.postgres, "conversation", lab.names)) as service:
        for talk in talks:
            await begin(service.ports, talk)
    path = "/api/conversation/conversations/{}/messages"
    requests = [request(path.format(talk.conversation_id), token_of(talk, keys)) for talk in talks]
    await measured(Load(port, requests, lab.count(REQUESTS, 80)))


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6
