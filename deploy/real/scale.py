"""Step `scale`: a role that was away has records waiting, is scaled out by hand, and has none."""

import asyncio
import time
from collections.abc import Mapping

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.topics import PARTITIONS
from deploy.acl import NAMES
from deploy.real.chatting import Flood, workspace
from deploy.real.cluster import OURS, Cluster
from deploy.real.kubectl import Failed
from services.chassis.kafka import KafkaSettings, reading
from services.chassis.service import Consumer
from services.cli.catalogue import SERVICES

SERVICE, ROLE, PODS = "conversation", "projectors", 3
NAME = f"{SERVICE}-{ROLE}"
LAG_MIN, CAUGHT_UP_WITHIN_S, LOOK_AGAIN_S = 500, 300.0, 0.5


def scale(cluster: Cluster) -> str:
    """Nobody folds while messages are posted; then three do, and then one again."""
    with cluster.entered() as url:
        flood = Flood(dict.fromkeys(SERVICES, url), workspace(cluster, "Flooded"))
        posted = asyncio.run(flood.run(lambda: _scaled(cluster, 0)))
    lag = _lag(cluster)
    if sum(lag.values()) < LAG_MIN:
        raise Failed(f"only {sum(lag.values())} records wait: {lag}")
    begun_s = time.monotonic()
    _scaled(cluster, PODS, wait=False)
    cluster.enforce()
    while left := sum(_lag(cluster).values()):
        if time.monotonic() - begun_s > CAUGHT_UP_WITHIN_S:
            raise Failed(f"{left} records wait {CAUGHT_UP_WITHIN_S:g} s after {NAME} was scaled")
        time.sleep(LOOK_AGAIN_S)
    caught_up_s = time.monotonic() - begun_s
    cluster.settled()
    shared = len({pod["metadata"]["name"] for pod in cluster.kubectl.pods("-l", _LABELS)})
    _scaled(cluster, 1)
    return (
        f"{NAME} at 0 while {posted} messages were posted: {sum(lag.values()):,} records waited; "
        f"at {shared}: none {caught_up_s:.0f} s later"
    )


_LABELS = f"{OURS},app.kubernetes.io/name={SERVICE},app.kubernetes.io/component={ROLE}"


def _scaled(cluster: Cluster, pods: int, *, wait: bool = True) -> None:
    cluster.kubectl.run("-n", cluster.settings.namespace, "scale", f"deployment/{NAME}", f"--replicas={pods}")
    if wait:
        cluster.settled()
        cluster.until(lambda: None if len(cluster.kubectl.pods("-l", _LABELS)) == pods else "pods that end")


def _lag(cluster: Cluster) -> Mapping[str, int]:
    """The records that wait for each consumer of the role, as Kafka's own tools and KEDA see them."""
    return asyncio.run(_waiting(KafkaSettings(kafka=cluster.settings.kafka)))


async def _waiting(settings: KafkaSettings) -> dict[str, int]:
    consumers = [one for one in SERVICES[SERVICE].consumers if one.role == ROLE]
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        async with reading(settings) as consumer:
            found = {}
            for one in consumers:
                parts = _parts(one)
                ends = await consumer.end_offsets(parts)
                offsets = await admin.list_consumer_group_offsets(one.group, partitions=parts)
                found[one.name] = sum(ends[part] - max(0, offsets[part].offset) for part in parts)
            return found
    finally:
        await admin.close()


def _parts(consumer: Consumer) -> list[TopicPartition]:
    topic = NAMES.of(consumer.topic)
    return [TopicPartition(topic, number) for number in range(PARTITIONS)]
