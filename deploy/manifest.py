"""What rules ask of manifests: names, pods and their containers, and what a selector finds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deploy.rendering import Manifest

Labels = Mapping[str, str]


def name_of(manifest: Manifest) -> str:
    """Kind and name, as kubectl says them."""
    return f"{manifest.get('kind')}/{(manifest.get('metadata') or {}).get('name')}"


def of_kind(manifests: Sequence[Manifest], *kinds: str) -> Iterator[Manifest]:
    """Those of these kinds."""
    return (one for one in manifests if one["kind"] in kinds)


def pods(manifests: Sequence[Manifest]) -> Iterator[Manifest]:
    """The manifests that have pods made."""
    return of_kind(manifests, "Deployment", "Job", "CronJob")


def template(manifest: Manifest) -> Manifest:
    """What the pods that a Deployment, Job or CronJob makes are made of."""
    spec = manifest["spec"]
    found: Manifest = (spec["jobTemplate"]["spec"] if manifest["kind"] == "CronJob" else spec)["template"]
    return found


def scalers(manifests: Sequence[Manifest]) -> Iterator[Manifest]:
    """The manifests that say how many pods a Deployment has."""
    return of_kind(manifests, "HorizontalPodAutoscaler", "ScaledObject")


def target_of(scaler: Manifest) -> str:
    """The Deployment that a scaler is for."""
    name: str = scaler["spec"]["scaleTargetRef"]["name"]
    return name


def container(manifest: Manifest) -> Manifest:
    """The container of the pods that a Deployment, Job or CronJob makes."""
    found: Manifest = template(manifest)["spec"]["containers"][0]
    return found


def pod_labels(manifest: Manifest) -> Labels:
    """The labels of the pods that a Deployment, Job or CronJob makes."""
    labels: Labels = template(manifest).get("metadata", {}).get("labels", {})
    return labels


def selects(selector: Manifest, labels: Labels) -> bool:
    """Whether a label selector finds these labels; an empty one finds all."""
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        _holds(one, labels) for one in selector.get("matchExpressions", ())
    )


def at(node: Any, *path: str) -> Any:
    """What is at this path; None where there is nothing."""
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    return node


def _holds(expression: Manifest, labels: Labels) -> bool:
    value = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return value in expression["values"]
        case "NotIn":
            return value not in expression["values"]
        case "Exists":
            return value is not None
        case _:
            return value is None
