"""Wires one service to PostgreSQL and Kafka: its ports, its background roles, its application, its health."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import psycopg
from fastapi import FastAPI

from contracts.personal import ClearKeyring
from contracts.topics import GATEWAY_EVENTS
from services.chassis.anew import published_anew
from services.chassis.app import application, pages
from services.chassis.clock import RandomIds, SystemClock
from services.chassis.consumer import BatchLoop, consuming
from services.chassis.credentials import PostgresCredentials
from services.chassis.follower import StateGuard
from services.chassis.kafka import KafkaSettings
from services.chassis.migrate import DatabaseUrls
from services.chassis.observe import Check
from services.chassis.outbox import Drain
from services.chassis.pool import Waker, database_urls, open_pool
from services.chassis.ports import Closing, Ports
from services.chassis.progress import Pulse, count_parked
from services.chassis.projector import Projection
from services.chassis.reactor import reaction_loop
from services.chassis.reader import PostgresReader, Shapes
from services.chassis.rebuild import renew_models
from services.chassis.relay import Relay, StateRelay
from services.chassis.revocations import SINCE_S, Revocations
from services.chassis.rows import PostgresRows
from services.chassis.schemas import ensure_models
from services.chassis.service import Service
from services.chassis.settings import Fresh, ProcessSettings
from services.chassis.store import PostgresStore
from services.chassis.tail import KafkaSignals, KafkaTail
from services.chassis.timers import Timers
from services.chassis.tokens import Verifier

PULSE_EVERY_S, PULSE_LIMIT_S, PARKED_EVERY_S = 2.0, 15.0, 15.0

Run = Callable[[], Awaitable[None]]

SUPPORT = frozenset({"pulse", "tail", "signals"})
"""Roles that every process runs, whatever else it was asked for."""


@dataclass(frozen=True)
class Role:
    """A background role: runs until cancelled, where the one that it `goes_with` does; its checks say if it is well."""

    run: Run
    ready: Mapping[str, Check] = field(default_factory=dict)
    alive: Mapping[str, Check] = field(default_factory=dict)
    goes_with: str | None = None


@dataclass(frozen=True)
class Wired:
    """A service that can be run: its roles by name, and its application."""

    service: Service
    roles: Mapping[str, Role]
    app: FastAPI
    pages: FastAPI | None
    """What browsers get at the root of the address; None where the service has nothing to show."""
    compare: Run
    """Before the application takes commands: raises the fence where the store is behind Kafka."""


@dataclass(frozen=True)
class _Connected:
    """A service's connections, and its ports over them."""

    ports: Ports
    tail: KafkaTail
    signals: KafkaSignals
    rows: PostgresRows
    urls: Fresh[DatabaseUrls]
    shapes: Shapes

    def worker(self) -> str:
        """The workers' URL, as it is now."""
        return self.urls().worker


@asynccontextmanager
async def store_ports(service: Service) -> AsyncIterator[Ports]:
    """The service's ports for commands from the command line; its relay, elsewhere, publishes what they append."""
    async with _connected(service, KafkaSettings()) as connected:
        yield connected.ports


@asynccontextmanager
async def wired(service: Service, settings: ProcessSettings) -> AsyncIterator[Wired]:
    """The service, connected; connections end with the context."""
    kafka = KafkaSettings()
    async with _connected(service, kafka) as connected:
        ports, relay = connected.ports, Relay(service.name, connected.worker, kafka)
        roles = {
            "relay": _relay(service, kafka, connected, relay),
            "timers": Role(Timers(service, ports).run),
            "pulse": _pulse(service, connected.worker, connected.shapes),
            "signals": Role(connected.signals.run),
            **own_roles(service, ports),
        }
        if service.models:
            roles["projectors"] = _projectors(service, kafka, connected)
        for role in {reaction.role for reaction in service.reactions}:
            roles[role] = _reactions(service, role, kafka, connected)
        roles["tail"] = _tail(service.name, connected.tail)
        ended = Revocations(service.name, ports.tail, ports.clock)
        edge = (service, ports, Verifier(Fresh(lambda: ProcessSettings().public_keys()), ended))
        shown = pages(*edge) if service.pages else None
        yield Wired(service, roles, application(*edge), shown, relay.compare)


def own_roles(service: Service, ports: Ports) -> dict[str, Role]:
    """What this service alone has, by name."""
    apart = {name: Role(partial(run, ports)) for name, run in service.roles.items()}
    return apart | {
        name: Role(partial(run, ports), goes_with="api") for name, run in service.with_api.items()
    }


def _relay(service: Service, kafka: KafkaSettings, connected: _Connected, relay: Relay) -> Role:
    drains: list[Drain] = [relay]
    if any(model.publishes for model in service.models):
        guard = StateGuard(kafka, service.models, connected.rows)
        drains.append(StateRelay(service.name, connected.worker, kafka, guard))
    ready = {f"{service.name}.relay.{drain.OUTBOX}": drain.not_ready for drain in drains}
    return Role(partial(_run_all, drains), ready)


def _projectors(service: Service, kafka: KafkaSettings, connected: _Connected) -> Role:
    loops = [
        BatchLoop(
            kafka,
            service.name,
            model.name,
            model.source,
            Projection(
                service.name, model, kafka.naming.of(model.source), connected.rows, connected.ports.keyring
            ),
        )
        for model in service.models
    ]

    async def renew() -> None:
        await renew_models(service, kafka, connected.urls(), connected.ports.keyring)

    return _consumers(service.name, kafka, loops, renew)


def _reactions(service: Service, role: str, kafka: KafkaSettings, connected: _Connected) -> Role:
    loops = [
        reaction_loop(kafka, reaction, connected.rows, connected.ports)
        for reaction in service.reactions
        if reaction.role == role
    ]
    return _consumers(service.name, kafka, loops)


def _consumers(of: str, kafka: KafkaSettings, loops: Sequence[BatchLoop], renew: Run | None = None) -> Role:
    async def run() -> None:
        await published_anew(kafka, loops)
        if renew is not None:
            await renew()
        async with consuming(kafka, loops):
            await asyncio.Event().wait()

    return Role(
        run,
        {f"{of}.{loop.name}": loop.progress.not_ready for loop in loops},
        {f"{of}.{loop.name}": loop.progress.not_alive for loop in loops},
    )


def _tail(service: str, tail: KafkaTail) -> Role:
    def not_ready() -> str | None:
        behind = tail.behind()
        if behind is None:
            return "ends not known yet"
        return f"{behind} records to hear about ended sessions" if behind else None

    return Role(tail.run, {f"{service}.tail": not_ready})


def _pulse(service: Service, dsn: Callable[[], str], shapes: Shapes) -> Role:
    pulse = Pulse(PULSE_LIMIT_S)
    consumers = [one.name for one in service.models] + [one.name for one in service.reactions]

    async def beat() -> None:
        async with await psycopg.AsyncConnection.connect(
            dsn(), autocommit=True, connect_timeout=5
        ) as connection:
            counted_at_s = -math.inf
            while True:
                await connection.execute("SELECT 1")
                await shapes.look(connection)
                if time.monotonic() - counted_at_s >= PARKED_EVERY_S:
                    await count_parked(connection, service.name, consumers)
                    counted_at_s = time.monotonic()
                pulse.beat()
                await asyncio.sleep(PULSE_EVERY_S)

    return Role(beat, {f"{service.name}.database": pulse.check, f"{service.name}.models": shapes.not_ready})


async def _run_all(drains: Sequence[Drain]) -> None:
    async with asyncio.TaskGroup() as group:
        for drain in drains:
            group.create_task(drain.run())


@asynccontextmanager
async def _connected(service: Service, kafka: KafkaSettings) -> AsyncIterator[_Connected]:
    urls = Fresh(partial(database_urls, service.name))
    workers = open_pool(lambda: urls().worker, name=f"{service.name} worker")
    topics = {model.name: kafka.naming.of(model.source) for model in service.models}
    async with open_pool(lambda: urls().app, name=service.name) as pool, workers:
        waker, clock, keyring, shapes = Waker(workers), SystemClock(), ClearKeyring(), Shapes(service.models)
        heard = dict.fromkeys((GATEWAY_EVENTS, *service.tails))
        tail = KafkaTail(kafka, tuple(heard), keyring, {GATEWAY_EVENTS: SINCE_S}, clock)
        signals = KafkaSignals(kafka, clock)
        ports = Ports(
            service=service.name,
            store=PostgresStore(pool, waker, workers),
            reader=PostgresReader(pool, workers, topics, shapes),
            clock=clock,
            ids=RandomIds(),
            keyring=keyring,
            credentials=PostgresCredentials(workers),
            tail=tail,
            signals=signals,
            own=service.own(),
        )
        await ensure_models(service, urls())
        waking = asyncio.create_task(waker.run())
        try:
            yield _Connected(ports, tail, signals, PostgresRows(workers), urls, shapes)
        finally:
            waking.cancel()
            for one in ports.own.values():
                if isinstance(one, Closing):
                    await one.close()
