"""Who says how many: scalers of our Deployments, never down to none, never more than there are partitions to share."""

from collections import Counter
from collections.abc import Iterator, Sequence

from contracts.topics import PARTITIONS
from deploy.manifest import name_of, of_kind, scalers, target_of
from deploy.rendering import Manifest

TRIGGERS = {"cpu", "cron", "kafka", "memory", "prometheus"}
"""KEDA takes any name: `apache-kafka` is another scaler, an experimental one."""
CONSUMER = {"consumerGroup", "topic", "lagThreshold", "bootstrapServersFromEnv"}


def scalers_scale_something(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Each has a Deployment, and no other scaler has it as well."""
    there = {one["metadata"]["name"] for one in of_kind(manifests, "Deployment")}
    targets = Counter(target_of(one) for one in scalers(manifests))
    for one in scalers(manifests):
        if target_of(one) not in there:
            yield f"{name_of(one)}: Deployment/{target_of(one)} is not there"
        if targets[target_of(one)] > 1:
            yield f"{name_of(one)}: another scaler has Deployment/{target_of(one)} as well"


def scalers_leave_somebody(manifests: Sequence[Manifest]) -> Iterator[str]:
    """At least one pod at all times, whatever a scaler hears or does not hear."""
    for one in scalers(manifests):
        spec, lag = one["spec"], one["kind"] == "ScaledObject"
        # What is not said is KEDA's 0 and 100, and 1 and no end for the others.
        least = spec.get("minReplicaCount", 0) if lag else spec.get("minReplicas", 1)
        most = spec.get("maxReplicaCount", 100) if lag else spec["maxReplicas"]
        if least < 1 or spec.get("idleReplicaCount") == 0:
            yield f"{name_of(one)}: may leave nobody who works"
        if most < least:
            yield f"{name_of(one)}: at most {most} is less than at least {least}"
        if any(trigger["type"] == "kafka" for trigger in spec.get("triggers", ())) and most > PARTITIONS:
            yield f"{name_of(one)}: {most} pods share {PARTITIONS} partitions; the rest would have none"


def lag_is_asked_for_rightly(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Triggers that are there, that name a consumer, and that do no harm while Kafka does not answer."""
    for one in of_kind(manifests, "ScaledObject"):
        if not one["spec"].get("fallback", {}).get("replicas"):
            yield f"{name_of(one)}: says nothing of how many there are while Kafka does not answer"
        for trigger in one["spec"]["triggers"]:
            if trigger["type"] not in TRIGGERS:
                yield f"{name_of(one)}: {trigger['type']} is no trigger that is used here"
            if trigger["type"] == "kafka" and (missing := CONSUMER - {*trigger["metadata"]}):
                yield f"{name_of(one)}: a trigger says no {', '.join(sorted(missing))}"


def scalers_measure_what_a_process_takes(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A process at rest asks for little, so that a share of what it asks for is passed by hardly any work."""
    for one in of_kind(manifests, "HorizontalPodAutoscaler"):
        for metric in one["spec"].get("metrics", ()):
            target = metric.get("resource", {}).get("target", {})
            if target.get("type") == "Utilization":
                yield f"{name_of(one)}: scales by a share of what a pod asks for; say averageValue"


def one_says_how_many(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Where a scaler says how many, the Deployment does not: each apply would set its number again."""
    scaled = {target_of(one) for one in scalers(manifests)}
    for one in of_kind(manifests, "Deployment"):
        if one["metadata"]["name"] in scaled and "replicas" in one["spec"]:
            yield f"{name_of(one)}: says its replicas, which a scaler does"
