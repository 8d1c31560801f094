"""Every route in words: who may call it, what it takes, what it answers, and what it refuses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.chassis.app import Application
from services.cli.catalogue import SERVICES
from tests.api_reference.frames import shapes_of_events
from tests.api_reference.refusals import of_route
from tests.api_reference.shapes import Schema, fields, refs, told_of, type_of
from tests.e2e.routes import Route, routes

_TOLD_ELSEWHERE = ("Problem",)
_ABOUT_EVERY_REQUEST = ("cursor", "limit")


@dataclass(frozen=True)
class Api:
    """One service's OpenAPI document."""

    paths: Mapping[str, Any]
    shapes: Mapping[str, Schema]
    wanted: frozenset[str] = frozenset()
    """Shapes to be told although no route names them."""

    def operation(self, route: Route) -> Mapping[str, Any]:
        """What it says of a route."""
        found: Mapping[str, Any] = self.paths[route.path][route.method.lower()]
        return found

    def body(self, operation: Mapping[str, Any]) -> tuple[Schema | None, bool]:
        """The fields of the body that the operation takes, and whether it may be left out."""
        asked = operation.get("requestBody", {})
        schema = asked.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return None, True
        optional = not asked.get("required", False)
        return self.shapes[next(refs(schema))], optional


@cache
def apis() -> Mapping[str, Api]:
    """The OpenAPI document of each service."""
    return {name: _api(name) for name in SERVICES}


def _api(name: str) -> Api:
    told = Application(SERVICES[name]).openapi()
    return Api(told["paths"], told["components"]["schemas"])


def routes_of(access: str) -> str:
    """All routes of this access, by service and address."""
    mine = [route for route in routes() if route.access == access and route.method != "SOCKET"]
    return "\n".join(_entry(route) for route in sorted(mine, key=lambda it: (it.service, it.path, it.method)))


def _entry(route: Route) -> str:
    api = apis()[route.service]
    operation = api.operation(route)
    told = str(operation["description"]).strip()
    parts = (_parameters(operation, api), _body(route, operation, api), _answer(operation, api))
    lines = "".join(f"{part}\n" for part in parts if part)
    refused = ", ".join(f"`{code}`" for code in of_route(route))
    return (
        f"#### {route.method} `/api/{route.service}{route.path}`\n\n{told}\n\n"
        f"{lines}{f'Refusals of its own: {refused}.' if refused else ''}".rstrip()
        + "\n"
    )


def _parameters(operation: Mapping[str, Any], api: Api) -> str:
    given = [one for one in operation.get("parameters", []) if one["in"] != "path"]
    own = [one for one in given if one["name"] not in _ABOUT_EVERY_REQUEST]
    needed, told = (
        [_parameter(one, api) for one in own if one.get("required", False) is required]
        for required in (True, False)
    )
    paged = ["`cursor` and `limit`"] if any(one["name"] == "cursor" for one in given) else []
    has_to = f"Has to be given: {'; '.join(needed)}.\n" if needed else ""
    may = f"May be given: {'; '.join([*told, *paged])}.\n" if told or paged else ""
    return "\n".join(part for part in (has_to, may) if part)


def _parameter(told: Mapping[str, Any], api: Api) -> str:
    meaning = f": {told['description'].rstrip('.')}" if "description" in told else ""
    return f"{told['in']} `{told['name']}` ({type_of(told['schema'], api.shapes)}){meaning}"


def _body(route: Route, operation: Mapping[str, Any], api: Api) -> str:
    if route.raw:
        return "Body: the bytes of the file.\n"
    schema, optional = api.body(operation)
    if schema is None:
        return ""
    may = ", which may be left out" if optional else ""
    return f"Body{may}: {told_of(schema)}\n\n{fields(schema, api.shapes, sent=True)}"


def _answer(operation: Mapping[str, Any], api: Api) -> str:
    ((status, told),) = [it for it in operation["responses"].items() if it[0].startswith("2")]
    schema = told.get("content", {}).get("application/json", {}).get("schema")
    what = type_of(schema, api.shapes) if schema else "the bytes"
    return f"Answer: {status}, {what}.\n"


def shapes() -> str:
    """Everything that answers consist of, and the parts of bodies, by name."""
    return "\n".join(text for _, text in sorted(dict(_shapes()).items()))


def _shapes() -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    events = shapes_of_events()
    for api in (*apis().values(), Api({}, events, frozenset(events))):
        for name in sorted(_reached(api)):
            schema = api.shapes[name]
            told = f"#### {name}\n\n{told_of(schema)}\n\n{_content(schema, api)}"
            assert seen.setdefault(name, told) == told, f"two services answer with another {name}"
            yield name, told


def _content(schema: Schema, api: Api) -> str:
    """Its fields; of one that is no object what it is."""
    if "properties" in schema:
        return fields(schema, api.shapes, sent=False)
    return f"- {type_of(schema, api.shapes)}\n"


def _reached(api: Api) -> set[str]:
    """What answers and bodies lead to; bodies themselves and pages are told where they are used."""
    named = [name for path in api.paths.values() for one in path.values() for name in _named(one, api)]
    wanted = [*named, *api.wanted]
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found and name not in _TOLD_ELSEWHERE:
            found.add(name)
            wanted += refs(api.shapes[name])
    return {name for name in found if not name.startswith("Page_")}


def _named(operation: Mapping[str, Any], api: Api) -> Iterator[str]:
    yield from refs(operation["responses"])
    body, _ = api.body(operation)
    if body is not None:
        yield from refs(body)
