"""The environment of services that we start ourselves: secrets kept in the data folder, databases, topics."""

import asyncio
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.chassis.kafka import KafkaSettings, ensure_topics
from services.chassis.migrate import provision, urls_of
from services.chassis.tokens import new_private_key, public_key_of
from services.notifier.outbound import new_vapid_key

SECRETS, FILES = "secrets.json", "files"
KID = "1"
VAPID_KEY = "LIVECHAT_NOTIFIER_VAPID_KEY"


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
    if VAPID_KEY not in kept:  # Made by an older version.
        kept[VAPID_KEY] = new_vapid_key()
        _replace(path, kept)
    return kept


def _replace(path: Path, kept: Mapping[str, str]) -> None:
    """Whole or not at all: without its secrets the installation could read nothing that it kept."""
    new = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(kept, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def variables_of(data: Path, kafka: str, postgres: str, services: Iterable[str]) -> dict[str, str]:
    """The variables that the services read; those that are set already win, but for Kafka's address: which Kafka it is
    was decided together with PostgreSQL.

    LIVECHAT_DATABASE_PREFIX and LIVECHAT_TOPIC_PREFIX keep several installations on the same servers apart.
    """
    variables = {
        **kept_secrets(data),
        "LIVECHAT_GATEWAY_FILES": (data / FILES).absolute().as_uri(),
    }
    for service in services:
        urls = urls_of(postgres, service, _prefix())
        variables[f"LIVECHAT_{service.upper()}_DATABASE"] = urls.app
        variables[f"LIVECHAT_{service.upper()}_WORKER_DATABASE"] = urls.worker
    set_already = {name: os.environ[name] for name in variables if os.environ.get(name)}
    return variables | set_already | {"LIVECHAT_KAFKA": kafka}


def prepare(data: Path, kafka: str, postgres: str, services: Iterable[str]) -> dict[str, str]:
    """Makes databases, roles and topics where they are missing; answers the variables that the services read.

    Raises TopicsDiffer.
    """
    names = list(services)

    async def make() -> None:
        made = [
            ensure_topics(KafkaSettings(kafka=kafka)),
            *(provision(postgres, name, _prefix()) for name in names),
        ]
        for result in await asyncio.gather(*made, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    asyncio.run(make())
    return variables_of(data, kafka, postgres, names)


def _prefix() -> str:
    return os.environ.get("LIVECHAT_DATABASE_PREFIX", "livechat_")
