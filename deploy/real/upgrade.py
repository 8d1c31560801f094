"""Steps `upgrade` and `rollback`: every pod is another one afterwards, and whoever chats does not notice."""

import re
import time
from collections.abc import Iterator

from deploy.real.chatting import chatting
from deploy.real.cluster import OURS, Cluster
from deploy.real.installation import installed
from deploy.real.kubectl import Failed
from deploy.real.matrix import INGRESS
from deploy.real.proxy import NAME
from deploy.real.rebuild import renew

CHANGED = {"LIVECHAT_LOG_LEVEL": "WARNING"}
ASKED = re.compile(r"^\d+\.\d+ (\d{3}) \S+ \S+$", re.M)


def upgrade(cluster: Cluster) -> str:
    """To the next image, or to other settings: both start new pods."""
    cluster.changed = CHANGED
    return _rolled(cluster, cluster.settings.next_image or cluster.settings.image)


def rollback(cluster: Cluster) -> str:
    """To what was there before, by applying it again; then its read models where the other version has changed them."""
    cluster.changed = {}
    told = _rolled(cluster, cluster.settings.image)
    renewed = renew(cluster)
    return f"{told}; made again as this version has them: {', '.join(renewed) or 'no model was changed'}"


def _rolled(cluster: Cluster, image: str) -> str:
    before, manifests = _pods(cluster), installed(cluster.settings, image, cluster.changed)
    begun_s = time.monotonic()
    with chatting(cluster) as load:
        # What people do before the pods change shows nothing; only the requests from here on count.
        asked_before = len(_statuses(cluster))
        applied_s = time.monotonic()
        cluster.kubectl.apply(manifests)
        cluster.settled()
        took_s = time.monotonic() - applied_s
        told = load.finish()
        statuses = _statuses(cluster)[asked_before:]
    left = before & _pods(cluster)
    failed = [status for status in statuses if status >= 500]
    if left or failed:
        raise Failed(
            f"{len(failed)} of {len(statuses)} requests failed ({failed[:5]}); not replaced: {sorted(left)}"
        )
    return (
        f"{len(before)} pods replaced in {took_s:.0f} s; 0 of {len(statuses)} requests answered 5xx; {told}; "
        f"{time.monotonic() - begun_s:.0f} s in all"
    )


def _pods(cluster: Cluster) -> set[str]:
    return {
        pod["metadata"]["name"]
        for pod in cluster.kubectl.pods(
            "-l", f"{OURS},app.kubernetes.io/component notin (migration,creation)"
        )
    }


def _statuses(cluster: Cluster) -> list[int]:
    """What the proxy answered, of all that it was asked since it is there."""
    told = cluster.kubectl.run("-n", INGRESS, "logs", f"deployment/{NAME}", "--tail=-1")
    return [*_found(told)]


def _found(log: str) -> Iterator[int]:
    return (int(found[1]) for found in ASKED.finditer(log))
