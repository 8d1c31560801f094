"""Bounded waits for a server that answers, not just for an open port."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from psycopg.conninfo import conninfo_to_dict

from services.chassis.settings import KafkaSecurity
from services.cli.infrastructure.errors import InfrastructureError, log_tail

PAUSE_S = 0.05
ANSWER_WITHIN_S = 3.0


def _nothing_to_check() -> None:
    pass


def wait_for_kafka(
    address: str,
    within_s: float,
    check_running: Callable[[], None] = _nothing_to_check,
    log: Path | None = None,
) -> None:
    """Return when a broker is registered and the controller known; then topics can be made at once."""
    # A thread of its own, because the caller's may have a loop running.
    with ThreadPoolExecutor(max_workers=1) as thread:
        problem = _wait(
            lambda: thread.submit(asyncio.run, _kafka_problem(address)).result(), within_s, check_running
        )
    if problem is not None:
        raise InfrastructureError(_unready("Kafka", address, within_s, problem, log))


def wait_for_postgres(
    url: str,
    within_s: float,
    check_running: Callable[[], None] = _nothing_to_check,
    log: Path | None = None,
) -> str:
    """Return the server's version when it has answered a query."""
    version = ""

    def problem() -> str | None:
        nonlocal version
        try:
            with psycopg.connect(url, connect_timeout=round(ANSWER_WITHIN_S)) as connection:
                connection.execute("SELECT 1")
                version = connection.info.parameter_status("server_version") or "unknown"
        except psycopg.Error as error:
            return str(error).strip()
        return None

    remaining = _wait(problem, within_s, check_running)
    if remaining is not None:
        raise InfrastructureError(_unready("PostgreSQL", _without_password(url), within_s, remaining, log))
    return version.split()[0]


def _wait(
    problem: Callable[[], str | None], within_s: float, check_running: Callable[[], None]
) -> str | None:
    deadline = time.monotonic() + within_s
    while True:
        check_running()
        found = problem()
        if found is None or time.monotonic() > deadline:
            return found
        time.sleep(PAUSE_S)


async def _kafka_problem(address: str) -> str | None:
    problem = await _unreachable(address)
    if problem is not None:
        # Checked first because the client logs an error for every refused connection.
        return problem
    client = AIOKafkaClient(
        bootstrap_servers=address,
        request_timeout_ms=round(ANSWER_WITHIN_S * 1000),
        retry_backoff_ms=50,
        **KafkaSecurity().options(),
    )
    try:
        await client.bootstrap()
        return None if client.cluster.controller is not None else "no broker is registered yet"
    except (KafkaError, OSError, TimeoutError) as error:
        return str(error)
    finally:
        await client.close()


async def _unreachable(address: str) -> str | None:
    problem = "no address given"
    for server in address.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdigit():
            return f"{server!r} is not host:port"
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
                writer.close()
            return None
        except (OSError, TimeoutError) as error:
            problem = str(error) or "no connection in time"
    return problem


def _unready(name: str, address: str, within_s: float, problem: str, log: Path | None) -> str:
    message = f"{name} at {address} does not answer within {within_s:g} s: {problem}."
    return f"{message} {log_tail(log)}" if log is not None else message


def _without_password(url: str) -> str:
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        return "the given address"
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}"
