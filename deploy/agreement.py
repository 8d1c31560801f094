"""Whether manifests say what the code does: files that follow from it, topics, what each service may do in Kafka."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.topics import PARTITIONS, TOPICS
from deploy.acl import NAMES, Acl, acls, operator_acls
from deploy.generate import HEAD, ROOT, manifests
from deploy.manifest import of_kind
from deploy.operated import IN_SYNC, REPLICATION
from deploy.rendering import Manifest
from services.cli.catalogue import SERVICES

Known = Mapping[str, Any]


def unwritten() -> list[str]:
    """Files that differ from what the code says, and those that nothing in it says any more."""
    made = manifests()
    written = {path.relative_to(ROOT) for path in ROOT.rglob("*.yaml") if path.read_text().startswith(HEAD)}
    left = [f"{path}: follows from nothing any more; delete it" for path in sorted(written - set(made))]
    stale = [
        f"{path}: is not what the code says; run `make manifests`"
        for path, text in made.items()
        if path not in written or (ROOT / path).read_text() != text
    ]
    return left + stale


def disagreements(rendered: Sequence[Manifest]) -> list[str]:
    """Where topics and rights differ from the code, in an overlay whose Kafka is ours."""
    if not any(of_kind(rendered, "Kafka")):
        return []
    return [
        *_differing("KafkaTopic", _told(rendered, "KafkaTopic"), topics_in_code()),
        *_differing("KafkaUser", _rights(rendered), rights_in_code()),
    ]


def topics_in_code() -> Known:
    """What each topic has to be, by name."""
    kept = {"min.insync.replicas": str(IN_SYNC), "unclean.leader.election.enable": "false"}
    return {
        NAMES.of(topic): {
            "partitions": PARTITIONS,
            "replicas": REPLICATION,
            "config": {**topic.settings, **kept},
        }
        for topic in TOPICS
    }


def rights_in_code() -> Known:
    """What each principal may do, by name: kind, name, pattern, operation. Who looks for lag may describe alone."""
    own = {f"kafka-{service.name}": _each(acls(service)) for service in SERVICES.values()}
    lag = {(kind, "*", "literal", "Describe") for kind in ("topic", "group")}
    return own | {"kafka-operator": _each(operator_acls()), "kafka-autoscaler": lag}


def _each(allowed: frozenset[Acl]) -> set[tuple[str, ...]]:
    return {
        (acl.resource, acl.name, acl.pattern, operation) for acl in allowed for operation in acl.operations
    }


def _told(rendered: Sequence[Manifest], kind: str) -> Known:
    return {one["metadata"]["name"]: one["spec"] for one in of_kind(rendered, kind)}


def _rights(rendered: Sequence[Manifest]) -> Known:
    return {
        name: {
            (acl["resource"]["type"], acl["resource"]["name"], acl["resource"]["patternType"], operation)
            for acl in spec["authorization"]["acls"]
            for operation in acl["operations"]
        }
        for name, spec in _told(rendered, "KafkaUser").items()
    }


def _differing(kind: str, told: Known, known: Known) -> Iterator[str]:
    for name in sorted({*told, *known}):
        if name not in told:
            yield f"{kind}/{name}: is not there, and the code needs it"
        elif name not in known:
            yield f"{kind}/{name}: is there, and the code knows of none"
        elif told[name] != known[name]:
            yield f"{kind}/{name}: differs from the code"
