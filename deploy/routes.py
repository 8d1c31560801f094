"""Which path leads to which service, out of the services' own routes. What is not here is not reached from outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute, Route, WebSocketRoute

from services.chassis.service import Service
from services.cli.catalogue import SERVICES


@dataclass(frozen=True, slots=True)
class Way:
    """Requests to this path, or to all below it where it is not `exact`, go to the service; `sockets`: and stay."""

    path: str
    service: str
    exact: bool = False
    sockets: bool = False


def ways() -> list[Way]:
    """Every way in, narrower ones first: sockets, each service's API, and pages. Never metrics or health."""
    found = {way for service in SERVICES.values() for way in _of(service)}
    return sorted(found, key=lambda way: (not way.sockets, not way.exact, -len(way.path), way.path))


def _of(service: Service) -> Iterator[Way]:
    api = f"/api/{service.name}"
    yield Way(api, service.name)
    for path in _paths(service.routes, WebSocketRoute):
        yield Way(api + path, service.name, exact=True, sockets=True)
    for path in _paths(service.pages, Route):
        fixed, open_, _ = path.partition("/{")
        yield Way(fixed or "/", service.name, exact=not open_)


def _paths(routes: Sequence[BaseRoute], kind: type[Route | WebSocketRoute]) -> list[str]:
    return sorted({route.path for route in routes if isinstance(route, kind)})
