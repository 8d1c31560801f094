"""Step `kills`: each pod in turn is ended without a warning while people chat, and comes back."""

from functools import partial

from deploy.real.chatting import chatting
from deploy.real.cluster import OURS, Cluster
from deploy.rendering import Manifest

BACK_WITHIN_S = 180.0


def kills(cluster: Cluster) -> str:
    """Nothing that was acknowledged is lost, and nobody has to do anything."""
    back_s: dict[str, float] = {}
    with chatting(cluster) as load:
        for name in (one["metadata"]["name"] for one in cluster.deployments()):
            before = {pod["metadata"]["name"] for pod in _pods_of(cluster, name)}
            for pod in before:
                cluster.kubectl.run(
                    "-n", cluster.settings.namespace, "delete", "pod", pod, "--grace-period=0", "--force"
                )  # fmt: skip
            back_s[name] = cluster.until(partial(_away, cluster, name, before), BACK_WITHIN_S)
            cluster.say(f"  {name}: back after {back_s[name]:.0f} s")
        told = load.finish()
    slowest = max(back_s, key=lambda name: back_s[name])
    return f"pods of {len(back_s)} Deployments killed, each back within {back_s[slowest]:.0f} s ({slowest}); {told}"


def _away(cluster: Cluster, name: str, before: set[str]) -> str | None:
    new = [pod for pod in _pods_of(cluster, name) if pod["metadata"]["name"] not in before]
    return None if len([pod for pod in new if ready(pod)]) >= len(before) else f"{name} is not back"


def ready(pod: Manifest) -> bool:
    """Whether requests go to a pod."""
    conditions = pod["status"].get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _pods_of(cluster: Cluster, deployment: str) -> list[Manifest]:
    service, _, role = deployment.partition("-")
    labels = f"{OURS},app.kubernetes.io/name={service},app.kubernetes.io/component={role}"
    return cluster.kubectl.pods("-l", labels)
