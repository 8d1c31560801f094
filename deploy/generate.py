"""Writes what in deploy/ follows from the code: for each service a kustomize base with a Deployment for each role,
what controllers of others are told, and the whole system on one machine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from deploy import monitored, one_machine, operated, templates
from services.chassis.service import Service
from services.cli.catalogue import SERVICES

ROOT = Path(__file__).parent
PRINCIPALS = Path("components/kafka-strimzi/principals")
HEAD = "# Written by `make manifests` from the code; change deploy/generate.py instead.\n"


@dataclass(frozen=True, slots=True)
class Outside:
    """What roles of a service reach beside Kafka and PostgreSQL, under a name."""

    service: str
    to: str
    roles: tuple[str, ...]


OUTSIDE = (Outside("gateway", "files", ("api", "reactions")), Outside("notifier", "push", ("sender",)))

OPERATED = {
    "autoscaling-hpa/scalers.yaml": operated.api_scalers,
    "autoscaling-keda/scalers.yaml": operated.lag_scalers,
    "ingress-gateway-api/routes.yaml": operated.http_routes,
    "kafka-strimzi/topics.yaml": operated.topics,
    "kafka-strimzi/users.yaml": operated.users,
    "monitoring/roles.yaml": monitored.expected_roles,
    "postgres-cnpg/databases.yaml": operated.databases,
}

_KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
{resources}"""

_PROCESS = """\
components:
  - ../../components/process
"""


def manifests() -> dict[Path, str]:
    """Every generated file, by its path under deploy/."""
    files = {Path("base/kustomization.yaml"): _kustomization(["network", "topics", *SERVICES])}
    for service in SERVICES.values():
        files |= _service(service)
    files[Path(one_machine.FOLDER, "compose.yaml")] = _listed([one_machine.compose()])
    files[Path("tests", "roles_test.yaml")] = _listed(monitored.role_cases())
    files[Path("tests", "installation_test.yaml")] = _listed(monitored.installation_cases())
    files[PRINCIPALS / f"{operated.OPERATOR}.yaml"] = HEAD + _of_a_cronjob(
        templates.PRINCIPAL.format(service=operated.OPERATOR)
    )
    return files | {Path("components", name): _listed(made()) for name, made in OPERATED.items()}


def main() -> None:
    """Writes the files."""
    for path, text in {**manifests(), Path(one_machine.FOLDER, "Caddyfile"): one_machine.caddyfile()}.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text)


def _service(service: Service) -> dict[Path, str]:
    parts = {
        "deployments.yaml": _for_each_role(templates.DEPLOYMENT, service),
        "disruption.yaml": _for_each_role(templates.DISRUPTION, service),
        "migration.yaml": templates.MIGRATION.format(service=service.name),
        "service.yaml": templates.SERVICE.format(service=service.name),
    }
    for one in OUTSIDE:
        if one.service == service.name:
            parts["outside.yaml"] = templates.OUTSIDE.format(
                service=one.service, to=one.to, roles=", ".join(one.roles)
            )
    files = {name: HEAD + text for name, text in parts.items()}
    files["kustomization.yaml"] = _kustomization(parts) + _PROCESS
    principal = PRINCIPALS / f"{service.name}.yaml"
    return {Path("base", service.name, name): text for name, text in files.items()} | {
        principal: HEAD + templates.PRINCIPAL.format(service=service.name)
    }


def _of_a_cronjob(patch: str) -> str:
    return patch.replace("path: /spec/template/", "path: /spec/jobTemplate/spec/template/")


def _for_each_role(template: str, service: Service) -> str:
    return "---\n".join(template.format(service=service.name, role=role) for role in service.role_names)


def _listed(resources: Sequence[operated.Resource]) -> str:
    text: str = yaml.dump_all(resources, Dumper=_Plain, sort_keys=False, width=110)
    return HEAD + text


class _Plain(yaml.SafeDumper):  # type: ignore[misc] # The package ships no types.
    """Writes again what was said before, instead of leading there by an anchor."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _kustomization(resources: Iterable[str]) -> str:
    return HEAD + _KUSTOMIZATION.format(resources="".join(f"  - {name}\n" for name in resources))


if __name__ == "__main__":
    main()
