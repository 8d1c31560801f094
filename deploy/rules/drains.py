"""Drains: no budget blocks one for ever, and none takes all pods of a role at once."""

from collections.abc import Iterator, Sequence

from deploy.manifest import name_of, of_kind, pod_labels, scalers, selects, target_of
from deploy.rendering import Manifest


def drains_come_to_an_end(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A budget lets one pod go at each moment, whatever their number, and those that are not ready at any time."""
    for one in of_kind(manifests, "PodDisruptionBudget"):
        if one["spec"].get("maxUnavailable") in {None, 0, "0", "0%"}:
            yield f"{name_of(one)}: may block a drain for ever; say maxUnavailable: 1"
        if one["spec"].get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield f"{name_of(one)}: a pod that never gets ready would block a drain; say AlwaysAllow"
        found = [name_of(owner) for owner in of_kind(manifests, "Deployment") if _covers(one, owner)]
        if len(found) != 1:
            yield f"{name_of(one)}: counts the pods of {len(found)} Deployments, not of one"
        for job in of_kind(manifests, "Job"):
            if _covers(one, job):
                yield f"{name_of(one)}: counts the pods of {name_of(job)}, which end"


def what_is_many_has_a_budget(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Where there are several pods of a role, a drain takes them one after the other."""
    budgets = [*of_kind(manifests, "PodDisruptionBudget")]
    scaled = {target_of(scaler) for scaler in scalers(manifests)}
    for one in of_kind(manifests, "Deployment"):
        many = one["spec"].get("replicas", 1) > 1 or one["metadata"]["name"] in scaled
        if many and not any(_covers(budget, one) for budget in budgets):
            yield f"{name_of(one)}: has no PodDisruptionBudget; a drain may take all of its pods at once"


def _covers(budget: Manifest, owner: Manifest) -> bool:
    return selects(budget["spec"].get("selector", {}), pod_labels(owner))
