"""What goes over the wire as one JSON Schema, from the services' own code; `python -m tests.wire_schema` writes it.

The web client's types are made of it. Events have the fields that agents see; those that visitors are not told may be
missing.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from contracts.conversation import ConversationEvent, FileReleased
from contracts.envelope import Event
from contracts.shown import VISITORS_SEE
from contracts.states import AgentRow, InboxRow
from services.gateway.projections.views import AGENTS_DO_NOT_SEE
from services.gateway.sockets.frames import Incoming
from tests.api_reference.routes import apis

DOCUMENT = Path(__file__).parents[1] / "services" / "gateway" / "web" / "src" / "wire" / "wire.schema.json"
REF = "#/definitions/"
OTHERS = {"Problem"}

Schema = dict[str, Any]


def written() -> str:
    """The document as of today. Raises AssertionError where two services call different things by one name."""
    found: dict[str, Schema] = {}
    for name, schema in [*_answers(), *_events(), *_rows(), *_frames()]:
        told = _plain(schema)
        if name in OTHERS:
            continue
        assert found.setdefault(name, told) == told, f"two things are called {name}"
    events = sorted(name for name, schema in found.items() if name.startswith("Event") and schema)
    found["StreamEvent"] = {"anyOf": [{"$ref": REF + name} for name in events]}
    found["OutgoingFrame"] = {"anyOf": [{"$ref": REF + one.__name__} for one in get_args(Incoming)]}
    document = {"title": "Wire", "type": "object", "properties": {}, "additionalProperties": False}
    return json.dumps(document | {"definitions": dict(sorted(found.items()))}, indent=1) + "\n"


def _answers() -> Iterator[tuple[str, Schema]]:
    for api in apis().values():
        for name, schema in api.shapes.items():
            yield name, dict(schema)


def _events() -> Iterator[tuple[str, Schema]]:
    conversations = [one for one in ConversationEvent.__subclasses__() if one is not FileReleased]
    visits = [one for one in VISITORS_SEE if one.TYPE.startswith("playbook.")]
    for event in (*conversations, *visits):
        yield from _event(event)


def _event(event: type[Event]) -> Iterator[tuple[str, Schema]]:
    schema = event.model_json_schema()
    yield from schema.pop("$defs", {}).items()
    for_visitor = VISITORS_SEE.get(event, set())
    seen = {
        name: field
        for name, field in schema["properties"].items()
        if name in for_visitor
        or (event in ConversationEvent.__subclasses__() and name not in AGENTS_DO_NOT_SEE)
    }
    always = [name for name in schema.get("required", []) if name in for_visitor]
    yield (
        f"Event{event.__name__}",
        {
            "type": "object",
            "description": schema.get("description", ""),
            "properties": {"type": {"const": event.TYPE, "type": "string"}, **seen},
            "required": ["type", *always],
        },
    )


def _rows() -> Iterator[tuple[str, Schema]]:
    for row, kind in ((InboxRow, "conversation"), (AgentRow, "agent")):
        schema = row.model_json_schema()
        yield from schema.pop("$defs", {}).items()
        del schema["properties"]["workspace_id"]
        folder = {"folder": {"type": "string"}} if row is InboxRow else {}
        properties = {"kind": {"const": kind, "type": "string"}, **folder, **schema["properties"]}
        yield row.__name__, {**schema, "properties": properties, "required": list(properties)}


def _frames() -> Iterator[tuple[str, Schema]]:
    for frame in get_args(Incoming):
        schema = frame.model_json_schema()
        yield from schema.pop("$defs", {}).items()
        yield frame.__name__, schema


def _plain(schema: Any) -> Any:
    """Without titles and bounds, which types cannot say, and with references into this document."""
    match schema:
        case dict():
            gone = {
                "title",
                "pattern",
                "maxLength",
                "minLength",
                "maximum",
                "minimum",
                "maxItems",
                "minItems",
            }
            gone |= {
                "maxProperties",
                "propertyNames",
                "patternProperties",
                "discriminator",
                "default",
                "format",
            }
            kept = {name: _plain(value) for name, value in schema.items() if name not in gone}
            if "properties" in schema:
                kept = {name: value for name, value in kept.items() if name != "properties"}
                kept["properties"] = {name: _plain(it) for name, it in schema["properties"].items()}
                kept.setdefault("additionalProperties", False)
            elif "patternProperties" in schema:
                (value,) = schema["patternProperties"].values()
                kept["additionalProperties"] = _plain(value)
            return kept
        case list():
            return [_plain(one) for one in schema]
        case str() if schema.startswith(("#/components/schemas/", "#/$defs/")):
            return REF + schema.rpartition("/")[2]
        case _:
            return schema


if __name__ == "__main__":
    DOCUMENT.write_text(written())
