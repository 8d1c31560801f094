"""Step `restricted`: a pod that breaks PodSecurity is refused, and ours may do as little as they say."""

from concurrent.futures import ThreadPoolExecutor

import yaml

from deploy.real.cluster import OURS, Cluster
from deploy.real.kubectl import Failed
from deploy.rendering import Manifest

ROOT: Manifest = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "as-root"},
    "spec": {
        "containers": [
            {"name": "root", "image": "scratch:1", "securityContext": {"runAsUser": 0, "privileged": True}}
        ]
    },
}
AT_ONCE = 4
LOOKS = """
import json, os
told = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
try:
    open("/written", "w"); writes = True
except OSError:
    writes = False
print(json.dumps({"user": os.getuid(), "writes": writes, "capabilities": int(told["CapEff"], 16),
    "seccomp": int(told["Seccomp"]), "gains": told["NoNewPrivs"] != "1",
    "token": os.path.exists("/var/run/secrets/kubernetes.io/serviceaccount/token")}))
"""


def restricted(cluster: Cluster) -> str:
    """One that is not is forbidden; each of ours is looked at from within."""
    namespace = cluster.settings.namespace
    done = cluster.kubectl.tried(
        "-n", namespace, "apply", "--dry-run=server", "-f", "-", given=yaml.safe_dump(ROOT)
    )
    if done.returncode == 0 or "violates PodSecurity" not in done.stderr:
        raise Failed(f"a privileged pod was not forbidden: {(done.stderr or done.stdout).strip()[-500:]}")
    pods = [pod["metadata"]["name"] for pod in cluster.kubectl.pods("-l", OURS)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(pods, pool.map(lambda pod: cluster.kubectl.python(pod, LOOKS), pods), strict=True))
    wrong = [f"{pod}: {told}" for pod, told in found.items() if not _harmless(told)]
    if wrong or not found:
        raise Failed("; ".join(wrong) or "no pod runs")
    return (
        f"a privileged pod is forbidden; {len(found)} pods: an ordinary user, a read-only root, no capability, "
        "no new privileges, seccomp on, no token of the cluster"
    )


def _harmless(told: Manifest) -> bool:
    return (
        told["user"] != 0
        and told["seccomp"] == 2
        and not any((told["writes"], told["capabilities"], told["gains"], told["token"]))
    )
