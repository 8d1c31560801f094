"""Kubernetes manifests run every role of every service, and mistakes in them are refused before a cluster sees them."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from deploy.generate import BASE, manifests
from deploy.rendering import OVERLAYS, Manifest, Unreadable, read, render
from deploy.validation import container, name_of, problems, versions
from services.cli.catalogue import SERVICES

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
ROLES = [(service.name, role) for service in SERVICES.values() for role in service.role_names]

Spoil = Callable[[dict[str, Manifest]], object]


@pytest.fixture(scope="module")
def dev() -> list[Manifest]:
    return read(render(OVERLAYS / "dev"))


@pytest.fixture
def crm(dev: list[Manifest]) -> dict[str, Manifest]:
    """A copy of one service and what it stands on, to spoil."""
    own = {name_of(one): one for one in deepcopy(dev)}
    return {name: one for name, one in own.items() if "crm" in name or name.startswith(("Config", "Names"))}


@pytest.mark.parametrize("overlay", sorted(OVERLAYS.iterdir()), ids=lambda path: path.name)
def test_every_overlay_is_valid(overlay: Path) -> None:
    assert problems(read(render(overlay))) == []


def test_the_written_base_is_what_the_services_say() -> None:
    written = {path.relative_to(BASE) for path in BASE.rglob("*.yaml")}
    by_hand = {path for path in written if path.parts[0] == "topics"}

    assert written - by_hand == set(manifests()), "run `make manifests`, and delete what is left over"
    for path, text in manifests().items():
        assert (BASE / path).read_text() == text, f"{path}: run `make manifests`"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_a_base_of_its_own(service: str) -> None:
    names = [name_of(one) for one in read(render(BASE / service))]

    assert {f"Service/{service}", f"Job/migrate-{service}-untagged", f"Deployment/{service}-api"} <= {*names}


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

    assert knowing == [f"Job/migrate-{service}-0.1.0"]


def test_a_process_reads_the_secrets_of_its_own_service_alone(dev: list[Manifest]) -> None:
    for one in dev:
        service = one["metadata"].get("labels", {}).get("app.kubernetes.io/name")
        if one["kind"] in {"Deployment", "Job"}:
            secrets = {part["secretRef"]["name"] for part in container(one)["envFrom"] if "secretRef" in part}
            assert secrets <= {"livechat-tokens", service, f"{service}-owner"}, name_of(one)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_manifest_is_refused(path: Path) -> None:
    text = path.read_text()
    try:
        found = problems(read(text))
    except Unreadable as error:
        found = [str(error)]

    expected = text.splitlines()[0].removeprefix("# refused: ")
    assert any(expected in problem for problem in found), found


def test_a_bad_manifest_is_refused_by_every_version() -> None:
    found = problems(read((Path(__file__).parent / "bad" / "wrong_type.yaml").read_text()))

    assert len(versions()) > 1
    for version in versions():
        assert any(f"Kubernetes {version}:" in problem for problem in found)


def _pod(one: Manifest) -> Manifest:
    spec: Manifest = one["spec"]["template"]["spec"]
    return spec


API, RELAY, JOB = "Deployment/crm-api", "Deployment/crm-relay", "Job/migrate-crm-0.1.0"
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
    "Job/migrate-crm-0.1.0: securityContext.runAsNonRoot is not true": lambda all_: _pod(all_[JOB])[
        "securityContext"
    ].pop("runAsNonRoot"),
    'Job/migrate-crm-0.1.0: securityContext.seccompProfile.type is not "RuntimeDefault"': lambda all_: _pod(
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
    "Service/crm: would send requests to Job/migrate-crm-0.1.0": lambda all_: all_[JOB]["spec"]["template"][
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


@pytest.mark.parametrize("expected", SPOILED)
def test_what_would_be_taken_and_not_work_is_refused(crm: dict[str, Manifest], expected: str) -> None:
    assert problems([*crm.values()]) == []

    SPOILED[expected](crm)

    found = problems([*crm.values()])
    assert any(problem.startswith(expected) for problem in found), found
