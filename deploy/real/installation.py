"""Overlay dev as an operator makes it their own: files with what is theirs, Secrets, databases and roles."""

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import yaml
from psycopg import sql

from deploy.real.settings import RealSettings
from deploy.rendering import Manifest, read, render
from services.chassis.migrate import urls_of
from services.cli.catalogue import SERVICES
from services.cli.environment import kept_secrets

DEPLOY = Path(__file__).parents[1]
OVERLAY = "dev"
GATEWAYS_OWN = ("LIVECHAT_TOKEN_SIGNING_KEY", "LIVECHAT_TOKEN_KID", "LIVECHAT_GATEWAY_EMAIL_SECRET")
NOTIFIERS_OWN = ("LIVECHAT_NOTIFIER_VAPID_KEY",)
PUBLIC_KEYS = "LIVECHAT_TOKEN_PUBLIC_KEYS"


def installed(settings: RealSettings, image: str, changed: Mapping[str, str] | None = None) -> list[Manifest]:
    """The manifests of this installation: with this image, and with settings that differ from the overlay's."""
    tree = settings.data / "deploy"
    shutil.rmtree(tree, ignore_errors=True)
    for folder in ("base", "components", f"overlays/{OVERLAY}"):
        shutil.copytree(DEPLOY / folder, tree / folder)
    overlay = tree / "overlays" / OVERLAY
    file = overlay / "kustomization.yaml"
    file.write_text(yaml.safe_dump(own(yaml.safe_load(file.read_text()), settings, image)))
    _rewrite(overlay / "kafka.env", {"LIVECHAT_KAFKA": settings.kafka})
    of_files = {
        "LIVECHAT_GATEWAY_FILES": settings.files,
        "LIVECHAT_GATEWAY_FILES_ENDPOINT": settings.files_endpoint,
    }
    _rewrite(overlay / "livechat.env", {**of_files, **(changed or {})})
    return read(render(overlay))


def own(kustomization: Manifest, settings: RealSettings, image: str) -> Manifest:
    """The overlay's kustomization with the image and the servers' addresses in the places that it has for them."""
    name, _, tag = image.rpartition(":")
    addresses = {"kafka": settings.kafka_address, "postgres": settings.postgres_address}
    patches = [_addressed(patch, addresses) for patch in kustomization["patches"]]
    images = [{**one, "newName": name, "newTag": tag} for one in kustomization["images"]]
    return {**kustomization, "namespace": settings.namespace, "patches": patches, "images": images}


def secrets_of(settings: RealSettings, owners: Mapping[str, str]) -> list[Manifest]:
    """Every Secret that the manifests name; `owners` are the URLs of the databases' owners, by service."""
    kept = kept_secrets(settings.data)
    named: dict[str, dict[str, str]] = {"livechat-tokens": {PUBLIC_KEYS: kept[PUBLIC_KEYS]}}
    for service in SERVICES:
        urls, upper = urls_of(settings.postgres, service), service.upper()
        named[service] = {
            f"LIVECHAT_{upper}_DATABASE": urls.app,
            f"LIVECHAT_{upper}_WORKER_DATABASE": urls.worker,
        }
        named[f"{service}-owner"] = {f"LIVECHAT_{upper}_OWNER_DATABASE": owners[service]}
    named["notifier"] |= {name: kept[name] for name in NOTIFIERS_OWN}
    named["gateway"] |= {name: kept[name] for name in GATEWAYS_OWN} | {
        "LIVECHAT_GATEWAY_FILES_KEY_ID": settings.files_key_id,
        "LIVECHAT_GATEWAY_FILES_SECRET": settings.files_secret.get_secret_value(),
    }
    return [
        {
            "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "stringData": data,
            "metadata": {"name": name, "namespace": settings.namespace},
        }
        for name, data in named.items()
    ]  # fmt: skip


def make_databases(settings: RealSettings) -> dict[str, str]:
    """For each service a database and its three roles, as deploy/README.md says; answers the owners' URLs."""
    owners = {}
    with psycopg.connect(settings.postgres, autocommit=True) as admin:
        for service in SERVICES:
            urls, database = urls_of(settings.postgres, service), f"livechat_{service}"
            owner, password = f"{database}_owner", secrets.token_hex(24)
            _role(admin, owner, "NOBYPASSRLS", password)
            _role(admin, database, "NOBYPASSRLS", urlsplit(urls.app).password or "")
            _role(admin, f"{database}_worker", "BYPASSRLS", urlsplit(urls.worker).password or "")
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
                made = sql.SQL("CREATE DATABASE {} OWNER {}")
                admin.execute(made.format(sql.Identifier(database), sql.Identifier(owner)))
            parts = urlsplit(urls.app)
            place = f"{quote(owner)}:{password}@{parts.netloc.rpartition('@')[2]}"
            owners[service] = urlunsplit(parts._replace(netloc=place))
    return owners


def _role(admin: psycopg.Connection[Any], name: str, walls: str, password: str) -> None:
    known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
    made = sql.SQL("{} {} LOGIN {} PASSWORD {}")
    admin.execute(made.format(verb, sql.Identifier(name), sql.SQL(walls), sql.Literal(password)))


def _addressed(patch: Manifest, addresses: Mapping[str, tuple[str, int]]) -> Manifest:
    target = patch.get("target", {})
    if target.get("kind") != "NetworkPolicy" or target.get("name") not in addresses:
        return patch
    host, port = addresses[target["name"]]
    to = {"to": [{"ipBlock": {"cidr": f"{host}/32"}}], "ports": [{"protocol": "TCP", "port": port}]}
    return {**patch, "patch": yaml.safe_dump([{"op": "replace", "path": "/spec/egress", "value": [to]}])}


def _rewrite(file: Path, values: Mapping[str, str]) -> None:
    """Puts values into a file of variables; those that it does not have are added."""
    lines = [line for line in file.read_text().splitlines() if line.partition("=")[0] not in values]
    file.write_text("\n".join([*lines, *(f"{name}={value}" for name, value in values.items())]) + "\n")
