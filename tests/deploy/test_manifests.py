"""Kubernetes manifests run every role of every service, and mistakes in them are refused before a cluster sees them."""

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from deploy import mistakes
from deploy.agreement import unwritten
from deploy.crds import given, validators
from deploy.generate import OUTSIDE, ROOT
from deploy.manifest import container, name_of, template
from deploy.rendering import Manifest, read, render
from deploy.validation import problems, versions
from services.cli.catalogue import SERVICES
from tests.deploy.overlays import NAMES, of, rendered

ROLES = [(service.name, role) for service in SERVICES.values() for role in service.role_names]

SHARED_POLICIES = ("default-deny", "dns", "ingress", "kafka", "metrics", "postgres")
CLIENTS = re.compile(
    r"^\s*(?:import|from) (?:aiohttp|httpx|obstore|requests|smtplib|urllib\.request)\b", re.M
)

Spoil = Callable[[dict[str, Manifest]], object]


@pytest.fixture
def dev() -> list[Manifest]:
    return rendered("dev")


@pytest.fixture
def crm() -> dict[str, Manifest]:
    """A copy of one service and what it stands on, to spoil."""
    shared = ("Config", "Namespace/", *(f"NetworkPolicy/{name}" for name in SHARED_POLICIES))
    own = {name_of(one): one for one in rendered("dev")}
    return {name: deepcopy(one) for name, one in own.items() if "crm" in name or name.startswith(shared)}


@pytest.mark.parametrize("overlay", NAMES)
def test_every_overlay_is_valid(overlay: str) -> None:
    assert problems(rendered(overlay), validators(given())) == []


def test_what_is_written_is_what_the_code_says() -> None:
    assert unwritten() == []


def test_a_service_is_a_base_of_its_own() -> None:
    names = [name_of(one) for one in read(render(ROOT / "base" / "gateway"))]

    assert {"Service/gateway", "Job/migrate-gateway-untagged", "Deployment/gateway-api"} <= {*names}


def test_who_reaches_out_of_the_cluster_is_who_has_a_client_for_it() -> None:
    services = ROOT.parent / "services"
    reaching = {
        name
        for name in SERVICES
        for path in (services / name).rglob("*.py")
        if CLIENTS.search(path.read_text())
    }

    assert {one.service for one in OUTSIDE} == reaching
    for one in OUTSIDE:
        assert {*one.roles} <= {*SERVICES[one.service].role_names}


@pytest.mark.parametrize(("service", "role"), ROLES)
def test_every_role_of_every_service_has_a_deployment(dev: list[Manifest], service: str, role: str) -> None:
    (deployment,) = [one for one in dev if name_of(one) == f"Deployment/{service}-{role}"]

    assert container(deployment)["command"] == ["python", "-m", f"services.{service}", role]


def test_no_deployment_runs_what_is_no_role(dev: list[Manifest]) -> None:
    deployments = {name_of(one) for one in dev if one["kind"] == "Deployment"}

    assert deployments == {f"Deployment/{service}-{role}" for service, role in ROLES}


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_migration_knows_the_owner_of_a_database(dev: list[Manifest], service: str) -> None:
    knowing = [name_of(one) for one in dev if f"'name': '{service}-owner'" in str(one)]

    assert knowing == [f"Job/migrate-{service}-0-1-0"]


def test_a_process_reads_the_secrets_of_its_own_service_alone(dev: list[Manifest]) -> None:
    for one in dev:
        service = one["metadata"].get("labels", {}).get("app.kubernetes.io/name")
        if one["kind"] in {"Deployment", "Job"}:
            (volume,) = [
                volume["projected"] for volume in _pod(one)["volumes"] if volume["name"] == "secrets"
            ]
            secrets = {source["secret"]["name"] for source in volume["sources"]}
            assert secrets <= {"livechat-ca", "livechat-tokens", service, f"{service}-owner"}, name_of(one)


@pytest.mark.parametrize("overlay", ["prod", "staging"])
def test_a_backup_reads_the_secrets_of_every_service_and_of_no_owner(overlay: str) -> None:
    job = of(overlay, "CronJob")["backup"]
    spec = template(job)["spec"]
    mounted = {one["name"]: one["mountPath"] for one in container(job)["volumeMounts"]}
    (secrets,) = [one["projected"]["sources"] for one in spec["volumes"] if one["name"] == "secrets"]

    names = {source["secret"]["name"] for source in secrets if not source["secret"].get("optional")}
    assert names == {"livechat-backup", "livechat-tokens", *SERVICES}
    assert container(job)["command"][:3] == ["livechat", "backup", mounted["backups"]]
    assert of(overlay, "PersistentVolumeClaim").keys() == {
        one["persistentVolumeClaim"]["claimName"] for one in spec["volumes"] if one["name"] == "backups"
    }


@pytest.mark.parametrize("overlay", ["prod", "staging"])
def test_a_restore_is_a_backup_s_pod_that_runs_when_somebody_wants_it_and_once(overlay: str) -> None:
    backup, restore = (deepcopy(of(overlay, "CronJob")[name]["spec"]) for name in ("backup", "restore"))
    told = "s|/FILE|/livechat-20300131T033000Z.backup|; s|- --check|- --only=files|"
    assert told in (ROOT.parent / "docs" / "backup.md").read_text()

    assert restore.pop("suspend") is True
    assert restore["jobTemplate"]["spec"].pop("backoffLimit") == 0
    command = _only_container(restore).pop("command")
    assert command == ["livechat", "restore-backup", f"{_mounted_backups(restore)}/FILE", "--check"]
    for own in ("activeDeadlineSeconds", "backoffLimit"):
        del backup["jobTemplate"]["spec"][own]
    del _only_container(backup)["command"]
    for spec, name in ((backup, "backup"), (restore, "restore")):
        assert (
            spec["jobTemplate"]["spec"]["template"]["metadata"]["labels"].pop("app.kubernetes.io/name")
            == name
        )
    assert restore == backup


def _only_container(spec: Manifest) -> Manifest:
    found: Manifest
    (found,) = spec["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    return found


def _mounted_backups(spec: Manifest) -> str:
    (found,) = [one["mountPath"] for one in _only_container(spec)["volumeMounts"] if one["name"] == "backups"]
    return str(found)


@pytest.mark.parametrize("path", mistakes.bad(), ids=lambda path: path.stem)
def test_a_bad_manifest_is_refused(path: Path) -> None:
    assert mistakes.taken(path) == []


def test_a_bad_manifest_is_refused_by_every_version() -> None:
    found = problems(read((mistakes.BAD / "wrong_type.yaml").read_text()))

    assert len(versions()) > 1
    for version in versions():
        assert any(f"Kubernetes {version}:" in problem for problem in found)


def _pod(one: Manifest) -> Manifest:
    spec: Manifest = one["spec"]["template"]["spec"]
    return spec


API, RELAY, JOB = "Deployment/crm-api", "Deployment/crm-relay", "Job/migrate-crm-0-1-0"
SPOILED: dict[str, Spoil] = {
    "Deployment/crm-api: containers.securityContext.readOnlyRootFilesystem is not true": lambda all_: (
        container(all_[API])["securityContext"].update(readOnlyRootFilesystem=False)
    ),
    "Deployment/crm-api: containers.securityContext.allowPrivilegeEscalation is not false": lambda all_: (
        container(all_[API])["securityContext"].pop("allowPrivilegeEscalation")
    ),
    'Deployment/crm-api: containers.securityContext.capabilities.drop is not ["ALL"]': lambda all_: container(
        all_[API]
    )["securityContext"]["capabilities"].update(drop=["NET_RAW"]),
    "Job/migrate-crm-0-1-0: securityContext.runAsNonRoot is not true": lambda all_: _pod(all_[JOB])[
        "securityContext"
    ].pop("runAsNonRoot"),
    'Job/migrate-crm-0-1-0: securityContext.seccompProfile.type is not "RuntimeDefault"': lambda all_: _pod(
        all_[JOB]
    )["securityContext"].update(seccompProfile={"type": "Unconfined"}),
    "Deployment/crm-api: automountServiceAccountToken is not false": lambda all_: _pod(all_[API]).pop(
        "automountServiceAccountToken"
    ),
    "Deployment/crm-api: resources.limits.memory is not set": lambda all_: container(all_[API])[
        "resources"
    ].pop("limits"),
    "Deployment/crm-api: more than the one container": lambda all_: _pod(all_[API])["containers"].append(
        {"name": "second", "image": "other:1"}
    ),
    "Deployment/crm-api: livenessProbe does not ask /livez": lambda all_: container(all_[API])[
        "livenessProbe"
    ]["httpGet"].update(path="/readyz"),
    "Deployment/crm-api: startupProbe does not ask /livez": lambda all_: container(all_[API]).pop(
        "startupProbe"
    ),
    "Deployment/crm-api: readinessProbe does not ask /readyz at a port": lambda all_: container(all_[API])[
        "readinessProbe"
    ]["httpGet"].update(port="https"),
    "Deployment/crm-api: is killed before the 35 s": lambda all_: _pod(all_[API]).update(
        terminationGracePeriodSeconds=30
    ),
    "Deployment/crm-api: progressDeadlineSeconds is less than the 7200 s": lambda all_: all_[API]["spec"].pop(
        "progressDeadlineSeconds"
    ),
    "Deployment/crm-api: ConfigMap/livechat-elsewhere is not there": lambda all_: container(all_[API])[
        "envFrom"
    ].append({"configMapRef": {"name": "livechat-elsewhere"}}),
    "Deployment/crm-api: ServiceAccount/nobody is not there": lambda all_: _pod(all_[API]).update(
        serviceAccountName="nobody"
    ),
    "Deployment/crm-api: image localhost:5000/livechat has no version": lambda all_: container(
        all_[API]
    ).update(image="localhost:5000/livechat"),
    "Deployment/crm-relay: its selector does not match its own pods": lambda all_: all_[RELAY]["spec"][
        "selector"
    ]["matchLabels"].update({"app.kubernetes.io/name": "gateway"}),
    "Job/migrate-crm-0.1.0: a dot, as of the image's tag, is no part of a host's name": lambda all_: all_[
        JOB
    ]["metadata"].update(name="migrate-crm-0.1.0"),
    "Service/crm: would send requests to Job/migrate-crm-0-1-0": lambda all_: all_[JOB]["spec"]["template"][
        "metadata"
    ]["labels"].update({"app.kubernetes.io/component": "api"}),
    "Service/crm: selects the pods of 5 Deployments": lambda all_: all_["Service/crm"]["spec"][
        "selector"
    ].pop("app.kubernetes.io/component"),
    "Service/crm: no container has a port https": lambda all_: all_["Service/crm"]["spec"]["ports"][0].update(
        targetPort="https"
    ),
    "Deployment/crm-api: is in no namespace of this overlay": lambda all_: all_[API]["metadata"].update(
        namespace="default"
    ),
    "Namespace/livechat: does not enforce the restricted": lambda all_: all_["Namespace/livechat"][
        "metadata"
    ].pop("labels"),
    "Secret/crm: a Secret's values do not belong into the tree": lambda all_: all_.update(
        secret={
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "crm", "namespace": "livechat"},
            "stringData": {"LIVECHAT_CRM_DATABASE": "postgresql://crm:x@db/crm"},
        }
    ),
    "ConfigMap/livechat-kafka: LIVECHAT_CRM_DATABASE belongs into a Secret": lambda all_: all_[
        "ConfigMap/livechat-kafka"
    ]["data"].update(LIVECHAT_CRM_DATABASE="postgresql://crm:x@db/crm"),
    "Deployment/crm-api: is there 2 times": lambda all_: all_.update(second=deepcopy(all_[API])),
}


def test_what_is_not_spoiled_is_taken(crm: dict[str, Manifest]) -> None:
    assert problems([*crm.values()]) == []


@pytest.mark.parametrize("expected", SPOILED)
def test_what_would_be_taken_and_not_work_is_refused(crm: dict[str, Manifest], expected: str) -> None:
    SPOILED[expected](crm)

    found = problems([*crm.values()])
    assert any(problem.startswith(expected) for problem in found), found
