"""Holds manifests against Kubernetes' own schemas, with no field that they lack, and against our rules."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from deploy.rendering import Manifest

SCHEMAS = Path(__file__).parent / "schemas"

Rule = Callable[[Sequence[Manifest]], Iterator[str]]


def problems(manifests: Sequence[Manifest]) -> list[str]:
    """What an API server would refuse, and what it would take although it would not work."""
    refused = [problem for version in versions() for problem in _against_schema(manifests, version)]
    # The rules may take the shape for granted.
    return refused or [problem for rule in RULES for problem in rule(manifests)]


def versions() -> list[str]:
    """The versions of Kubernetes whose schemas are here, oldest first."""
    return sorted(path.stem.removeprefix("kubernetes-") for path in SCHEMAS.glob("kubernetes-*.json"))


def name_of(manifest: Manifest) -> str:
    """Kind and name, as kubectl says them."""
    return f"{manifest.get('kind')}/{(manifest.get('metadata') or {}).get('name')}"


def _against_schema(manifests: Sequence[Manifest], version: str) -> Iterator[str]:
    for one in manifests:
        kind = f"{one.get('apiVersion')}/{one.get('kind')}"
        validator = _validators(version).get(kind)
        if validator is None:
            yield f"{name_of(one)}: Kubernetes {version}: {kind} is no kind that is used here"
            continue
        for error in validator.iter_errors(one):
            place = "/".join(str(part) for part in error.absolute_path)
            yield f"{name_of(one)}: Kubernetes {version}: /{place}: {error.message[:300]}"


@cache
def _validators(version: str) -> dict[str, Any]:
    schemas = json.loads((SCHEMAS / f"kubernetes-{version}.json").read_text())
    return {
        kind: jsonschema.Draft202012Validator({**schema, "$defs": schemas["$defs"]})
        for kind, schema in schemas["kinds"].items()
    }


def named_once(manifests: Sequence[Manifest]) -> Iterator[str]:
    """No manifest silently replaces another."""
    for name, times in Counter(map(name_of, manifests)).items():
        if times > 1:
            yield f"{name}: is there {times} times"


def in_one_namespace(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Everything is in the namespace that the overlay makes, which enforces the restricted standard."""
    spaces = [one for one in manifests if one["kind"] == "Namespace"]
    names = {one["metadata"]["name"] for one in spaces}
    for one in spaces:
        if one["metadata"].get("labels", {}).get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"{name_of(one)}: does not enforce the restricted pod security standard"
    for one in manifests:
        if one["kind"] != "Namespace" and one["metadata"].get("namespace") not in names:
            yield f"{name_of(one)}: is in no namespace of this overlay"


def no_secret_values(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Secrets are named, never written down."""
    for one in manifests:
        if one["kind"] == "Secret":
            yield f"{name_of(one)}: a Secret's values do not belong into the tree"
        for name in one.get("data", {}) if one["kind"] == "ConfigMap" else ():
            if name.endswith(("_DATABASE", "_KEY", "_SECRET", "_PASSWORD")):
                yield f"{name_of(one)}: {name} belongs into a Secret"


def selectors_find_the_right_pods(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A Deployment finds its own pods; a Service those of Deployments, never a Job's."""
    deployments = [one for one in manifests if one["kind"] == "Deployment"]
    for one in deployments:
        if not _selects(one["spec"]["selector"].get("matchLabels", {}), one):
            yield f"{name_of(one)}: its selector does not match its own pods"
    for service in (one for one in manifests if one["kind"] == "Service"):
        selector = service["spec"].get("selector", {})
        found = [one for one in deployments if _selects(selector, one)]
        if len(found) != 1:
            yield f"{name_of(service)}: selects the pods of {len(found)} Deployments, not of one"
        for job in (one for one in manifests if one["kind"] == "Job" and _selects(selector, one)):
            yield f"{name_of(service)}: would send requests to {name_of(job)}"
        yield from _ports_exist(service, found)


def _ports_exist(service: Manifest, deployments: Sequence[Manifest]) -> Iterator[str]:
    named = {port.get("name") for one in deployments for port in container(one).get("ports", ())}
    for port in service["spec"].get("ports", ()):
        if port.get("targetPort") not in named:
            yield f"{name_of(service)}: no container has a port {port.get('targetPort')}"


def names_lead_somewhere(manifests: Sequence[Manifest]) -> Iterator[str]:
    """ConfigMaps and service accounts that pods name are there; Secrets are the operator's."""
    there = set(map(name_of, manifests))
    for one in pods(manifests):
        wanted = [f"ConfigMap/{source['configMapRef']['name']}" for source in _sources(one, "configMapRef")]
        if account := one["spec"]["template"]["spec"].get("serviceAccountName"):
            wanted.append(f"ServiceAccount/{account}")
        for name in wanted:
            if name not in there:
                yield f"{name_of(one)}: {name} is not there"


def images_have_a_version(manifests: Sequence[Manifest]) -> Iterator[str]:
    """What runs is said exactly."""
    for one in pods(manifests):
        image = container(one).get("image", "")
        tag = image.rpartition("/")[2].partition(":")[2]
        if not tag or tag == "latest":
            yield f"{name_of(one)}: image {image} has no version"


def pods_are_restricted(manifests: Sequence[Manifest]) -> Iterator[str]:
    """No root, no new privileges, no capability, no writing to the image, no token, and known sizes."""
    wanted: tuple[tuple[tuple[str, ...], Any], ...] = (
        (("automountServiceAccountToken",), False),
        (("securityContext", "runAsNonRoot"), True),
        (("securityContext", "seccompProfile", "type"), "RuntimeDefault"),
        (("containers", "securityContext", "readOnlyRootFilesystem"), True),
        (("containers", "securityContext", "allowPrivilegeEscalation"), False),
        (("containers", "securityContext", "capabilities", "drop"), ["ALL"]),
    )
    for one in pods(manifests):
        spec = one["spec"]["template"]["spec"]
        if len(spec["containers"]) != 1 or spec.get("initContainers"):
            yield f"{name_of(one)}: more than the one container that the rules look at"
        for path, value in wanted:
            if _at({**spec, "containers": container(one)}, path) != value:
                yield f"{name_of(one)}: {'.'.join(path)} is not {json.dumps(value)}"
        for path in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
            if _at(container(one), ("resources", *path)) is None:
                yield f"{name_of(one)}: resources.{'.'.join(path)} is not set"


def roles_are_watched(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Three probes at the addresses that a process answers, and time enough to end what runs."""
    wanted = {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    for one in (one for one in manifests if one["kind"] == "Deployment"):
        names = {port.get("name") for port in container(one).get("ports", ())}
        for probe, path in wanted.items():
            asked = _at(container(one), (probe, "httpGet")) or {}
            if asked.get("path") != path or asked.get("port") not in names:
                yield f"{name_of(one)}: {probe} does not ask {path} at a port of the container"
        waits = _at(container(one), ("lifecycle", "preStop", "sleep", "seconds")) or 0
        values = {variable["name"]: variable.get("value") for variable in container(one).get("env", ())}
        needs = waits + 2 * int(values.get("LIVECHAT_DRAIN_S") or 15)
        if one["spec"]["template"]["spec"].get("terminationGracePeriodSeconds", 30) <= needs:
            yield f"{name_of(one)}: is killed before the {needs} s that it may need to end"


RULES: tuple[Rule, ...] = (
    named_once,
    in_one_namespace,
    no_secret_values,
    selectors_find_the_right_pods,
    names_lead_somewhere,
    images_have_a_version,
    pods_are_restricted,
    roles_are_watched,
)


def pods(manifests: Sequence[Manifest]) -> Iterator[Manifest]:
    """The manifests that have pods made."""
    return (one for one in manifests if one["kind"] in {"Deployment", "Job"})


def container(manifest: Manifest) -> Manifest:
    """The container of the pods that a Deployment or Job makes."""
    found: Manifest = manifest["spec"]["template"]["spec"]["containers"][0]
    return found


def _selects(selector: dict[str, str], owner: Manifest) -> bool:
    labels = owner["spec"]["template"].get("metadata", {}).get("labels", {})
    return bool(selector) and selector.items() <= labels.items()


def _sources(manifest: Manifest, kind: str) -> list[Manifest]:
    return [source for source in container(manifest).get("envFrom", ()) if kind in source]


def _at(node: Any, path: Sequence[str]) -> Any:
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    return node
