"""Step `up`: overlay dev becomes an installation in which everything runs."""

import time

from deploy.real.cluster import OURS, Cluster
from deploy.real.installation import installed, make_databases, secrets_of

JOBS_WITHIN_S = 600.0


def up(cluster: Cluster) -> str:
    """Databases, Secrets, manifests; Jobs complete, every Deployment available."""
    begun_s = time.monotonic()
    owners = make_databases(cluster.settings)
    manifests = installed(cluster.settings, cluster.settings.image, cluster.changed)
    cluster.kubectl.apply([one for one in manifests if one["kind"] == "Namespace"])
    cluster.kubectl.apply(secrets_of(cluster.settings, owners))
    cluster.kubectl.apply(manifests)
    cluster.until(lambda: _undone(cluster), JOBS_WITHIN_S)
    jobs_s = time.monotonic() - begun_s
    cluster.settled()
    all_s = time.monotonic() - begun_s
    jobs, deployments = (len(cluster.kubectl.items(kind, "-l", OURS)) for kind in ("jobs", "deployments"))
    return (
        f"{len(manifests)} manifests: {jobs} Jobs complete after {jobs_s:.0f} s, "
        f"{deployments} Deployments available after {all_s:.0f} s"
    )


def _undone(cluster: Cluster) -> str | None:
    waiting = [
        job["metadata"]["name"]
        for job in cluster.kubectl.items("jobs", "-l", OURS)
        if not job.get("status", {}).get("succeeded")
    ]
    return f"Jobs that are not complete: {', '.join(waiting)}" if waiting else None
