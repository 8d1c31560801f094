"""Writes contracts/asyncapi.json: every topic, what is on it and how it is keyed, as an AsyncAPI 3 document."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.envelope import Metadata, headers_of
from contracts.registry import EVENTS
from contracts.topics import PARTITIONS, TOPICS, Topic

FILE = Path(__file__).parent / "asyncapi.json"
VERSION = "1.0.0"
"""Of the document. Types and topics carry versions of their own; additions leave this as it is."""

SCHEMA_FORMAT = "application/schema+json;version=draft-07"
"""AsyncAPI's own form of schemas has another kind of discriminator; of JSON Schema it knows no newer name."""

_ABOUT = (
    "What the services of Livechat tell each other and anyone who reads along, by Kafka alone. Events are CloudEvents "
    "1.0 in Kafka's binary mode; a stream's versions are 1, 2, 3 … without gaps, and a record may be there twice. "
    "Readers ignore unknown fields and unknown types."
)
_KINDS = {
    "events": "Kept for ever: the truth about every stream that its owner has.",
    "state": "Compacted: the newest value of a key is the whole truth about it; a tombstone says that it is gone.",
    "signals": "Forgotten after ten minutes, and no record of anything.",
}


def document() -> dict[str, Any]:
    """The document as it is in code. Schemas are those of contracts/schemas, by reference."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Livechat", "version": VERSION, "description": _ABOUT},
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {f"publish.{topic.name}": _operation(topic) for topic in TOPICS},
        "components": {"schemas": {"EventHeaders": _headers()}},
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "title": topic.name,
        "description": f"{_KINDS[topic.kind]} Owner: {topic.owner}. Key: {topic.key}.",
        "messages": {name.replace(".", "_"): _message(topic, name) for name in _names(topic)},
        "bindings": {"kafka": {"partitions": PARTITIONS, "bindingVersion": "0.5.0"}},
    }


def _names(topic: Topic) -> list[str]:
    if topic.kind != "events":
        return [topic.name]
    return [type_ for type_ in EVENTS if type_.partition(".")[0] == topic.owner]


def _message(topic: Topic, name: str) -> dict[str, Any]:
    told = {
        "name": name,
        "contentType": "application/json",
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./schemas/{name}.json"}},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}
        },
    }
    if topic.kind != "events":
        return told
    meaning = " ".join((EVENTS[name].__doc__ or "").split())
    return told | {"summary": meaning, "headers": {"$ref": "#/components/schemas/EventHeaders"}}


def _operation(topic: Topic) -> dict[str, Any]:
    channel = {"$ref": f"#/channels/{topic.name}"}
    return {"action": "send", "channel": channel, "summary": f"{topic.owner} publishes on {topic.name}."}


def _headers() -> dict[str, Any]:
    """The names of the headers that every event has, as the envelope makes them; all are text."""
    whoever = Metadata("", "", "", "", "")
    headers = headers_of(
        event_id="",
        type_=next(iter(EVENTS)),
        stream="",
        version=1,
        at=datetime.min.replace(tzinfo=UTC),
        metadata=whoever,
        hash_=b"",
    )
    names = [name for name, _ in headers]
    return {"type": "object", "required": names, "properties": {name: {"type": "string"} for name in names}}


def text_of(found: dict[str, Any]) -> str:
    """The document as it is committed."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text_of(document()))
    sys.stdout.write(f"{FILE.name}\n")
