"""Schemas of kinds that others define: strict JSON schemas out of CustomResourceDefinitions in a folder.

Structure, types, patterns and limits are checked; rules in CEL, and lists that are sets or maps, by the server alone.
"""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

FOLDER = "CRDS"
"""The environment variable that names the folder."""
KINDS = frozenset(
    {
        "cert-manager.io/v1/Certificate",
        "gateway.networking.k8s.io/v1/Gateway",
        "gateway.networking.k8s.io/v1/HTTPRoute",
        "kafka.strimzi.io/v1/Kafka",
        "kafka.strimzi.io/v1/KafkaNodePool",
        "kafka.strimzi.io/v1/KafkaTopic",
        "kafka.strimzi.io/v1/KafkaUser",
        "keda.sh/v1alpha1/ScaledObject",
        "keda.sh/v1alpha1/TriggerAuthentication",
        "monitoring.coreos.com/v1/PodMonitor",
        "monitoring.coreos.com/v1/PrometheusRule",
        "postgresql.cnpg.io/v1/Cluster",
        "postgresql.cnpg.io/v1/Database",
        "postgresql.cnpg.io/v1/DatabaseRole",
        "postgresql.cnpg.io/v1/ScheduledBackup",
    }
)
"""What our manifests use of others, as apiVersion/kind."""

_ABOUT = {"description", "default", "format", "nullable", "example", "externalDocs", "title"}
_ANY_OBJECT = {"type": "object"}


def given() -> Path | None:
    """The folder that the environment names; None where it names none. Raises SystemExit where it is not there."""
    told = os.environ.get(FOLDER)
    if not told:
        return None
    if not Path(told).is_dir():
        raise SystemExit(f"{FOLDER}: there is no folder {told}")
    return Path(told)


@cache
def validators(folder: Path | None) -> Mapping[str, Any]:
    """By apiVersion/kind, of every CustomResourceDefinition in the folder's YAML files."""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")) if folder else ():
        for one in yaml.load_all(path.read_text(), _Loader):
            if one and one.get("kind") == "CustomResourceDefinition":
                found |= schemas_of(one)
    return {kind: jsonschema.Draft202012Validator(schema) for kind, schema in found.items()}


def schemas_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A strict schema for each served version, by apiVersion/kind."""
    spec = definition["spec"]
    kind, versions = spec["names"]["kind"], (one for one in spec["versions"] if one["served"])
    return {
        f"{spec['group']}/{one['name']}/{kind}": _whole(one["schema"]["openAPIV3Schema"]) for one in versions
    }


def strict(node: Any) -> Any:
    """A structural schema as a JSON schema that refuses what a server would silently drop."""
    kept = {
        key: value for key, value in node.items() if key not in _ABOUT and not key.startswith("x-kubernetes")
    }
    if "properties" in kept:
        kept["properties"] = {name: strict(value) for name, value in kept["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = strict(kept[key])
    if "(?i)" in kept.get("pattern", ""):  # Go takes flags anywhere, Python at the beginning alone.
        kept["pattern"] = "(?i)" + kept["pattern"].replace("(?i)", "")
    if node.get("x-kubernetes-embedded-resource"):
        kept["properties"] = {
            **dict.fromkeys(("apiVersion", "kind", "metadata"), True),
            **kept.get("properties", {}),
        }
    if node.get("x-kubernetes-int-or-string"):
        kept["type"] = ["integer", "string"]
    elif node.get("type") == "object" and not node.get("x-kubernetes-preserve-unknown-fields"):
        kept.setdefault("additionalProperties", False)
    if node.get("nullable") and isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
        if "enum" in kept:
            kept["enum"] = [*kept["enum"], None]
    return kept


def _whole(schema: Mapping[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = strict(schema)
    about = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": _ANY_OBJECT}
    whole["properties"] |= about
    whole["required"] = sorted({*whole.get("required", ()), *about})
    return whole


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # The package ships no types.
    """Knows no value `=`, which some definitions have as a plain text."""


_Loader.yaml_implicit_resolvers = {
    first: resolvers for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items() if first != "="
}
