"""`deploy/secrets.sh` makes every Secret that the overlays name, with keys of the kinds that services take."""

import base64
import os
import re
import subprocess
from pathlib import Path

import pytest

from deploy.manifest import pods, template
from deploy.rendering import Manifest, read
from services.chassis.pool import database_urls
from services.chassis.settings import FOLDER, ProcessSettings
from services.cli.backup.keys import BackupSettings
from services.cli.catalogue import SERVICES
from services.gateway.settings import GatewaySettings
from services.notifier.settings import NotifierSettings
from tests.deploy.overlays import NAMES, of, rendered

DEPLOY = Path(__file__).parents[2] / "deploy"
PASSWORD_SECRET = re.compile(r"'passwordSecret': \{'name': '([^']+)'")
FROM_ELSEWHERE = {
    "topics/LIVECHAT_KAFKA_USER": "topics",
    "operator-kafka/LIVECHAT_KAFKA_USER": "operator",
    "ca/LIVECHAT_KAFKA_CA": "PEM",
    "autoscaler/sasl": "none",
}
BY_OTHERS = {"kafka-autoscaler", "livechat-cluster-ca-cert", "livechat-postgres-ca"}
"""Made by Strimzi and CloudNativePG, beside those of Kafka's users."""


def made(place: Path, **variables: str) -> dict[str, dict[str, str]]:
    """What the script prints: keys with their values, by the Secret's name."""
    done = subprocess.run(
        [DEPLOY / "secrets.sh", place],
        env={**os.environ, **variables},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return {one["metadata"]["name"]: _values(one) for one in read(done.stdout.decode())}


def _values(secret: Manifest) -> dict[str, str]:
    assert secret["kind"] == "Secret"
    return {name: base64.b64decode(value).decode() for name, value in secret["data"].items()}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    place = tmp_path_factory.mktemp("installation") / "secrets"
    for name, text in FROM_ELSEWHERE.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    found = made(place, POSTGRES="db.internal:5433", POSTGRES_QUERY="?sslmode=verify-full", CNPG="yes")
    assert not (place.parent / "backups").exists()
    assert (
        made(place, POSTGRES="db.internal:5433", POSTGRES_QUERY="?sslmode=verify-full", CNPG="yes") == found
    )
    return found


@pytest.mark.parametrize("overlay", NAMES)
def test_every_secret_that_is_named_is_made(secrets: dict[str, dict[str, str]], overlay: str) -> None:
    mounted = {
        source["secret"]["name"]
        for one in pods(rendered(overlay))
        for volume in template(one)["spec"]["volumes"]
        for source in volume.get("projected", {}).get("sources", ())
    }
    asked = {
        target["name"]
        for one in of(overlay, "TriggerAuthentication").values()
        for target in one["spec"]["secretTargetRef"]
    }
    roles = {
        name for one in of(overlay, "DatabaseRole").values() for name in PASSWORD_SECRET.findall(str(one))
    }

    users = {f"kafka-{service}" for service in (*SERVICES, "operator")}
    assert mounted | asked | roles <= {*secrets} | BY_OTHERS | users


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_takes_what_is_in_its_secrets(
    secrets: dict[str, dict[str, str]], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in {**secrets[name], **secrets["livechat-tokens"], **secrets["livechat-backup"]}.items():
        (tmp_path / key).write_text(value)
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setenv("LIVECHAT_ORIGINS", "https://chat.example.com")

    urls, password = database_urls(name), secrets[f"{name}-app-password"]["password"]
    assert (
        urls.app
        == f"postgresql://livechat_{name}:{password}@db.internal:5433/livechat_{name}?sslmode=verify-full"
    )
    assert {*secrets[f"{name}-owner"]} == {f"LIVECHAT_{name.upper()}_OWNER_DATABASE"}
    assert "LIVECHAT_TOKEN_PUBLIC_KEYS" not in secrets[name]
    assert ProcessSettings().public_keys()
    assert len(BackupSettings().keys()) == 1
    if name == "gateway":
        assert GatewaySettings().token_kid in ProcessSettings().public_keys()
    if name == "notifier":
        assert NotifierSettings().vapid() is not None


def test_the_guide_says_what_the_script_runs() -> None:
    guide, script = (DEPLOY / "README.md").read_text(), (DEPLOY / "one-machine" / "prepare.sh").read_text()

    told = set(re.findall(r"`(openssl [^`]+)`", guide))
    assert len(told) == 5
    assert all(line in script for line in told)
    assert "deploy/one-machine/databases.sh" in guide
    assert "livechat workspace create" in guide
