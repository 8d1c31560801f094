"""Step `rebuild`: every read model is made anew inside the cluster, and equals the live one."""

import asyncio
import re

import psycopg

from deploy.real.cluster import Cluster
from deploy.real.kubectl import Failed
from services.chassis.migrate import urls_of
from services.chassis.models import ReadModel
from services.chassis.schemas import hash_of_model
from services.cli.catalogue import SERVICES

WITHIN_S = 600.0
TOLD = re.compile(r"^\S+: ([\d,]+) events in ([\d.]+) s", re.M)


def rebuild(cluster: Cluster) -> str:
    """By `livechat rebuild` in a pod of each service, while nobody chats."""
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
    found = list[tuple[str, str]]()
    for service in SERVICES.values():
        ours = {model.name: model.schema for model in service.models}
        with psycopg.connect(urls_of(cluster.settings.postgres, service.name).worker) as connection:
            there = connection.execute("SELECT name, schema FROM log.models ORDER BY name").fetchall()
        found += [(service.name, name) for name, schema in there if name in ours and schema > ours[name]]
    return found


def _hashes(cluster: Cluster, service: str, models: tuple[ReadModel, ...]) -> dict[str, str]:
    async def read() -> dict[str, str]:
        url = urls_of(cluster.settings.postgres, service).worker
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            return {one.name: await hash_of_model(connection, one, one.name) for one in models}

    return asyncio.run(read())
