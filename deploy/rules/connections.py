"""PostgreSQL has a connection for every process that a scaler may start, also while an upgrade has one more of each."""

from collections.abc import Iterator, Sequence

from deploy.manifest import at, name_of, of_kind, scalers, target_of
from deploy.rendering import Manifest
from services.chassis.pool import CONNECTIONS_MAX
from services.cli.catalogue import SERVICES

POOLS, SIGN_OF_LIFE = 2, 1
AT_REST = POOLS + SIGN_OF_LIFE
BUSY = POOLS * CONNECTIONS_MAX + SIGN_OF_LIFE
"""A process that answers requests, with both of its pools full. Other roles work in turns, and stay near to rest."""
RESERVED = 3
"""PostgreSQL keeps them for superusers."""


def the_database_has_a_connection_for_everybody(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A limit that is met refuses commands at the very time when there are most of them."""
    for one in of_kind(manifests, "Cluster"):
        limit = int(at(one, "spec", "postgresql", "parameters", "max_connections") or 100) - RESERVED
        if (most := at_most(manifests)) > limit:
            yield f"{name_of(one)}: {limit} connections are fewer than the {most} of all processes at most"


def at_rest(manifests: Sequence[Manifest]) -> int:
    """What processes hold open that do nothing: as many as there are without any load."""
    return sum(_least(manifests, one) * _resting(one) for one in of_kind(manifests, "Deployment"))


def at_most(manifests: Sequence[Manifest]) -> int:
    """With as many processes as scalers may start, all that answer requests busy, and a rollout of everything."""
    return sum(
        _most(manifests, one) * (BUSY if _answers(one) else _resting(one)) + _resting(one)
        for one in of_kind(manifests, "Deployment")
    )


def _answers(deployment: Manifest) -> bool:
    return bool(deployment["metadata"]["name"].endswith("-api"))


def _resting(deployment: Manifest) -> int:
    service, _, role = deployment["metadata"]["name"].partition("-")
    return AT_REST + (_outboxes(service) if role == "relay" else 0)


def _outboxes(service: str) -> int:
    """One of events, and one of state where a read model of the service is published."""
    known = SERVICES.get(service)
    return 1 + bool(known and any(model.publishes for model in known.models))


def _scaler(manifests: Sequence[Manifest], deployment: Manifest) -> Manifest:
    named = [one["spec"] for one in scalers(manifests) if target_of(one) == deployment["metadata"]["name"]]
    return named[0] if named else {}


def _least(manifests: Sequence[Manifest], deployment: Manifest) -> int:
    spec = _scaler(manifests, deployment)
    said = spec.get("minReplicas", spec.get("minReplicaCount"))
    return int(deployment["spec"].get("replicas", 1) if said is None else said)


def _most(manifests: Sequence[Manifest], deployment: Manifest) -> int:
    spec = _scaler(manifests, deployment)
    said = spec.get("maxReplicas", spec.get("maxReplicaCount"))
    return int(deployment["spec"].get("replicas", 1) if said is None else said)
