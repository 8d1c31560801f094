"""Step `rebuild`: every read model is made anew inside the cluster, and equals the live one."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from aiokafka import TopicPartition

from contracts.topics import PARTITIONS, TOPICS
from deploy.acl import NAMES
from deploy.real.cluster import Cluster
from deploy.real.kubectl import Failed
from services.chassis.kafka import KafkaSettings, reading
from services.chassis.migrate import urls_of
from services.chassis.models import ReadModel
from services.chassis.schemas import Connection, hash_of_model, known_models, worker_connection
from services.cli.catalogue import SERVICES
from services.presence.timers import LEASE_S

T = TypeVar("T")

WITHIN_S = 600.0
RESTS_S, RESTS_WITHIN_S = LEASE_S + 15.0, 300.0
"""Who left is offline when their lease has ended, and that is an event, which a live model folds."""
SCHEMAS = """
import json
from services.cli.catalogue import SERVICES
print(json.dumps({one.name: {model.name: model.schema for model in one.models} for one in SERVICES.values()}))
"""
TOLD = re.compile(r"^\S+: ([\d,]+) events in ([\d.]+) s", re.M)


def rebuild(cluster: Cluster) -> str:
    """By `livechat rebuild` in a pod of each service, while nobody chats."""
    cluster.until(resting(lambda: asyncio.run(_ends(cluster.settings.kafka)), time.monotonic), RESTS_WITHIN_S)
    count, events, took_s, wrong = 0, 0, 0.0, []
    for service in SERVICES.values():
        before = _hashes(cluster, service.name, service.models)
        said = _rebuilt(cluster, service.name, "all")
        after = _hashes(cluster, service.name, service.models)
        wrong += [f"{service.name}.{name}" for name in before if before[name] != after[name]]
        for folded, seconds in TOLD.findall(said):
            count, events, took_s = count + 1, events + int(folded.replace(",", "")), took_s + float(seconds)
    models = sum(len(service.models) for service in SERVICES.values())
    if wrong or count != models:
        raise Failed(f"{count} of {models} models rebuilt; other than the live one: {', '.join(wrong)}")
    return f"{count} read models, {events:,} events folded in {took_s:.1f} s; each equals the live one, row by row"


def renew(cluster: Cluster) -> list[str]:
    """What an operator does after a roll back: has the models made again that a newer version has. Names them."""
    newer = _newer(cluster)
    for service, model in newer:
        _rebuilt(cluster, service, model)
    if left := _newer(cluster):
        raise Failed(f"still of a newer version: {left}")
    return [f"{service}.{model}" for service, model in newer]


def _rebuilt(cluster: Cluster, service: str, model: str) -> str:
    return cluster.kubectl.run(
        "-n", cluster.settings.namespace, "exec", f"deployment/{service}-projectors", "--",
        "livechat", "rebuild", service, model, within_s=WITHIN_S,
    )  # fmt: skip


def _newer(cluster: Cluster) -> list[tuple[str, str]]:
    """By what the image itself says of its models: it may be another version than this program."""
    known: dict[str, dict[str, int]] = cluster.kubectl.python("deployment/gateway-projectors", SCHEMAS)
    found = list[tuple[str, str]]()
    for service, schemas in known.items():
        there = _asked(cluster, service, known_models)
        found += [
            (service, name) for name, schema in sorted(there.items()) if schema > schemas.get(name, schema)
        ]
    return found


def resting(
    ends: Callable[[], Mapping[TopicPartition, int]], now_s: Callable[[], float]
) -> Callable[[], str | None]:
    """A look that has nothing against it once the log has ended at the same place for RESTS_S."""
    seen: Mapping[TopicPartition, int] = {}
    since_s = now_s()

    def look() -> str | None:
        nonlocal seen, since_s
        found = ends()
        if found != seen:
            seen, since_s = found, now_s()
        return None if now_s() - since_s >= RESTS_S else "events are written, though nobody chats"

    return look


async def _ends(bootstrap: str) -> Mapping[TopicPartition, int]:
    """Where each partition of events ends."""
    topics = [NAMES.of(topic) for topic in TOPICS if topic.kind == "events"]
    async with reading(KafkaSettings(kafka=bootstrap)) as consumer:
        parts = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
        found: dict[TopicPartition, int] = await consumer.end_offsets(parts)
        return found


def _hashes(cluster: Cluster, service: str, models: tuple[ReadModel, ...]) -> dict[str, str]:
    async def read(connection: Connection) -> dict[str, str]:
        return {one.name: await hash_of_model(connection, one, one.name) for one in models}

    return _asked(cluster, service, read)


def _asked(cluster: Cluster, service: str, ask: Callable[[Connection], Awaitable[T]]) -> T:
    async def answer() -> T:
        async with worker_connection(urls_of(cluster.settings.postgres, service)) as connection:
            return await ask(connection)

    return asyncio.run(answer())
