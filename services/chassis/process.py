"""Runs services in one process: keeps their background roles going, serves HTTP, drains on SIGTERM."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import AsyncExitStack

import structlog
import uvicorn
import uvloop
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from services.chassis.observe import ROLE_RESTARTS, ROLE_RUNNING, Health, configure_logs, configure_traces
from services.chassis.problems import problem
from services.chassis.service import Service
from services.chassis.settings import BadSettings, ProcessSettings
from services.chassis.wiring import SUPPORT, Wired, wired

BACKOFF_S_MAX = 10.0
SOCKET_FRAME_BYTES_MAX = 65_536
PING_EVERY_S = 20
# Longer than proxies and clients keep an idle connection, usually 60 s at most: else a request meets its end.
IDLE_S_MAX = 75
EXPORT_ENDS_WITHIN_S = 5.0
NEVER_DECIDING = {"projectors", "relay"}
"""Roles that append nothing. All others begin once store and Kafka were compared, which the relay does by itself."""

log = structlog.get_logger()
Run = Callable[[], Awaitable[None]]


class Host:
    """Some services and some of their roles in one process; the services do not know which others are there."""

    def __init__(
        self, services: Sequence[Service], settings: ProcessSettings, roles: Collection[str] = ()
    ) -> None:
        self._services, self._settings, self._roles = services, settings, frozenset(roles)
        self._health = Health()
        self._tasks: list[asyncio.Task[None]] = []
        self._mounts: list[Mount] = []
        self._root: list[Mount] = []

    async def serve(self, started: Callable[[str], None] = lambda _: None) -> None:
        """Until SIGTERM or SIGINT; then no new requests, the running ones end, the roles stop, pools close.

        `started` is called with the address once requests are answered.
        """
        async with AsyncExitStack() as stack:
            named = self._services[0].name if len(self._services) == 1 else "all"
            stack.push_async_callback(_ended, configure_traces(f"livechat-{named}"))
            connected = [
                await stack.enter_async_context(wired(service, self._settings)) for service in self._services
            ]
            if not self._roles or self._roles - NEVER_DECIDING:
                await asyncio.gather(*(one.compare() for one in connected))
            for one in connected:
                self._start(one)
            stack.push_async_callback(self._stop_roles)
            server = Server(
                served_as(self._application(), self._settings),
                lambda port: started(f"http://{self._settings.host}:{port}"),
            )
            with _stopping(server):
                await server.serve()
            log.info("draining", services=[service.name for service in self._services])

    def _start(self, one: Wired) -> None:
        for name, role in one.roles.items():
            if name in SUPPORT or self._serves(role.goes_with or name):
                label = f"{one.service.name}.{name}"
                self._tasks.append(asyncio.create_task(_kept_running(label, role.run), name=label))
                self._health.watch(role.ready, role.alive)
        if self._serves("api"):
            ROLE_RUNNING.labels(f"{one.service.name}.api").set(1)
            self._mounts.append(Mount(f"/api/{one.service.name}", app=one.app))
            if one.pages is not None:
                self._root.append(Mount("/", app=one.pages))

    def _serves(self, role: str) -> bool:
        return not self._roles or role in self._roles

    async def _stop_roles(self) -> None:
        for task in self._tasks:
            task.cancel()
        _, left = await asyncio.wait(self._tasks, timeout=self._settings.drain_s)
        if left:
            # A broker or database that is away can hold up a client's goodbye for ever. What was acknowledged is
            # committed, and a start goes on from there: leaving now loses nothing.
            log.error("roles_did_not_end", roles=sorted(task.get_name() for task in left))
            os._exit(os.EX_TEMPFAIL)

    def _application(self) -> Starlette:
        async def livez(_: Request) -> Response:
            return _verdict(self._health.alive())

        async def readyz(_: Request) -> Response:
            return _verdict(self._health.ready())

        async def metrics(_: Request) -> Response:
            return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

        routes = [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]
        return Starlette(routes=[*routes, *self._mounts, *self._root], exception_handlers={404: _nowhere})


def served_as(app: ASGIApp, settings: ProcessSettings) -> uvicorn.Config:
    """How every process serves requests and sockets."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=settings.drain_s,
        timeout_keep_alive=IDLE_S_MAX,
        ws_max_size=SOCKET_FRAME_BYTES_MAX,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=PING_EVERY_S,
        ws_per_message_deflate=False,  # A compressor for each socket costs more than all else that it needs.
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
    )


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers: ours stop it, and the rest of the process after it."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[int], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listening(int(self.servers[0].sockets[0].getsockname()[1]))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _stopping(server: uvicorn.Server) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _ended(export: Callable[[], None]) -> None:
    """The last spans are sent, if somebody takes them: in a thread of its own, for which nobody waits longer."""
    ending = threading.Thread(target=export, daemon=True)
    ending.start()
    await asyncio.to_thread(ending.join, EXPORT_ENDS_WITHIN_S)


async def _nowhere(_: Request, __: Exception) -> Response:
    return problem(404, "not_found", "There is nothing at this address.")


def _verdict(reasons: dict[str, str]) -> JSONResponse:
    return JSONResponse({"ok": not reasons, "reasons": reasons}, 503 if reasons else 200)


async def _kept_running(label: str, run: Run) -> None:
    """Runs a role until cancelled; one that fails is logged, counted and started again, later each time."""
    backoff_s = 0.5
    while True:
        ROLE_RUNNING.labels(label).set(1)
        started_at_s = asyncio.get_running_loop().time()
        try:
            await run()
            log.error("role_ended", role=label)
        except Exception as error:
            log.error("role_failed", role=label, exc_info=error)
        finally:
            ROLE_RUNNING.labels(label).set(0)
        ROLE_RESTARTS.labels(label).inc()
        lasted_s = asyncio.get_running_loop().time() - started_at_s
        backoff_s = 0.5 if lasted_s > BACKOFF_S_MAX else min(2 * backoff_s, BACKOFF_S_MAX)
        await asyncio.sleep(backoff_s)


def main(service: Service) -> None:
    """`python -m services.<name> [role…]`: that service with these roles, all where none is named."""
    roles = sys.argv[1:]
    if unknown := set(roles) - set(service.role_names):
        known = ", ".join(sorted(service.role_names))
        sys.exit(f"{service.name} has no role {', '.join(sorted(unknown))}; its roles are {known}")
    try:
        settings = ProcessSettings()
        configure_logs(level=settings.log_level, readable=settings.log_readable)
        uvloop.run(Host([service], settings, roles).serve())
    except BadSettings as wrong:
        sys.exit(f"{service.name} cannot start: {wrong}")
