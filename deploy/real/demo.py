"""Steps `ingress` and `demo`: the way in out of the same table, and the whole demonstration through it."""

import asyncio

import httpx

from deploy.acl import NAMES
from deploy.real.chatting import workspace
from deploy.real.cluster import Cluster
from deploy.real.kubectl import Failed
from deploy.real.matrix import INGRESS
from deploy.real.proxy import NAME, manifests
from deploy.routes import ways
from services.cli.catalogue import SERVICES
from services.cli.demo.show import demonstrate

AVAILABLE_WITHIN_S = "120s"
KEPT_IN = ("/metrics", "/readyz", "/livez", "/api/crm/metrics", "/elsewhere")


def ingress(cluster: Cluster) -> str:
    """The proxy is up; each way leads to a service, and what is no way leads nowhere."""
    cluster.kubectl.apply(manifests(cluster.settings.proxy_image, cluster.settings.namespace))
    cluster.kubectl.run("-n", INGRESS, "rollout", "restart", f"deployment/{NAME}")
    cluster.kubectl.run(
        "-n", INGRESS, "rollout", "status", f"deployment/{NAME}", f"--timeout={AVAILABLE_WITHIN_S}"
    )
    cluster.enforce()
    with cluster.entered() as url, httpx.Client(base_url=url, timeout=10) as http:
        away = [
            way.path for way in ways() if http.get(way.path).status_code >= httpx.codes.INTERNAL_SERVER_ERROR
        ]
        open_ = [path for path in KEPT_IN if http.get(path).status_code != httpx.codes.NOT_FOUND]
        page = http.get("/inbox")
    if away or open_ or not page.is_success:
        raise Failed(f"no answer at {away}; led in at {open_}; the inbox's page: {page.status_code}")
    return f"{len(ways())} ways answer, {len(KEPT_IN)} others are 404, the inbox's page has {len(page.content)} bytes"


def demo(cluster: Cluster) -> str:
    """All of it agrees with the log."""
    said: list[str] = []
    with cluster.entered() as url:
        bases = dict.fromkeys(SERVICES, url)
        link = workspace(cluster, "Demo")
        wrong = asyncio.run(demonstrate(bases, link, cluster.settings.kafka, NAMES, said.append))
    if wrong:
        raise Failed("; ".join(wrong[:5]))
    return said[-1].strip()
