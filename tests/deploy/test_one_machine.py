"""The system on one machine: a sound compose file in which everything runs, and a proxy that leads where routes are."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from starlette.routing import Route, WebSocketRoute

from deploy.generate import ROOT
from deploy.one_machine import BEFORE, FILES, FOLDER, INSIDE, OUT, SECRETS, caddyfile
from services.chassis.kafka import KafkaSettings
from services.chassis.pool import database_urls
from services.chassis.service import Service
from services.chassis.settings import FOLDER as SECRETS_FOLDER
from services.chassis.settings import KafkaSecurity, ProcessSettings, Settings
from services.cli.backup.keys import BackupSettings
from services.cli.catalogue import SERVICES
from services.conversation.settings import ConversationSettings
from services.gateway.settings import GatewaySettings
from services.notifier.settings import NotifierSettings
from services.playbook.settings import PlaybookSettings

PLACE = ROOT / FOLDER
SCHEMA = json.loads((ROOT / "schemas" / "compose.json").read_text())
COMPOSE: dict[str, Any] = yaml.safe_load((PLACE / "compose.yaml").read_text())
BLOCKS: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: block for name, block in BLOCKS.items() if block["image"].startswith("${LIVECHAT_IMAGE")}
SETTINGS: tuple[type[Settings], ...] = (
    ProcessSettings, KafkaSettings, KafkaSecurity, ConversationSettings, GatewaySettings, NotifierSettings,
    PlaybookSettings,
)  # fmt: skip
KNOWN = {
    f"{one.model_config['env_prefix']}{field}".upper() for one in SETTINGS for field in one.model_fields
} | {SECRETS_FOLDER, "LIVECHAT_DOCTOR_ADDRESSES", "LIVECHAT_DOCTOR_PLACE", "LIVECHAT_BACKUPS"}
VARIABLE = re.compile(r"\$\{(\w+)[^}]*\}")
WAY = re.compile(r"@(\w+) path (.+)\n\t\thandle @\1 \{\n\t\t\treverse_proxy (\w+):8080 \{")

Spoil = Callable[[dict[str, Any]], object]


def refused(compose: dict[str, Any]) -> list[str]:
    """What Compose's own schema has against a file."""
    return [error.message for error in jsonschema.Draft201909Validator(SCHEMA).iter_errors(compose)]


def leads_to(path: str, text: str) -> str | None:
    """The service to which the proxy hands a request; None where it answers 404 itself."""
    for _, patterns, service in WAY.findall(text):
        for pattern in patterns.split():
            if path == pattern or (pattern.endswith("*") and path.startswith(pattern[:-1])):
                return str(service)
    return None


def roles(block: dict[str, Any]) -> tuple[str, set[str]] | None:
    """Service and roles that a container runs; None where it runs none."""
    match block.get("command"):
        case ["python", "-m", str(module), *named]:
            service = SERVICES[module.removeprefix("services.")]
            return service.name, {*named} or {*service.role_names}
        case _:
            return None


def test_it_is_a_compose_file() -> None:
    assert refused(COMPOSE) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file["services"]["crm"].update(readonly=True),
        lambda file: file["services"]["crm"]["depends_on"].update(topics={"condition": "service_done"}),
        lambda file: file["services"]["kafka"].update(environment=[{"KAFKA_NODE_ID": 1}]),
        lambda file: file["services"]["proxy"].update(ports="80"),
        lambda file: file.update(network={}),
    ],
)
def test_what_is_none_is_refused(spoil: Spoil) -> None:
    spoilt = deepcopy(COMPOSE)
    spoil(spoilt)

    assert refused(spoilt)


def test_every_role_of_every_service_runs() -> None:
    running: dict[str, set[str]] = {}
    for found in filter(None, map(roles, BLOCKS.values())):
        running.setdefault(found[0], set()).update(found[1])

    assert running == {service.name: {*service.role_names} for service in SERVICES.values()}


def test_what_is_named_is_there() -> None:
    for name, block in BLOCKS.items():
        assert {*block["networks"]} <= {*COMPOSE["networks"]}, name
        assert {*block.get("depends_on", {})} <= {*BLOCKS}, name
        for volume in block["volumes"]:
            source = volume.split(":")[0]
            prepared = source.startswith("./secrets/") or source == "./backups"
            assert source in COMPOSE["volumes"] or prepared or (PLACE / source).is_file(), name


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_for_its_tables_and_topics(service: str) -> None:
    done = {"condition": "service_completed_successfully"}

    assert BLOCKS[service]["depends_on"] == {"topics": done, f"migrate-{service}": done}
    assert BLOCKS[f"migrate-{service}"]["command"] == ["livechat", "migrate", service]
    assert BLOCKS[f"migrate-{service}"]["depends_on"] == {"databases": done}
    assert BLOCKS["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    assert BLOCKS["databases"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_the_command_line_reaches_the_gateway_s_files() -> None:
    for name in ("gateway", "livechat"):
        assert BLOCKS[name]["environment"]["LIVECHAT_GATEWAY_FILES"] == f"file://{FILES}"
        assert f"files:{FILES}" in BLOCKS[name]["volumes"], name
    assert (
        f"./backups:{BLOCKS['livechat']['environment']['LIVECHAT_BACKUPS']}" in BLOCKS["livechat"]["volumes"]
    )


def test_containers_may_do_little() -> None:
    for name, block in BLOCKS.items():
        assert "no-new-privileges:true" in block["security_opt"], name
        assert block["mem_limit"], name
        assert block["pids_limit"], name
        assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & block.keys(), name
        assert block["restart"] == ("unless-stopped" if "healthcheck" in block else "no"), name
    for name, block in (OURS | {one: BLOCKS[one] for one in ("databases", "proxy")}).items():
        assert block["read_only"] is True, name
        assert block["cap_drop"] == ["ALL"], name
    assert all(block["user"] == "65532:65532" for block in OURS.values())
    assert [name for name, block in BLOCKS.items() if "cap_add" in block] == ["proxy"]


def test_only_the_proxy_is_reached_and_who_reaches_out_is_known() -> None:
    assert [name for name, block in BLOCKS.items() if "ports" in block] == ["proxy"]
    assert {name for name, block in BLOCKS.items() if OUT in block["networks"]} == {"proxy", "notifier"}
    assert [name for name, network in COMPOSE["networks"].items() if not network.get("internal")] == [OUT]
    assert BLOCKS["proxy"]["networks"] == [BEFORE, OUT]
    assert BLOCKS["kafka"]["networks"] == BLOCKS["postgres"]["networks"] == [INSIDE]


def test_variables_are_such_as_services_read_and_an_example_has_what_is_to_be_said() -> None:
    told = {name for block in OURS.values() for name in block["environment"]}
    asked = set(VARIABLE.findall((PLACE / "compose.yaml").read_text()))
    example = dict(re.findall(r"^(\w+)=(.*)$", (PLACE / "example.env").read_text(), re.M))

    assert told <= KNOWN
    assert asked - {"LIVECHAT_EPOCH", "LIVECHAT_LOG_LEVEL"} == example.keys() - {"COMPOSE_PROJECT_NAME"}
    assert all(
        block["image"] == f"${{{VARIABLE.findall(block['image'])[0]}:?say in .env which image}}"
        for block in BLOCKS.values()
    )


def test_no_secret_is_in_the_files() -> None:
    for path in PLACE.iterdir():
        assert not re.search(
            r"://[^\s:/@%$]+:[^\s/@%$]+@|PRIVATE KEY|PASSWORD(=(?!\$)|: )", path.read_text()
        ), path.name
    for name, block in BLOCKS.items():
        secret = re.compile("(DATABASE|SECRET|PASSWORD|_KEYS?)$")
        assert not set(filter(secret.search, block.get("environment", {}))) - {"PGDATABASE"}, name


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_the_proxy_leads_every_way_to_its_service(service: Service) -> None:
    text = (PLACE / "Caddyfile").read_text()
    own = [route.path for route in service.routes if isinstance(route, Route | WebSocketRoute)]
    pages = [route.path for route in service.pages if isinstance(route, Route)]

    assert text == caddyfile(), "run `make manifests`"
    assert own
    for path in (*(f"/api/{service.name}{path}" for path in own), *pages):
        filled = re.sub(r"\{[^}]*\}", "some", path)
        assert leads_to(filled, text) == service.name, path


@pytest.mark.parametrize(
    "path", ["/metrics", "/livez", "/readyz", "/api", "/api/", "/api/crmx", "/nowhere", "/inboxes"]
)
def test_the_proxy_leads_nowhere_else(path: str) -> None:
    assert leads_to(path, (PLACE / "Caddyfile").read_text()) is None


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets of an installation."""
    place = tmp_path_factory.mktemp("one-machine") / "secrets"
    _prepare(place)
    return place


def _prepare(place: Path) -> None:
    subprocess.run([PLACE / "prepare.sh", place], check=True, timeout=60)


def _read(place: Path) -> dict[str, str]:
    return {str(path.relative_to(place)): path.read_text() for path in place.rglob("*") if path.is_file()}


def test_prepared_secrets_are_such_as_services_take(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SERVICES:
        monkeypatch.setenv(SECRETS_FOLDER, str(prepared / name))
        urls = database_urls(name)
        app, worker = (
            (prepared / "postgres" / f"livechat_{name}{role}").read_text().strip() for role in ("", "_worker")
        )
        assert urls.app == f"postgresql://livechat_{name}:{app}@postgres:5432/livechat_{name}"
        assert urls.worker == f"postgresql://livechat_{name}_worker:{worker}@postgres:5432/livechat_{name}"
        assert ProcessSettings().public_keys()

    monkeypatch.setenv(SECRETS_FOLDER, str(prepared / "operator"))
    monkeypatch.setenv("LIVECHAT_ORIGINS", "https://chat.example.com")
    assert GatewaySettings().token_kid in ProcessSettings().public_keys()
    assert NotifierSettings().vapid() is not None
    assert len(BackupSettings().keys()) == 1


def test_every_folder_of_secrets_that_is_mounted_is_prepared_and_nobody_s_else(prepared: Path) -> None:
    mounted = {
        volume.split(":")[0].removeprefix("./secrets/")
        for block in BLOCKS.values()
        for volume in block["volumes"]
        if volume.endswith(f":{SECRETS}:ro")
    }

    assert {path.name for path in prepared.iterdir()} == mounted
    backups = (prepared.parent / "backups").stat()
    assert (backups.st_uid, backups.st_mode & 0o7777) == (
        (65532, 0o700) if os.geteuid() == 0 else (os.geteuid(), 0o1777)
    )
    assert prepared.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in prepared.rglob("*") if path.is_file()} == {0o444}


def test_what_was_prepared_stays_and_a_password_that_was_removed_is_another_one_everywhere(
    tmp_path: Path,
) -> None:
    place = tmp_path / "secrets"
    _prepare(place)
    before = _read(place)
    (place / "postgres" / "livechat_crm_worker").unlink()

    _prepare(place)

    after = _read(place)
    password = after["postgres/livechat_crm_worker"].strip()
    changed = {name for name, text in after.items() if before[name] != text}
    assert before.keys() == after.keys()
    assert changed == {
        "postgres/livechat_crm_worker",
        *(f"{folder}/LIVECHAT_CRM_WORKER_DATABASE" for folder in ("crm", "crm-owner", "operator")),
    }
    assert all(password in after[name] for name in changed)
