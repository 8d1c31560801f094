"""Writes deploy/schemas anew: the kinds that we use, out of the package kubernetes-validate (Apache-2.0).

pip install --target FOLDER kubernetes-validate
python -m deploy.extract FOLDER/kubernetes_validate/kubernetes-json-schema 1.34 1.37
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from deploy.validation import SCHEMAS

KINDS = (
    "configmap-v1",
    "cronjob-batch-v1",
    "deployment-apps-v1",
    "horizontalpodautoscaler-autoscaling-v2",
    "job-batch-v1",
    "namespace-v1",
    "networkpolicy-networking-v1",
    "persistentvolumeclaim-v1",
    "poddisruptionbudget-policy-v1",
    "priorityclass-scheduling-v1",
    "secret-v1",
    "service-v1",
    "serviceaccount-v1",
)
_REFERENCE = re.compile(r"#/\$defs/([\w.\-]+)")


def extract(package: Path, version: str) -> dict[str, Any]:
    """The schemas of one version, with every definition that they need, and nothing that says less than they do."""
    folder = package / f"v{version}.0-local-strict"
    known = json.loads((folder / "_definitions.json").read_text())["$defs"]
    read = [_bare(json.loads((folder / f"{kind}.json").read_text())) for kind in KINDS]
    kinds = {
        _name(one): one | {"required": sorted({*one.get("required", ()), "apiVersion", "kind", "metadata"})}
        for one in read
    }
    definitions: dict[str, Any] = {}
    wanted = _references(kinds)
    while wanted:
        name = wanted.pop()
        if name not in definitions:
            definitions[name] = _bare(known[name])
            wanted |= _references(definitions[name])
    return {"kubernetes": version, "kinds": kinds, "$defs": definitions}


def main() -> None:
    """Writes a file for each version that is named."""
    package, *versions = sys.argv[1:]
    for version in versions:
        text = json.dumps(extract(Path(package), version), indent=1, sort_keys=True)
        (SCHEMAS / f"kubernetes-{version}.json").write_text(text + "\n")


def _name(schema: dict[str, Any]) -> str:
    properties = schema["properties"]
    return f"{properties['apiVersion']['enum'][0]}/{properties['kind']['enum'][0]}"


def _references(node: Any) -> set[str]:
    return set(_REFERENCE.findall(json.dumps(node)))


def _bare(node: Any, names: bool = False) -> Any:
    """Without descriptions, and without null as a value; `names`: the keys are names of fields."""
    if isinstance(node, dict):
        kept = {key: value for key, value in node.items() if names or not _is_told(key)}
        return {key: _bare(value, names=key == "properties" and not names) for key, value in kept.items()}
    if isinstance(node, list):
        rest = [_bare(one) for one in node if one != "null"]
        return rest[0] if len(rest) == 1 < len(node) else rest
    return re.sub(r"^.*_definitions\.json#", "#", node) if isinstance(node, str) else node


def _is_told(key: str) -> bool:
    return key in {"description", "$schema", "$id"} or key.startswith("x-kubernetes")


if __name__ == "__main__":
    main()
