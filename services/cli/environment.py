"""The environment of services that we start ourselves: secrets kept in the data folder, databases, topics."""

import asyncio
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.chassis.kafka import KafkaSettings, ensure_topics
from services.chassis.migrate import DatabaseUrls, provision
from services.chassis.tokens import new_private_key, public_key_of

SECRETS = "secrets.json"
KID = "1"
ORIGINS = "http://127.0.0.1:8080,http://localhost:8080"


def kept_secrets(data: Path) -> Mapping[str, str]:
    """The installation's secrets, made at the first start; the file is ours alone. Set variables win over it."""
    path = data / SECRETS
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        signing_key = new_private_key()
        made = {
            "LIVECHAT_TOKEN_SIGNING_KEY": signing_key,
            "LIVECHAT_TOKEN_KID": KID,
            "LIVECHAT_TOKEN_PUBLIC_KEYS": json.dumps({KID: public_key_of(signing_key)}),
            "LIVECHAT_GATEWAY_EMAIL_SECRET": secrets.token_urlsafe(32),
        }
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def prepare(data: Path, kafka: str, postgres: str, services: Iterable[str]) -> dict[str, str]:
    """Makes databases, roles and topics where they are missing; answers the variables that the services read.

    LIVECHAT_DATABASE_PREFIX and LIVECHAT_TOPIC_PREFIX keep several installations on the same servers apart.
    """
    prefix = os.environ.get("LIVECHAT_DATABASE_PREFIX", "livechat_")
    variables = {**kept_secrets(data), "LIVECHAT_KAFKA": kafka, "LIVECHAT_ORIGINS": ORIGINS}

    names = list(services)

    async def make() -> list[DatabaseUrls]:
        async with asyncio.TaskGroup() as together:
            together.create_task(ensure_topics(KafkaSettings(kafka=kafka)))
            made = [together.create_task(provision(postgres, service, prefix)) for service in names]
        return [task.result() for task in made]

    for service, urls in zip(names, asyncio.run(make()), strict=True):
        variables[f"LIVECHAT_{service.upper()}_DATABASE"] = urls.app
        variables[f"LIVECHAT_{service.upper()}_WORKER_DATABASE"] = urls.worker
    return variables | {name: os.environ[name] for name in variables if os.environ.get(name)}
