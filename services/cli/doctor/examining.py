"""The whole look: Kafka, every service's database, what waits in both, and what the processes say at /readyz."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import httpx
import psycopg
from aiokafka.errors import KafkaError

from services.chassis.kafka import KafkaSettings
from services.chassis.pool import database_urls
from services.chassis.service import Service
from services.chassis.settings import BadSettings
from services.cli.doctor.broker import Ends, of_topics
from services.cli.doctor.database import Clock, Connection, Waiting, connected, of_database, waiting
from services.cli.doctor.finding import Finding, unseen
from services.cli.doctor.pending import LOOK_AGAIN_S, is_anything_waiting, of_pending
from services.cli.doctor.place import SHELL, Place
from services.cli.reach import is_known, worker_setting

READY_WITHIN_S = 5.0


def _now() -> datetime:
    return datetime.now(UTC)


async def examine(
    services: Sequence[Service],
    kafka: KafkaSettings,
    addresses: Sequence[str] = (),
    *,
    place: Place = SHELL,
    clock: Clock = _now,
    look_again_s: float = LOOK_AGAIN_S,
) -> list[Finding]:
    """Everything that is wrong with the installation, by its settings; empty where all is well."""
    found: list[Finding] = []
    ends: Ends = {}
    try:
        topics, ends = await of_topics(kafka, place)
        found += topics
    except (KafkaError, OSError) as error:
        found.append(unseen("kafka", error, f"Look after Kafka at {kafka.kafka} (LIVECHAT_KAFKA)."))
    known = [service for service in services if is_known(service.name)]
    found += _of_unknown([service.name for service in services if service not in known], place)
    async with AsyncExitStack() as stack:
        open_: list[tuple[Service, Connection]] = []
        for service in known:
            try:
                connection = await stack.enter_async_context(
                    await connected(database_urls(service.name).worker)
                )
                told = await of_database(service, connection, clock, place)
            except (psycopg.Error, BadSettings) as error:
                mend = f"Look at what {worker_setting(service.name)} names."
                found.append(unseen(f"{service.name} database", error, mend))
                continue
            found += told
            if not any("were not applied" in one.what for one in told):
                open_.append((service, connection))
        found += await _of_pending(open_, kafka, ends, place, look_again_s)
    return found + await _of_processes(addresses)


def _of_unknown(names: Sequence[str], place: Place) -> list[Finding]:
    """A process of one service knows no other's database, and need not: one finding for them all."""
    if not names:
        return []
    what = f"could not be looked at: here there is no {', '.join(map(worker_setting, names))}"
    mend = f"They may be well. Ask where they are known: {place.elsewhere(' '.join(['doctor', *names]))}"
    return [Finding(f"database of {', '.join(names)}", what, mend, seen=False)]


async def _of_pending(
    open_: Sequence[tuple[Service, Connection]],
    kafka: KafkaSettings,
    ends: Ends,
    place: Place,
    look_again_s: float,
) -> list[Finding]:
    first: list[Waiting] = [await waiting(connection) for _, connection in open_]
    paired = list(zip(open_, first, strict=True))
    if any(is_anything_waiting(service, kafka.naming, now, ends) for (service, _), now in paired):
        await asyncio.sleep(look_again_s)
    return [
        finding
        for (service, connection), before in paired
        for finding in of_pending(service, kafka.naming, before, await waiting(connection), ends, place)
    ]


async def _of_processes(addresses: Sequence[str]) -> list[Finding]:
    async with httpx.AsyncClient(timeout=READY_WITHIN_S) as http:
        return [finding for address in addresses for finding in await _of_process(http, address)]


async def _of_process(http: httpx.AsyncClient, address: str) -> list[Finding]:
    url = f"{address.rstrip('/')}/readyz"
    try:
        answer = await http.get(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return [unseen(url, error, "Start the process, or tell its address.")]
    if answer.status_code == 200:
        return []
    return [
        Finding(url, f"is not ready: {answer.text.strip()[:500]}", "What it names is to be mended first.")
    ]
