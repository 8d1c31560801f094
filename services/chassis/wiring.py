"""Wires one service to PostgreSQL and Kafka: its ports, its background roles, its application, its health."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import psycopg
from fastapi import FastAPI

from contracts.personal import ClearKeyring
from services.chassis.app import application
from services.chassis.clock import RandomIds, SystemClock
from services.chassis.consumer import BatchLoop, consuming
from services.chassis.credentials import PostgresCredentials
from services.chassis.kafka import KafkaSettings
from services.chassis.migrate import DatabaseUrls
from services.chassis.observe import Health, Pulse
from services.chassis.outbox import Drain
from services.chassis.pool import Waker, open_pool
from services.chassis.ports import Ports
from services.chassis.projector import Projection
from services.chassis.reactor import RECORDS_MAX as REACTION_RECORDS_MAX
from services.chassis.reactor import Reacting
from services.chassis.relay import Relay
from services.chassis.rows import PostgresReader, PostgresRows
from services.chassis.schemas import ensure_models
from services.chassis.service import Service
from services.chassis.settings import ProcessSettings, database_settings
from services.chassis.signals import KafkaSignals
from services.chassis.state_topics import StateRelay
from services.chassis.store import PostgresStore
from services.chassis.tail import KafkaTail
from services.chassis.timers import Timers
from services.chassis.tokens import Verifier

PULSE_EVERY_S = 2.0
PULSE_LIMIT_S = 15.0
OUTBOX_AGE_S_MAX = 30.0

Run = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Wired:
    """A service that can be run: `roles` by name, each until cancelled, and its application."""

    service: Service
    roles: Mapping[str, Run]
    app: FastAPI
    ports: Ports


@asynccontextmanager
async def store_ports(service: Service) -> AsyncIterator[Ports]:
    """The service's ports for commands from the command line; its relay, elsewhere, publishes what they append."""
    async with _pools(service, KafkaSettings()) as (ports, _, _):
        yield ports


@asynccontextmanager
async def wired(service: Service, settings: ProcessSettings, health: Health) -> AsyncIterator[Wired]:
    """The service, connected; connections end with the context."""
    kafka = KafkaSettings()
    async with _pools(service, kafka) as (ports, waker, rows):
        worker_url = database_settings(service.name).worker_database
        projections = [
            BatchLoop(
                kafka,
                service.name,
                model.name,
                model.source,
                Projection(service.name, model, kafka.naming.of(model.source), rows, ports.keyring),
            )
            for model in service.models
        ]
        reactions = [
            BatchLoop(
                kafka,
                service.name,
                reaction.name,
                reaction.source,
                Reacting(reaction, kafka.naming.of(reaction.source), rows, ports),
                records_max=REACTION_RECORDS_MAX,
            )
            for reaction in service.reactions
        ]
        drains: list[Drain] = [Relay(service.name, worker_url, kafka)]
        if any(model.publishes for model in service.models):
            drains.append(StateRelay(service.name, worker_url, kafka))
        _watch(health, service.name, [*projections, *reactions], drains)
        pulse = Pulse(PULSE_LIMIT_S)
        health.ready_while(f"{service.name}.database", pulse.check)
        roles: dict[str, Run] = {
            "relay": lambda: _together(*(drain.run for drain in drains), waker.run),
            "timers": Timers(service, ports).run,
            "pulse": lambda: _beat(worker_url, pulse),
            **{name: _role(run, ports) for name, run in service.roles.items()},
        }
        if projections:
            roles["projectors"] = lambda: _consume(kafka, projections)
        if reactions:
            roles["reactions"] = lambda: _consume(kafka, reactions)
        if service.tails:
            assert isinstance(ports.tail, KafkaTail)
            roles["tail"] = ports.tail.run
            health.ready_while(f"{service.name}.tail", ports.tail.not_ready)
        if isinstance(ports.signals, KafkaSignals):
            roles["signals"] = ports.signals.run
        yield Wired(service, roles, application(service, ports, Verifier(settings.public_keys())), ports)


@asynccontextmanager
async def _pools(service: Service, kafka: KafkaSettings) -> AsyncIterator[tuple[Ports, Waker, PostgresRows]]:
    urls = database_settings(service.name)
    pool = open_pool(urls.database, name=f"{service.name}")
    workers = open_pool(urls.worker_database, name=f"{service.name} worker")
    topics = {model.name: kafka.naming.of(model.source) for model in service.models}
    async with pool, workers:
        waker, rows = Waker(workers), PostgresRows(workers)
        clock, keyring = SystemClock(), ClearKeyring()
        ports = Ports(
            service=service.name,
            store=PostgresStore(pool, waker, workers),
            reader=PostgresReader(pool, workers, topics),
            clock=clock,
            ids=RandomIds(),
            keyring=keyring,
            credentials=PostgresCredentials(workers),
            tail=KafkaTail(kafka, service.tails, keyring),
            signals=KafkaSignals(kafka, clock),
            own=service.own(),
        )
        await ensure_models(service, DatabaseUrls(urls.database, urls.worker_database))
        yield ports, waker, rows


def _watch(health: Health, service: str, loops: list[BatchLoop], drains: list[Drain]) -> None:
    for loop in loops:
        health.ready_while(f"{service}.{loop.name}", loop.progress.not_ready)
        health.alive_while(f"{service}.{loop.name}", loop.progress.not_alive)
    for drain in drains:
        health.ready_while(f"{service}.relay.{drain.OUTBOX}", partial(_late, drain))


def _late(drain: Drain) -> str | None:
    age_s = drain.state().age_s
    return f"the oldest unpublished row is {age_s:.0f} s old" if age_s and age_s > OUTBOX_AGE_S_MAX else None


async def _consume(kafka: KafkaSettings, loops: list[BatchLoop]) -> None:
    async with consuming(kafka, loops):
        await asyncio.Event().wait()


async def _together(*runs: Run) -> None:
    async with asyncio.TaskGroup() as group:
        for run in runs:
            group.create_task(_as_coroutine(run))


async def _as_coroutine(run: Run) -> None:
    await run()


def _role(run: Callable[[Ports], Awaitable[None]], ports: Ports) -> Run:
    return lambda: run(ports)


async def _beat(url: str, pulse: Pulse) -> None:
    """The database answers."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5) as connection:
        while True:
            await connection.execute("SELECT 1")
            pulse.beat()
            await asyncio.sleep(PULSE_EVERY_S)
