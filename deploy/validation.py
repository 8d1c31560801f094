"""Holds manifests against Kubernetes' own schemas, with no field that they lack, and against our rules."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema

from deploy.crds import KINDS
from deploy.manifest import name_of
from deploy.rendering import Manifest
from deploy.rules import RULES

SCHEMAS = Path(__file__).parent / "schemas"
NOTHING: Mapping[str, Any] = MappingProxyType({})


def problems(manifests: Sequence[Manifest], others: Mapping[str, Any] = NOTHING) -> list[str]:
    """What an API server would refuse, and what it would take although it would not work.

    `others` are the validators of kinds that others define, by apiVersion/kind; without any, such kinds are left out.
    """
    refused = problems_of_shape(manifests)
    refused += _against_others(manifests, others) if others else ()
    # The rules may take the shape for granted.
    return refused or [problem for rule in RULES for problem in rule(manifests)]


def problems_of_shape(manifests: Sequence[Manifest]) -> list[str]:
    """What Kubernetes' own schemas do not have, in any of the versions."""
    return [problem for version in versions() for problem in _against_schema(manifests, version)]


def defined_by_others(manifests: Sequence[Manifest]) -> list[str]:
    """The kinds whose schemas only a cluster's own definitions have."""
    return sorted({one["kind"] for one in manifests if _kind(one) in KINDS})


def versions() -> list[str]:
    """The versions of Kubernetes whose schemas are here, oldest first."""
    return sorted(path.stem.removeprefix("kubernetes-") for path in SCHEMAS.glob("kubernetes-*.json"))


def _against_schema(manifests: Sequence[Manifest], version: str) -> Iterator[str]:
    for one in manifests:
        validator = _validators(version).get(_kind(one))
        if validator is not None:
            yield from (f"{name_of(one)}: Kubernetes {version}: {fault}" for fault in _faults(validator, one))
        elif _kind(one) not in KINDS:
            yield f"{name_of(one)}: Kubernetes {version}: {_kind(one)} is no kind that is used here"


def _against_others(manifests: Sequence[Manifest], others: Mapping[str, Any]) -> Iterator[str]:
    for one in manifests:
        if _kind(one) in others:
            yield from (f"{name_of(one)}: {fault}" for fault in _faults(others[_kind(one)], one))
        elif _kind(one) in KINDS:
            yield f"{name_of(one)}: nothing defines {_kind(one)}"


def _faults(validator: Any, manifest: Manifest) -> Iterator[str]:
    for error in validator.iter_errors(manifest):
        yield f"/{'/'.join(str(part) for part in error.absolute_path)}: {error.message[:300]}"


def _kind(manifest: Manifest) -> str:
    return f"{manifest.get('apiVersion')}/{manifest.get('kind')}"


@cache
def _validators(version: str) -> dict[str, Any]:
    schemas = json.loads((SCHEMAS / f"kubernetes-{version}.json").read_text())
    return {
        kind: jsonschema.Draft202012Validator({**schema, "$defs": schemas["$defs"]})
        for kind, schema in schemas["kinds"].items()
    }
