"""Whether a changed schema still fits: new readers read what old writers wrote, and old readers what new ones write."""

import copy
from typing import Any

from jsonsubschema import isSubschema

_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_FORMATS = {"date-time": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*$", "uuid": _UUID}


def incompatibilities(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What breaks between the released schema and the one of now; empty when nothing does."""
    breaks = []
    new = _without_kinds_unknown_to(old, new)
    if not isSubschema(_written_by(old), _read_by(new)):
        breaks.append("a new reader refuses what an old writer wrote")
    if not isSubschema(_written_by(new), _read_by(old)):
        breaks.append("an old reader refuses what a new writer writes")
    return breaks


def _without_kinds_unknown_to(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Of a choice by a field, as signals are, readers pass over the kinds that they do not know."""
    known = old.get("discriminator", {}).get("mapping", {}).values()
    if not known or "oneOf" not in new:
        return new
    return {**new, "oneOf": [one for one in new["oneOf"] if one.get("$ref") in known]}


def _written_by(schema: dict[str, Any]) -> dict[str, Any]:
    """Writers write the fields they know and no others."""
    return _plain(schema, closed=True)


def _read_by(schema: dict[str, Any]) -> dict[str, Any]:
    """Readers ignore what they do not know."""
    return _plain(schema, closed=False)


def _plain(schema: dict[str, Any], *, closed: bool) -> dict[str, Any]:
    """Without references, annotations and formats, which the comparison does not know."""
    definitions = schema.get("$defs", {})

    def change(part: Any) -> Any:
        if isinstance(part, list):
            return [change(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return change(copy.deepcopy(definitions[part["$ref"].rpartition("/")[2]]))
        kept = {key: value for key, value in part.items() if key not in _ANNOTATIONS}
        if part.get("format") in _FORMATS and "pattern" not in part:
            kept["pattern"] = _FORMATS[part["format"]]
        if "const" in kept:
            kept["enum"] = [kept.pop("const")]
        if "oneOf" in kept:
            kept["anyOf"] = kept.pop("oneOf")
        if "prefixItems" in kept:
            kept["items"] = kept.pop("prefixItems")
        for key, value in kept.items():
            kept[key] = (
                {name: change(one) for name, one in value.items()} if key == "properties" else change(value)
            )
        if closed and "properties" in kept:
            kept["additionalProperties"] = False
        return kept

    return change(schema)  # type: ignore[no-any-return]


_ANNOTATIONS = frozenset(
    {"title", "description", "default", "discriminator", "$defs", "$schema", "format", "examples"}
)
