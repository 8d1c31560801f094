"""Whether a changed schema still fits: new readers read what old writers wrote, and old readers what new ones write."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from jsonsubschema import isSubschema

_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_FORMATS = {"date-time": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*$", "uuid": _UUID}


def incompatibilities(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What breaks between the released schema and the one of now; empty when nothing does."""
    breaks = []
    new = _without_kinds_unknown_to(old, new)
    if not _is_within(_written_by(old), _read_by(new)):
        breaks.append("a new reader refuses what an old writer wrote")
    if not _is_within(_written_by(new), _read_by(old)):
        breaks.append("an old reader refuses what a new writer writes")
    return breaks


def _without_kinds_unknown_to(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Of a choice by a field, kinds may be added: of signals, readers pass over those that they do not know; of cards,
    who reads flows waits with what they do not know until they do (docs/decisions/0035)."""
    known = set(_kinds(old))

    def change(part: Any) -> Any:
        if isinstance(part, list):
            return [change(one) for one in part]
        if not isinstance(part, dict):
            return part
        kept = {key: change(value) for key, value in part.items()}
        kinds = set(part.get("discriminator", {}).get("mapping", {}).values())
        if kinds & known:
            kept["oneOf"] = [one for one in part["oneOf"] if one.get("$ref") in known]
        return kept

    changed = change(new)
    assert isinstance(changed, dict)
    return changed


def _kinds(part: Any) -> Iterator[str]:
    """Where the choices by a field lead, anywhere in the schema."""
    if isinstance(part, list):
        for one in part:
            yield from _kinds(one)
    elif isinstance(part, dict):
        yield from part.get("discriminator", {}).get("mapping", {}).values()
        for value in part.values():
            yield from _kinds(value)


def _is_within(written: Any, read: Any) -> bool:
    """Texts with the same bounds on both sides stand for one word each: the comparison would build a machine of
    thousands of states for a text of thousands of characters."""
    words = {bounds: f"text{place}" for place, bounds in enumerate(sorted(_bounds(written) & _bounds(read)))}
    return bool(isSubschema(_in_words(written, words), _in_words(read, words)))


def _bounds(part: Any) -> set[str]:
    if isinstance(part, list):
        return {bounds for one in part for bounds in _bounds(one)}
    if not isinstance(part, dict):
        return set()
    own = {_told(part)} if part.get("type") == "string" and "enum" not in part else set()
    names = {str(name) for name in part.get("patternProperties", ())}
    return own | names | {bounds for one in part.values() for bounds in _bounds(one)}


def _told(text: dict[str, Any]) -> str:
    return json.dumps(text, sort_keys=True)


def _in_words(part: Any, words: dict[str, str]) -> Any:
    if isinstance(part, list):
        return [_in_words(one, words) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "string" and _told(part) in words:
        return {"enum": [words[_told(part)]]}
    changed = {key: _in_words(value, words) for key, value in part.items()}
    if "patternProperties" in part:
        names = changed["patternProperties"].items()
        changed["patternProperties"] = {words.get(name, name): value for name, value in names}
    return changed


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
