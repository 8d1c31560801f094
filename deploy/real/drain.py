"""Step `drain`: a node is emptied as for maintenance, no budget holds it up, and everything comes back."""

import time

from deploy.real.cluster import OURS, Cluster

DRAINED_WITHIN_S = 300


def drain(cluster: Cluster) -> str:
    """The node of the gateway's pod; on a cluster of one node nothing can run meanwhile."""
    (pod, *_) = cluster.kubectl.pods(
        "-l", f"{OURS},app.kubernetes.io/name=gateway,app.kubernetes.io/component=api"
    )
    node = pod["spec"]["nodeName"]
    there = [one for one in cluster.kubectl.pods("-l", OURS) if one["spec"]["nodeName"] == node]
    begun_s = time.monotonic()
    try:
        cluster.kubectl.run(
            "drain", node, f"--pod-selector={OURS}", "--ignore-daemonsets", "--delete-emptydir-data",
            f"--timeout={DRAINED_WITHIN_S}s", within_s=DRAINED_WITHIN_S + 30,
        )  # fmt: skip
        drained_s = time.monotonic() - begun_s
    finally:
        cluster.kubectl.run("uncordon", node)
    back_s = cluster.settled()
    return f"{len(there)} pods left in {drained_s:.0f} s, none held up by a budget; all available {back_s:.0f} s after"
