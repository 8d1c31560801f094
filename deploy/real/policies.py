"""Step `policies`: every flow is tried by a connection from within a pod, and held against the code's registry."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from deploy.real import matrix
from deploy.real.cluster import OURS, Cluster
from deploy.real.kubectl import Failed
from deploy.real.matrix import (
    CREATION,
    ELSEWHERE,
    INGRESS,
    MIGRATION,
    MONITORING,
    Flow,
    differences,
    expected,
)
from deploy.real.settings import Address
from deploy.rendering import Manifest

AT_ONCE, TRIES = 4, 3
HTTP = 8080
READY_WITHIN = "180s"
TRIES_TO_CONNECT = """
import asyncio, json, sys
async def tried(host, port):
    try:
        async with asyncio.timeout(3):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
async def all_of(targets):
    return await asyncio.gather(*(tried(*target) for target in targets))
print(json.dumps(asyncio.run(all_of(json.loads(sys.argv[1])))))
"""
Place = tuple[str, str]
"""A namespace and a pod."""


def policies(cluster: Cluster) -> str:
    """As many times as a busy network may need; what is open and should not be is wrong at once."""
    probes = [*_probes(cluster)]
    cluster.kubectl.apply(probes)
    try:
        for probe in (one for one in probes if one["kind"] == "Pod"):
            place = ("-n", probe["metadata"]["namespace"])
            cluster.kubectl.run(
                *place, "wait", "--for=condition=Ready", f"pod/{probe['metadata']['name']}",
                f"--timeout={READY_WITHIN}", within_s=200,
            )  # fmt: skip
        cluster.enforce()
        found = _found(cluster)
    finally:
        for one in (one for one in probes if one["kind"] == "Pod"):
            cluster.kubectl.run(
                "-n", one["metadata"]["namespace"], "delete", "pod", one["metadata"]["name"], "--wait=false"
            )
    wanted = expected()
    if wrong := differences(wanted, found):
        raise Failed(f"{len(wrong)} of {len(wanted)} flows: {'; '.join(wrong[:12])}")
    open_ = sum(wanted.values())
    sources = len({source for source, _ in wanted})
    closed = len(wanted) - open_
    return (
        f"{len(wanted)} flows from {sources} kinds of pods: {open_} open, {closed} closed, as the code says"
    )


def _found(cluster: Cluster) -> dict[Flow, bool]:
    """What is open. An open flow is tried again where it was closed, for a machine may be busy."""
    sources, targets, wanted = _sources(cluster), _targets(cluster), expected()
    found: dict[Flow, bool] = {}
    for _ in range(TRIES):
        missing = [flow for flow in wanted if flow not in found or (wanted[flow] and not found[flow])]
        if not missing:
            break
        by_source = {source: [flow for flow in missing if flow[0] == source] for source, _ in missing}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = pool.map(
                lambda one: _tried(cluster, sources[one[0]], [targets[target] for _, target in one[1]]),
                by_source.items(),
            )
            for flows, answered in zip(by_source.values(), answers, strict=True):
                found |= dict(zip(flows, answered, strict=True))
    return found


def _tried(cluster: Cluster, place: Place, targets: list[Address]) -> list[bool]:
    namespace, pod = place
    told: list[bool] = cluster.kubectl.python(pod, TRIES_TO_CONNECT, json.dumps(targets), namespace=namespace)
    return told


def _sources(cluster: Cluster) -> dict[str, Place]:
    """A pod for each who may want to reach somebody."""
    own = cluster.settings.namespace
    roles = {name: (own, pod["metadata"]["name"]) for name, pod in _pods_of_roles(cluster).items()}
    probes = {job: (own, f"probe-{job}") for job in (MIGRATION, CREATION)}
    others = {name: (name_of(name, own), f"probe-{name}") for name in (INGRESS, MONITORING, ELSEWHERE)}
    return roles | probes | others


def _targets(cluster: Cluster) -> dict[str, Address]:
    """Where each listens."""
    roles = {name: (pod["status"]["podIP"], HTTP) for name, pod in _pods_of_roles(cluster).items()}
    (names, *_) = cluster.kubectl.pods("-l", "k8s-app=kube-dns", namespace="kube-system")
    (slice_, *_) = cluster.kubectl.items(
        "endpointslices", "-l", "kubernetes.io/service-name=kubernetes", namespace="default"
    )
    return roles | {
        matrix.KAFKA: cluster.settings.kafka_address,
        matrix.POSTGRES: cluster.settings.postgres_address,
        matrix.FILES: cluster.settings.files_address,
        matrix.NAMES: (names["status"]["podIP"], 53),
        matrix.API_SERVER: (slice_["endpoints"][0]["addresses"][0], slice_["ports"][0]["port"]),
    }


def _pods_of_roles(cluster: Cluster) -> dict[str, Manifest]:
    found = {}
    for pod in cluster.kubectl.pods("-l", OURS):
        labels = pod["metadata"]["labels"]
        found[f"{labels['app.kubernetes.io/name']}-{labels['app.kubernetes.io/component']}"] = pod
    return {name: pod for name, pod in found.items() if name in matrix.roles()}


def name_of(who: str, own: str) -> str:
    """The namespace that somebody is in who is none of ours; nobody's is beside our own."""
    return f"{own}-{who}" if who == ELSEWHERE else who


def _probes(cluster: Cluster) -> Iterable[Manifest]:
    own = cluster.settings.namespace
    for job in (MIGRATION, CREATION):
        name = "topics" if job == CREATION else "crm"
        labels = {
            "app.kubernetes.io/part-of": "livechat",
            "app.kubernetes.io/name": name,
            "app.kubernetes.io/component": job,
        }
        yield _pod(f"probe-{job}", own, labels, cluster.settings.image)
    for who in (INGRESS, MONITORING, ELSEWHERE):
        namespace = name_of(who, own)
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        yield _pod(f"probe-{who}", namespace, {}, cluster.settings.image)


def _pod(name: str, namespace: str, labels: dict[str, str], image: str) -> Manifest:
    rests = {
        "name": "probe",
        "image": image,
        "command": ["python", "-c", "import signal; signal.pause()"],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    spec = {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 0,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [rests],
    }
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
