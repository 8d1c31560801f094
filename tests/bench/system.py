"""The whole system, a process for each service as it is deployed: what it used, and what waits in it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import psutil

from contracts.topics import TOPICS
from services.chassis.kafka import ensure_topics
from services.cli.catalogue import SERVICES
from tests.bench.lab import Lab
from tests.bench.processes import Keys, free_port, running, service_variables

LAG, AGE = "livechat_consumer_lag_records{", "livechat_outbox_age_seconds{"


@dataclass(frozen=True)
class Backlog:
    """Records that consumers are behind in all, and for how long the oldest event waits for Kafka."""

    records: int
    outbox_s: float


@dataclass(frozen=True)
class System:
    """Its processes and where each answers."""

    ports: Mapping[str, int]
    processes: Mapping[str, psutil.Process]

    @property
    def bases(self) -> dict[str, str]:
        """Each service's address."""
        return {name: f"http://127.0.0.1:{port}" for name, port in self.ports.items()}

    def cpu_s(self) -> float:
        """The CPU time that the services have used."""
        return sum(_cpu_s(process) for process in self.processes.values())

    async def backlog(self) -> Backlog:
        """As the services' own metrics tell it."""
        records, outbox_s = 0.0, 0.0
        async with httpx.AsyncClient(timeout=30) as client:
            for base in self.bases.values():
                for line in (await client.get(f"{base}/metrics")).text.splitlines():
                    if line.startswith(LAG):
                        records += float(line.rpartition(" ")[2])
                    elif line.startswith(AGE):
                        outbox_s = max(outbox_s, float(line.rpartition(" ")[2]))
        return Backlog(round(records), outbox_s)


@asynccontextmanager
async def whole_system(lab: Lab, keys: Keys, **more: str) -> AsyncIterator[System]:
    """All services, ready; `more` are variables that all of them are told."""
    await ensure_topics(lab.kafka, TOPICS)
    ports = {name: free_port() for name in SERVICES}
    async with AsyncExitStack() as stack:

        async def start(name: str) -> psutil.Process:
            told = {**await service_variables(lab, keys, name), **more, "LIVECHAT_PORT": str(ports[name])}
            return await stack.enter_async_context(
                running(["-m", f"services.{name}"], told, ports[name], "/readyz")
            )

        started = await asyncio.gather(*map(start, SERVICES), return_exceptions=True)
        for one in started:
            if isinstance(one, BaseException):
                raise one
        processes = {
            name: one for name, one in zip(SERVICES, started, strict=True) if isinstance(one, psutil.Process)
        }
        yield System(ports, processes)


def servers_cpu_s(lab: Lab) -> Mapping[str, float]:
    """The CPU time that PostgreSQL and Kafka have used; a server that runs elsewhere is left out."""
    ports = {
        "PostgreSQL": urlsplit(lab.servers.postgres).port or 5432,
        "Kafka": int(lab.servers.kafka.rpartition(":")[2]),
    }
    owners = {
        found.laddr[1]: found.pid
        for found in psutil.net_connections("tcp")
        if found.status == psutil.CONN_LISTEN and found.laddr and found.pid is not None
    }
    return {name: _family_cpu_s(owners[port]) for name, port in ports.items() if port in owners}


def _family_cpu_s(pid: int) -> float:
    """A process, its children, and those that have ended."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    return (
        _cpu_s(process) + times.children_user + times.children_system + sum(map(_cpu_s, process.children()))
    )


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
