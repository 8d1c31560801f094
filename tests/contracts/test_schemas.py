"""The committed schemas are those of the code, and no change breaks a reader."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.json_schemas import FOLDER, schemas, text_of
from contracts.registry import EVENTS
from tests.contracts.compatibility import incompatibilities

RELEASED = Path(__file__).parents[2] / "contracts" / "released"
NOW = dict(schemas())


def test_committed_schemas_are_those_of_the_code() -> None:
    committed = {path.name: path.read_text() for path in FOLDER.glob("*.json")}

    of_the_code = {f"{name}.json": text_of(schema) for name, schema in NOW.items()}
    assert committed == of_the_code, "run `make types`"


@pytest.mark.parametrize("path", sorted(RELEASED.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_released_stays_readable(path: Path) -> None:
    released = json.loads(path.read_text())

    assert path.stem in NOW, "a released type is never removed: readers of the log need it"
    if json.loads(text_of(NOW[path.stem])) != released:
        assert incompatibilities(released, NOW[path.stem]) == [], "add a .v2 type and read both"


def test_something_was_released() -> None:
    assert any(RELEASED.glob("*.json"))


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS.keys())
def test_every_event_says_what_it_means(event: type[Event]) -> None:
    assert event.__doc__
    assert f"{event.TYPE.split('.')[0]}.{event.TYPE.split('.')[1]}.v1" == event.TYPE


ASSIGNED = NOW["conversation.assigned.v1"]


def changed(**properties: Any) -> dict[str, Any]:
    schema = copy.deepcopy(ASSIGNED)
    schema["properties"].update(properties)
    return schema


def test_an_optional_field_may_be_added() -> None:
    assert incompatibilities(ASSIGNED, changed(note={"type": "string"})) == []


def test_a_required_field_may_not_be_added() -> None:
    schema = changed(note={"type": "string"})
    schema["required"] = [*schema["required"], "note"]

    assert "a new reader refuses what an old writer wrote" in incompatibilities(ASSIGNED, schema)


def test_a_field_may_not_change_its_type() -> None:
    assert incompatibilities(ASSIGNED, changed(agent_name={"type": "integer"})) != []


def test_a_required_field_may_not_go() -> None:
    schema = copy.deepcopy(ASSIGNED)
    schema["required"] = [name for name in schema["required"] if name != "agent_id"]

    assert "an old reader refuses what a new writer writes" in incompatibilities(ASSIGNED, schema)


SIGNALS = NOW["gateway.signals.v1"]


def test_a_kind_of_signal_may_be_added_but_none_may_go() -> None:
    fewer = copy.deepcopy(SIGNALS)
    *fewer["oneOf"], last = fewer["oneOf"]
    fewer["discriminator"]["mapping"].pop(
        next(k for k, v in SIGNALS["discriminator"]["mapping"].items() if v == last["$ref"])
    )

    assert incompatibilities(fewer, SIGNALS) == []
    assert incompatibilities(SIGNALS, fewer) != []


def test_a_kind_of_signal_keeps_its_fields() -> None:
    schema = copy.deepcopy(SIGNALS)
    schema["$defs"]["Typing"]["properties"]["typing"] = {"type": "string"}

    assert incompatibilities(SIGNALS, schema) != []


def test_a_choice_may_not_be_narrowed() -> None:
    closed = NOW["conversation.closed.v1"]
    schema = copy.deepcopy(closed)
    schema["properties"]["reason"]["enum"] = ["resolved"]

    assert "a new reader refuses what an old writer wrote" in incompatibilities(closed, schema)


PUBLISHED = NOW["playbook.playbook_published.v1"]


def test_a_kind_of_card_may_be_added_but_none_may_go() -> None:
    fewer = copy.deepcopy(PUBLISHED)
    cards = next(iter(fewer["$defs"]["Flow"]["properties"]["cards"]["patternProperties"].values()))
    condition = cards["discriminator"]["mapping"].pop("condition")
    cards["oneOf"] = [one for one in cards["oneOf"] if one["$ref"] != condition]

    assert incompatibilities(fewer, PUBLISHED) == []
    assert incompatibilities(PUBLISHED, fewer) != []


def test_a_kind_of_card_keeps_its_fields() -> None:
    schema = copy.deepcopy(PUBLISHED)
    schema["$defs"]["EndCard"]["properties"]["text"] = {"type": "integer"}

    assert incompatibilities(PUBLISHED, schema) != []
