"""JSON schemas in words: each field with its type, its limits, and whether it may be left out."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.ids import UUID_PATTERN

Schema = Mapping[str, Any]

_REF = "#/components/schemas/"
_DEFS = "#/$defs/"
_PAGE = "Page_"


def told_of(schema: Schema) -> str:
    """The schema's description as one line."""
    return " ".join(str(schema.get("description", "")).split())


def name_in(ref: str) -> str:
    """The name of what a reference means."""
    return ref.removeprefix(_REF).removeprefix(_DEFS)


def refs(schema: Any) -> Iterator[str]:
    """The names of all schemas that this one refers to, directly."""
    match schema:
        case {"$ref": str(ref)}:
            yield name_in(ref)
        case {"discriminator": _, **rest}:
            yield from refs(rest)
        case Mapping():
            for part in schema.values():
                yield from refs(part)
        case list():
            for part in schema:
                yield from refs(part)


def link(name: str, known: Mapping[str, Schema]) -> str:
    """A reference to a shape; a page of a list is told as such."""
    if name.startswith(_PAGE):
        item = known[name]["properties"]["items"]["items"]
        return f"page of {type_of(item, known)}"
    return f"[{name}](#{name.lower()})"


def type_of(schema: Schema, known: Mapping[str, Schema]) -> str:
    """What values there are, in a few words."""
    match schema:
        case {"$ref": str(ref)}:
            return link(name_in(ref), known)
        case {"anyOf": list(kinds)} | {"oneOf": list(kinds)}:
            return " or ".join(dict.fromkeys(type_of(kind, known) for kind in kinds))
        case {"const": value}:
            return f"`{json.dumps(value)}`"
        case {"enum": list(values)}:
            return " or ".join(f"`{json.dumps(value)}`" for value in values)
        case {"type": "array"}:
            return f"list of {type_of(schema.get('items', {}), known)}{_limits(schema, 'Items')}"
        case {"type": "object", "additionalProperties": Mapping() as inner}:
            return f"object of {type_of(inner, known)} by name{_limits(schema, 'Properties')}"
        case {"type": "object", "patternProperties": Mapping() as by_name}:
            ((name, inner),) = by_name.items()
            most = _limits(schema, "Properties")
            return f"object of {type_of(inner, known)} by name that matches `{_plain(name)}`{most}"
        case {"type": "string"}:
            return _text(schema)
        case {"type": "integer"}:
            return f"whole number{_limits(schema, 'imum')}"
        case {"type": str(kind)}:
            return {"boolean": "true or false", "null": "null", "number": "number"}.get(kind, kind)
        case _:
            return "object"


def fields(schema: Schema, known: Mapping[str, Schema], *, sent: bool) -> str:
    """A line for each field. `sent`: clients send it, so it is said which ones they may leave out."""
    needed = schema.get("required", [])
    return "".join(
        f"- `{name}`: {_field(field, known, needed=name in needed, sent=sent)}\n"
        for name, field in schema.get("properties", {}).items()
    )


def _field(schema: Schema, known: Mapping[str, Schema], *, needed: bool, sent: bool) -> str:
    told = type_of(schema, known)
    if sent and not needed:
        default = schema.get("default")
        told += "; may be left out" if default is None else f"; {json.dumps(default)} where left out"
    return f"{told}. {told_of(schema)}".rstrip(" .")


def _text(schema: Schema) -> str:
    pattern = schema.get("pattern")
    if schema.get("format") == "date-time":
        return "time"
    if schema.get("format") == "binary":
        return "bytes"
    if pattern == UUID_PATTERN:
        return "id"
    shape = f" that matches `{_plain(pattern)}`" if pattern else ""
    return f"text{_limits(schema, 'Length')}{shape}"


def _plain(pattern: str) -> str:
    return re.sub(r"\[0-9a-f\]\{8\}(-\[0-9a-f\]\{4\}){3}-\[0-9a-f\]\{12\}", "<id>", pattern)


def _limits(schema: Schema, what: str) -> str:
    least, most = (
        None if it is None else int(it) for it in (schema.get(f"min{what}"), schema.get(f"max{what}"))
    )
    unit = " characters" if what == "Length" else ""
    match least, most:
        case None, None:
            return ""
        case None, _:
            return f", at most {most:,}{unit}"
        case _, None:
            return f", at least {least:,}{unit}"
        case _:
            return f", {least:,} to {most:,}{unit}"
