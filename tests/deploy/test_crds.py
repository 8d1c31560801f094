"""Definitions of others' kinds become schemas that refuse what a server would refuse or silently drop."""

from pathlib import Path

import pytest
import yaml

from deploy import crds
from deploy.validation import defined_by_others, problems
from tests.deploy.overlays import rendered

SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "required": ["size"],
            "properties": {
                "size": {
                    "x-kubernetes-int-or-string": True,
                    "anyOf": [{"type": "integer"}, {"type": "string"}],
                },
                "mode": {"type": "string", "enum": ["slow", "fast"], "nullable": True},
                "word": {"type": "string", "pattern": "^(?i)(on|off)$"},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "closed": {"type": "object"},
                "each": {"type": "object", "additionalProperties": {"type": "string"}},
                "parts": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"id": {"type": "integer"}}},
                },
                "pod": {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {}},
            },
        }
    },
}
DEFINITION = {
    "kind": "CustomResourceDefinition",
    "spec": {
        "group": "example.com",
        "names": {"kind": "Thing"},
        "versions": [
            {"name": "v1", "served": True, "schema": {"openAPIV3Schema": SCHEMA}},
            {"name": "v0", "served": False, "schema": {"openAPIV3Schema": SCHEMA}},
        ],
    },
}


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("definitions")
    (folder / "thing.yaml").write_text(yaml.safe_dump(DEFINITION))
    return folder


def faults(folder: Path, **spec: object) -> list[str]:
    thing = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "one"}, "spec": spec}
    return [error.message for error in crds.validators(folder)["example.com/v1/Thing"].iter_errors(thing)]


@pytest.mark.parametrize(
    "spec",
    [
        {"size": 1},
        {"size": "10%"},
        {"size": 1, "mode": None},
        {"size": 1, "word": "OFF"},
        {"size": 1, "free": {"any": [1]}},
        {"size": 1, "each": {"any": "text"}},
        {"size": 1, "parts": [{"id": 1}]},
        {"size": 1, "pod": {"kind": "Pod", "metadata": {}}},
    ],
)
def test_what_a_definition_allows_is_taken(things: Path, spec: dict[str, object]) -> None:
    assert faults(things, **spec) == []


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({}, "'size' is a required property"),
        ({"size": 1.5}, "is not of type 'integer', 'string'"),
        ({"size": 1, "sise": 2}, "'sise' was unexpected"),
        ({"size": 1, "mode": "faster"}, "is not one of"),
        ({"size": 1, "word": "maybe"}, "does not match"),
        ({"size": 1, "closed": {"any": 1}}, "'any' was unexpected"),
        ({"size": 1, "each": {"any": 1}}, "is not of type 'string'"),
        ({"size": 1, "parts": [{"id": 1, "di": 2}]}, "'di' was unexpected"),
    ],
)
def test_what_a_definition_does_not_allow_is_refused(things: Path, spec: dict[str, object], why: str) -> None:
    found = faults(things, **spec)
    assert any(why in fault for fault in found), found


def test_a_version_that_is_not_served_is_no_kind(things: Path) -> None:
    assert {*crds.validators(things)} == {"example.com/v1/Thing"}


def test_a_kind_that_nothing_defines_is_refused_where_definitions_are_given(things: Path) -> None:
    topics = [one for one in rendered("prod") if one["kind"] == "KafkaTopic"]

    found = problems(topics, crds.validators(things))
    assert "KafkaTopic/crm.events.v1: nothing defines kafka.strimzi.io/v1/KafkaTopic" in found


def test_without_definitions_it_is_said_what_is_left_out() -> None:
    assert {"Kafka", "KafkaTopic", "Cluster", "ScaledObject", "HTTPRoute"} <= {
        *defined_by_others(rendered("prod"))
    }
    assert defined_by_others(rendered("dev")) == []


def test_every_kind_of_others_is_used() -> None:
    used = {f"{one['apiVersion']}/{one['kind']}" for name in ("staging", "prod") for one in rendered(name)}

    assert crds.KINDS - used <= {
        "monitoring.coreos.com/v1/PodMonitor",
        "monitoring.coreos.com/v1/PrometheusRule",
    }


def test_a_folder_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(crds.FOLDER, str(tmp_path / "none"))

    with pytest.raises(SystemExit, match="there is no folder"):
        crds.given()
