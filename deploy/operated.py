"""What controllers of others are told, out of the code: topics, users, databases, scaling, and the ways in."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from contracts.topics import PARTITIONS, TOPICS
from deploy.acl import NAMES, Acl, acls, operator_acls
from deploy.routes import Way, ways
from services.chassis.service import Consumer, Service
from services.cli.catalogue import SERVICES

KAFKA, POSTGRES, GATEWAY = "livechat", "livechat-postgres", "livechat"
"""The names of the Kafka, of the PostgreSQL cluster and of the Gateway."""
OPERATOR = "operator"
REPLICATION, IN_SYNC = 3, 2
API_MIN, API_MAX, API_BUSY = 3, 4, "600m"
"""A process uses one core at most, and takes about a thousand commands a second with it. Where four of them are busy
PostgreSQL is what is full, and each may hold 21 connections of it."""
FOLDING_MIN, FOLDING_MAX = 2, 6
LAG = 500
"""Records that wait for one process of a role before another one is started."""

Resource = dict[str, Any]


def topics() -> list[Resource]:
    """Every topic, on three brokers of which two must have a record; one that is behind never leads."""
    kept = {"min.insync.replicas": str(IN_SYNC), "unclean.leader.election.enable": "false"}
    return [
        resource(
            "kafka.strimzi.io/v1", "KafkaTopic", NAMES.of(topic), topic.owner,
            {"partitions": PARTITIONS, "replicas": REPLICATION, "config": {**topic.settings, **kept}},
            {"strimzi.io/cluster": KAFKA},
        )
        for topic in TOPICS
    ]  # fmt: skip


def users() -> list[Resource]:
    """A principal for each service, with what its code does; one for operators; one that sees nothing but lag."""
    own = [_user(service.name, service.name, listed(acls(service))) for service in SERVICES.values()]
    operator = _user(OPERATOR, OPERATOR, listed(operator_acls()))
    everything = {"name": "*", "patternType": "literal"}
    lag = [
        {"resource": {"type": kind, **everything}, "operations": ["Describe"]} for kind in ("topic", "group")
    ]
    return [*own, operator, _user("autoscaler", "autoscaler", lag)]


def databases() -> list[Resource]:
    """For each service a database and its three roles: who owns it, who is walled, who works across the walls."""
    return [one for service in SERVICES for one in _database(service)]


def lag_scalers() -> list[Resource]:
    """For each role that consumes: as many processes as its furthest consumer needs, never none."""
    return [
        resource(
            "keda.sh/v1alpha1",
            "ScaledObject",
            f"{service.name}-{role}",
            service.name,
            _scaled(service, role, found),
        )
        for service in SERVICES.values()
        for role, found in _by_role(service).items()
    ]


def api_scalers() -> list[Resource]:
    """For each api: by the processor time that it takes."""
    return [
        resource("autoscaling/v2", "HorizontalPodAutoscaler", f"{service}-api", service, _api_scaled(service))
        for service in SERVICES
    ]


def http_routes() -> list[Resource]:
    """Every way in by HTTPS. Sockets stay for as long as both ends are there."""
    order = {way: place for place, way in enumerate(ways())}
    ruled = sorted(order, key=lambda way: (not way.sockets, way.service, order[way]))
    rules = [
        _rule(*key, [*found]) for key, found in groupby(ruled, key=lambda way: (way.service, way.sockets))
    ]
    parent = {"name": GATEWAY, "sectionName": "https"}
    spec = {"parentRefs": [parent], "rules": rules}
    return [resource("gateway.networking.k8s.io/v1", "HTTPRoute", "livechat", "livechat", spec)]


def resource(
    version: str,
    kind: str,
    name: str,
    service: str,
    spec: Mapping[str, Any],
    labels: Mapping[str, str] | None = None,
) -> Resource:
    about = {"app.kubernetes.io/name": service, "app.kubernetes.io/part-of": "livechat", **(labels or {})}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "labels": about},
        "spec": {**spec},
    }


def _user(name: str, service: str, allowed: Sequence[Resource]) -> Resource:
    spec = {
        "authentication": {"type": "scram-sha-512"},
        "authorization": {"type": "simple", "acls": [*allowed]},
    }
    labels = {"strimzi.io/cluster": KAFKA}
    return resource("kafka.strimzi.io/v1", "KafkaUser", f"kafka-{name}", service, spec, labels)


def listed(allowed: Iterable[Acl]) -> list[Resource]:
    """Rights as a KafkaUser lists them."""
    ordered = sorted(allowed, key=lambda acl: (acl.resource, acl.name))
    return [
        {
            "resource": {"type": acl.resource, "name": acl.name, "patternType": acl.pattern},
            "operations": sorted(acl.operations),
        }
        for acl in ordered
    ]


def _database(service: str) -> list[Resource]:
    database, cluster = f"livechat_{service}", {"name": POSTGRES}
    roles = {"owner": ("_owner", False), "app": ("", False), "worker": ("_worker", True)}
    made = [
        resource(
            "postgresql.cnpg.io/v1", "DatabaseRole", f"{service}-{role}", service,
            {
                "cluster": cluster, "name": database + suffix, "login": True, "bypassrls": passes,
                "passwordSecret": {"name": f"{service}-{role}-password"}, "databaseRoleReclaimPolicy": "retain",
            },
        )
        for role, (suffix, passes) in roles.items()
    ]  # fmt: skip
    spec = {
        "cluster": cluster,
        "name": database,
        "owner": f"{database}_owner",
        "databaseReclaimPolicy": "retain",
    }
    return [*made, resource("postgresql.cnpg.io/v1", "Database", service, service, spec)]


def _by_role(service: Service) -> dict[str, list[Consumer]]:
    found: dict[str, list[Consumer]] = {}
    for consumer in service.consumers:
        found.setdefault(consumer.role, []).append(consumer)
    return found


def _scaled(service: Service, role: str, found: Iterable[Consumer]) -> Resource:
    slowly = {
        "stabilizationWindowSeconds": 900,
        "policies": [{"type": "Pods", "value": 1, "periodSeconds": 300}],
    }
    return {
        "scaleTargetRef": {"name": f"{service.name}-{role}"},
        "minReplicaCount": FOLDING_MIN,
        "maxReplicaCount": FOLDING_MAX,
        "fallback": {"failureThreshold": 3, "replicas": FOLDING_MIN, "behavior": "currentReplicasIfHigher"},
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {"scaleDown": slowly}}},
        "triggers": [_trigger(consumer) for consumer in found],
    }


def _trigger(consumer: Consumer) -> Resource:
    return {
        "type": "kafka",
        "metadata": {
            "bootstrapServersFromEnv": "LIVECHAT_KAFKA",
            "consumerGroup": consumer.group,
            "topic": NAMES.of(consumer.topic),
            "lagThreshold": str(LAG),
            "offsetResetPolicy": "earliest",
        },
        "authenticationRef": {"name": "livechat-kafka"},
    }


def _api_scaled(service: str) -> Resource:
    processor = {"name": "cpu", "target": {"type": "AverageValue", "averageValue": API_BUSY}}
    slowly = {
        "stabilizationWindowSeconds": 600,
        "policies": [{"type": "Pods", "value": 1, "periodSeconds": 120}],
    }
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": f"{service}-api"},
        "minReplicas": API_MIN,
        "maxReplicas": API_MAX,
        "metrics": [{"type": "Resource", "resource": processor}],
        "behavior": {"scaleDown": slowly},
    }


def _rule(service: str, sockets: bool, found: Sequence[Way]) -> Resource:
    matches = [{"path": {"type": "Exact" if way.exact else "PathPrefix", "value": way.path}} for way in found]
    stay = {"timeouts": {"request": "0s"}} if sockets else {}
    return {"matches": matches, "backendRefs": [{"name": service, "port": 80}], **stay}
