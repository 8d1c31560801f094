"""Every page that there is, read from the services' own tables: what browsers get at the root of the address."""

from functools import cache

from fastapi.routing import iter_route_contexts

from services.cli.catalogue import SERVICES


@cache
def pages() -> tuple[str, ...]:
    """All of them: method and path."""
    return tuple(
        f"{method} {context.path}"
        for service in SERVICES.values()
        for context in iter_route_contexts(service.pages)
        for method in sorted(context.methods or ("SOCKET",))
    )
